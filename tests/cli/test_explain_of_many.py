"""`nic-rules explain` finds a subject's decisions in what a review wrote."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.running import run

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def decisions(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Review a fixture year and give its file of decisions."""
    out = tmp_path_factory.mktemp("review")
    cases = str(ROOT / "fixtures" / "clusters" / "2016.csv")
    ran = run("review", cases, "--as-of", "2016-11-15", "--out", str(out))
    assert 0 == ran.code
    return str(out / "decisions.jsonl")


def test_all_decisions_of_a_subject(decisions: str) -> None:
    """Without a table each of them is explained, in the order of the review."""
    ran = run("explain", decisions, "--subject", "kl-049", "--lang", "en")
    assert (0, []) == (ran.code, ran.problems)
    heads = [line for line in ran.out.splitlines() if line.startswith("kl-049, as of")]
    assert 4 == len(heads)
    assert ran.out.index("Notice of requirements not met") < ran.out.index("Basis for support")


def test_one_of_them(decisions: str) -> None:
    """With a table it is the same explanation as that of the record alone."""
    one = run("explain", decisions, "--subject", "kl-049", "--table", "allocation")
    line = next(
        line
        for line in Path(decisions).read_text(encoding="utf-8").splitlines()
        if '"subject":"kl-049","table":"allocation"' in line
    )
    alone = Path(decisions).with_name("alone.json")
    alone.write_text(line, encoding="utf-8")
    assert run("explain", str(alone)).out == one.out


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--subject", "kl-999"], "there is no decision of `kl-999` here"),
        (["--subject", "kl-049", "--table", "x"], "there is no decision of `kl-049` by the table"),
        (["--table", "allocation"], "`--table` goes with `--subject`"),
        (["--subject", "kl-049", "--format", "json"], "choose with `--table`"),
    ],
)
def test_what_cannot_be_found_is_told(decisions: str, options: list[str], told: str) -> None:
    """One line says what is missing, and the exit code is that of unusable input."""
    ran = run("explain", decisions, *options)
    assert 2 == ran.code
    (problem,) = ran.problems
    assert told in problem


def test_a_record_that_was_changed_is_refused(decisions: str, tmp_path: Path) -> None:
    """A line of another digest is named by its number."""
    lines = Path(decisions).read_text(encoding="utf-8").splitlines(keepends=True)
    number = next(n for n, line in enumerate(lines) if '"subject":"kl-049"' in line)
    lines[number] = lines[number].replace('"notice"', '"continue"', 1)
    changed = tmp_path / "decisions.jsonl"
    changed.write_text("".join(lines), encoding="utf-8")
    ran = run("explain", str(changed), "--subject", "kl-049")
    assert 2 == ran.code
    assert f"decisions.jsonl:{number + 1}: NIC703" in ran.problems[0]


def test_a_file_of_many_wants_a_subject(decisions: str) -> None:
    """Without a subject it is said what the file is, and what finds one in it."""
    ran = run("explain", decisions)
    assert (2, "", 1) == (ran.code, ran.out, len(ran.problems))
    assert "it holds several, one a line (`explain` finds one by `--subject`)" in ran.err


def test_standard_input_is_read_as_a_file_is(decisions: str) -> None:
    """What a command or a review wrote can be piped into an explanation."""
    raw = Path(decisions).read_bytes()
    of_file = run("explain", decisions, "--subject", "kl-049")
    assert (0, of_file.out) == (
        (ran := run("explain", "-", "--subject", "kl-049", given=raw)).code,
        ran.out,
    )
    one = run("explain", "-", given=raw.splitlines()[0])
    assert (0, "") == (one.code, one.err)


def test_nothing_on_standard_input() -> None:
    """An empty pipe is no record, in one line."""
    ran = run("explain", "-")
    assert (2, "", 1) == (ran.code, ran.out, len(ran.problems))
    assert ran.err.startswith("-: NIC703 error: this is no record of a decision")
