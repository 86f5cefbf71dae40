"""`nic-rules ask`: questions at a terminal, answers kept and taken back, and the plan as JSON."""

from __future__ import annotations

import json
import os
import pty
import select
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from nic_rules.cases.session import save
from tests.cli.running import Ran, run
from tests.cli.small import small_book

ROOT = Path(__file__).parents[2]
DAY = ("--as-of", "2016-11-15")


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stand in a folder of one's own, with the small book in it."""
    small_book(tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def asked(*typed: str, table: str = "support", options: tuple[str, ...] = ()) -> Ran:
    """Answer questions of the small book; what is typed ends there."""
    given = "".join(f"{line}\n" for line in typed).encode()
    return run("ask", table, "--rules", "rules", *DAY, "--lang", "en", *options, given=given)


def saved(file: str = "support.answers.json") -> dict[str, object]:
    """Give what is saved."""
    facts = json.loads(Path(file).read_text(encoding="utf-8"))
    assert isinstance(facts, dict)
    return facts


# --- a whole session

ENGLISH = """\
as of 15 November 2016
Is support given?
  Answer each question. Type ? if nobody knows, < to take back the latest answer, and . to stop.
  Each answer is saved at once in support.answers.json.

Question 1 of at most 4
  Years
  a whole number from 0 to 20 years
  § 2 [years]
> 2

Question 2 of at most 4
  Which level?
  one of Arena level (arena), NCE level (nce) · from the register
  § 2 [years]
> arena

There is nothing more to ask. No other answer would change the outcome:
  → Refusal  [refuse]
    Failing: Long enough

All that was told is in support.answers.json. This command gives the grounds:
  nic-rules decide support support.answers.json --as-of 2016-11-15 --rules rules --lang en
"""

BOKMÅL = """\
per 15. november 2016
Gis det støtte?
  Svar på spørsmålene. Skriv ? hvis ingen vet svaret, < for å ta tilbake det siste svaret, og . for
  å stoppe. Hvert svar lagres med en gang i support.answers.json.

Spørsmål 1 av høyst 4
  År
  et helt tall fra 0 til 20 år
  § 2 [years]
> tre
  Svaret må være et helt tall fra 0 til 20 år.
> <
  Det er ikke noe svar å ta tilbake.
> 3

Spørsmål 2 av høyst 4
  Hvilket nivå?
  en av Arena-nivå (arena), NCE-nivå (nce) · fra registeret
  § 2 [years]
> <
  Tatt tilbake: År: 3

Spørsmål 1 av høyst 4
  År
  et helt tall fra 0 til 20 år
  § 2 [years]
> ?

Spørsmål 2 av høyst 4
  Bedriftenes plasser
  et helt tall fra 0 til 99
  § 1 [seats]
> 3

Spørsmål 3 av høyst 4
  Plasser
  et helt tall fra 0 til 99
  § 1 [seats]
> 2
  Flere plasser enn det finnes.
  Svaret er ikke tatt med. Gi et annet svar, eller ta tilbake et tidligere svar med <.
> 4

Spørsmål 4 av høyst 4
  Hvilket nivå?
  en av Arena-nivå (arena), NCE-nivå (nce) · fra registeret
  § 2 [years]
> Arena-nivå

Det er ikke mer å spørre om. Utfallet kan endre seg hvis dette blir kjent: År. Så lenge det ikke er
kjent, er utfallet:
  → Spør  [ask]
    Mangler: År

Alt som er opplyst, ligger i support.answers.json. Denne kommandoen gir begrunnelsen:
  nic-rules decide support support.answers.json --as-of 2016-11-15 --rules rules --lang nb
"""


def test_a_session_in_english() -> None:
    """Questions with what may be typed, supplier and clause, until the outcome stands."""
    ran = asked("2", "arena")
    assert (0, "") == (ran.code, ran.err)
    assert ENGLISH == ran.out
    assert {"years": 2, "level": "arena"} == saved()


def test_a_session_in_bokmål() -> None:
    """A wrong answer, one taken back, one that nobody knows, one that contradicts another."""
    typed = ("tre", "<", "3", "<", "?", "3", "2", "4", "Arena-nivå")
    ran = asked(*typed, options=("--lang", "nb"))
    assert (0, "") == (ran.code, ran.err)
    assert BOKMÅL == ran.out
    assert {"years": None, "firm_seats": 3, "seats": 4, "level": "arena"} == saved()


def test_the_grounds_can_be_had_from_what_was_saved() -> None:
    """The command that is shown at the end decides as the session did."""
    last = asked("2", "arena").out.splitlines()[-1].split()
    assert "nic-rules" == last[0]
    ran = run(*last[1:])
    assert (0, True) == (ran.code, "[refuse]" in ran.out)


def test_nothing_to_ask() -> None:
    """Where the facts settle it, nothing is asked and nothing is written."""
    Path("case.json").write_text('{"years": 2, "level": "arena"}')
    ran = asked(options=("case.json",))
    assert 0 == ran.code
    assert "Question" not in ran.out
    assert "→ Refusal" in ran.out
    assert not Path("support.answers.json").exists()


@pytest.mark.parametrize(
    ("typed", "value"),
    [("ja", True), ("J", True), ("true", True), ("nei", False), ("n", False), ("False", False),
     ("yes", None), ("", None)],
)  # fmt: skip
def test_yes_and_no_are_those_of_the_language(typed: str, value: bool | None) -> None:
    """A truth is answered in the language of the session, or as files have it."""
    ran = run(
        "ask", "allocation", *DAY, "--save", "a.json", given=f"{typed}\n.\n".encode()
    )  # fmt: skip
    assert 0 == ran.code
    assert ("Svaret må være ja eller nei." in ran.out) == (value is None)
    if value is not None:
        assert {"allocation_decided": value} == saved("a.json")


def test_texts_and_answers_move_no_cursor() -> None:
    """Control characters that are typed are written out."""
    ran = asked("\x1b[2J\x07")
    assert 0 == ran.code
    assert "\x1b" not in ran.out
    assert r"\x1b[2J" in ran.out


# --- interrupted, and gone on with


def test_the_same_command_goes_on() -> None:
    """What was answered is shown and not asked again, and can still be taken back."""
    stopped = asked("2", ".")
    assert (0, True) == (stopped.code, "the same command goes on from here" in stopped.out)
    assert {"years": 2} == saved()
    ran = asked("<", "7", "arena", ".")
    told = ran.out.splitlines()
    assert "  · Years: 2" in told
    assert "  Taken back: Years: 2" in told
    assert {"years": 7, "level": "arena"} == saved()


@pytest.mark.parametrize("typed", [("2",), ("2", "."), ("2", "<", "2")])
def test_the_end_of_what_is_typed_stops(typed: tuple[str, ...]) -> None:
    """Where nothing more comes, it is stopped, and what was answered is kept."""
    assert 0 == asked(*typed).code
    assert {"years": 2} == saved()


def test_stopped_before_any_answer() -> None:
    """Nothing was answered, so nothing is left behind."""
    ran = asked(".")
    assert (0, "Stopped. Nothing was answered.") == (ran.code, ran.out.splitlines()[-1])
    assert ["rules"] == os.listdir()


def test_what_nobody_knew_is_asked_again_last() -> None:
    """A fact left open is asked for when the session goes on, but after all others."""
    asked("?", ".")
    assert {"years": None} == saved()
    ran = asked("5", "9", "arena", "?")
    order = [line for line in ran.out.splitlines() if line in ("  Years", "  Which level?")]
    assert ["  Which level?", "  Years"] == order
    assert {"firm_seats": 5, "seats": 9, "level": "arena", "years": None} == saved()


def test_facts_and_answers_are_saved_together() -> None:
    """The saved file has what the facts told too, with its evidence, and is a case by itself."""
    facts = {"seats": {"value": 9, "evidence": "letter 3"}, "part": "1.50", "active": None}
    Path("case.json").write_text(json.dumps(facts))
    asked("2", ".", options=("case.json", "--save", "a.json"))
    told: dict[str, object] = {"seats": facts["seats"], "part": "1.50", "firm_seats": 2}
    assert told == saved("a.json")
    again = asked(options=("case.json", "--save", "a.json"))
    assert (0, True) == (again.code, "No other answer would change the outcome" in again.out)
    assert told == saved("a.json")
    assert facts == saved("case.json")


def test_answers_may_be_saved_where_the_facts_are() -> None:
    """Then all that the file tells can be taken back."""
    Path("case.json").write_text('{"years": 2}')
    asked("<", "9", ".", options=("case.json", "--save", "case.json"))
    assert {"years": 9} == saved("case.json")


def typed_at_terminal(folder: Path, *typed: str, then: int | None = None) -> tuple[int, str]:
    """Run a session at a pseudo-terminal; `then` is a signal to end it by. Give code and screen."""
    above, below = pty.openpty()
    code = "import sys; sys.argv[0] = 'nic-rules'; from nic_rules.cli import main; main()"
    command = [sys.executable, "-c", code, "ask", "support", "--rules", "rules", *DAY]
    started = subprocess.Popen(
        [*command, "--lang", "en"], cwd=folder, stdin=below, stdout=below, stderr=below,
        start_new_session=True, env={**os.environ, "COLUMNS": "100", "TERM": "xterm"},
    )  # fmt: skip
    os.close(below)
    screen = b""

    def read_until(prompts: int) -> None:
        nonlocal screen
        end = time.monotonic() + 60
        while screen.count(b"\n> ") < prompts and time.monotonic() < end:
            if select.select([above], [], [], 0.2)[0]:
                try:
                    screen += os.read(above, 65536)
                except OSError:  # the other side has closed it
                    return

    for number, line in enumerate(typed, 1):
        read_until(number)
        os.write(above, f"{line}\n".encode())
    if then is not None:
        read_until(len(typed) + 1)
        started.send_signal(then)
    else:
        read_until(99)
    done = started.wait(60)
    read_until(99)
    os.close(above)
    return done, screen.decode().replace("\r\n", "\n")


def test_at_a_terminal(here: Path) -> None:
    """A terminal shows what is typed once, and the questions dressed."""
    code, screen = typed_at_terminal(here, "2", "arena")
    assert (0, 1) == (code, screen.count("\n> 2\n"))
    assert "\x1b[1m  Which level?\x1b[0m" in screen
    assert "→ \x1b[1mRefusal\x1b[0m" in screen
    assert {"years": 2, "level": "arena"} == saved()


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL, signal.SIGTERM])
def test_interrupted_at_a_terminal(here: Path, how: int) -> None:
    """However it is interrupted, the answers are there, and the same command goes on."""
    code, screen = typed_at_terminal(here, "2", then=how)
    assert (130 if how == signal.SIGINT else -how) == code
    assert ("the same command goes on" in screen) == (how == signal.SIGINT)
    assert {"years": 2} == saved()
    code, screen = typed_at_terminal(here, "arena")
    assert (0, True) == (code, "· Years: 2" in screen)


def test_a_run_stopped_while_saving_leaves_what_was_saved(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file is put in place whole: a full disk takes nothing that was there."""
    file = here / "a.json"
    save(file, {"years": 2})

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    ran = asked("arena", options=("--save", "a.json"))
    assert 2 == ran.code
    assert [
        "nic-rules: error: the answers cannot be saved in a.json: No space left on device"
    ] == ran.problems
    assert {"years": 2} == saved("a.json")
    assert ["a.json", "rules"] == sorted(os.listdir())


# --- the plan


def test_the_plan() -> None:
    """JSON asks nothing: it has every question in order, and writes no file."""
    ran = asked(options=("--format", "json", "--subject", "kl-1"))
    assert (0, "") == (ran.code, ran.err)
    data = json.loads(ran.out)
    assert ("nic-rules/questions/1", "support", "kl-1") == (
        data["schema"], data["table"], data["subject"],
    )  # fmt: skip
    assert ["years", "level", "firm_seats", "seats"] == [one["name"] for one in data["questions"]]
    assert ["rules"] == os.listdir()


def test_the_plan_of_facts_on_standard_input() -> None:
    """A plan may have its facts from there, for no answers are."""
    ran = run(
        "ask", "support", "-", "--rules", "rules", *DAY, "--format", "json",
        given=b'{"years": 2, "level": "arena"}',
    )  # fmt: skip
    data = json.loads(ran.out)
    assert (True, "refuse", [], "0.00") == (
        data["settled"], data["outcome"], data["questions"], data["average"],
    )  # fmt: skip


# --- bad input

REFUSED: list[tuple[str, str, str]] = [
    ('{"yeras": 3}', "", "case.json:1:2: NIC502 error: there is no fact `yeras`"),
    ('{"seats": 1, "firm_seats": 2}', "", "NIC508 error: More seats than there are."),
    ('{"years": 3}', '{"years": 4}', "answers.json:1:11: NIC509 error: years: the saved answer is "
     "`4`, but the facts have `3` (keep one of them)"),
    ("{}", '{"years": "x"}', "answers.json:1:11: NIC503 error: years: expected a whole number"),
    ("{}", '{"years": 3', "answers.json:1:11: NIC601 error: expected `,` or `}`"),
    ("{}", "", "answers.json:1:1: NIC501 error: there are no facts here"),
    ("{}", '{"years": 3, "years": 3}', "answers.json:1:14: NIC509 error: fact `years` is told"),
    ('{"seats": 1}', '{"firm_seats": 2}', "answers.json: NIC508 error: More seats than"),
]  # fmt: skip


@pytest.mark.parametrize(("facts", "answers", "line"), REFUSED)
def test_bad_facts_and_answers(facts: str, answers: str, line: str) -> None:
    """What cannot be used is told in one line, and stays as it is."""
    Path("case.json").write_text(facts)
    if answers or "NIC501" in line:
        Path("answers.json").write_text(answers)
    ran = asked("3", options=("case.json", "--save", "answers.json"))
    assert (2, "", 1) == (ran.code, ran.out, len(ran.problems))
    assert line in ran.problems[0]
    assert not Path("answers.json").exists() or answers == Path("answers.json").read_text()


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (("suport",), "there is no table `suport` (did you mean `support`?)"),
        (("later",), "table `later` is not in force on 2016-11-15"),
        (("support", "none.json"), "none.json: NIC601 error: this file cannot be read"),
        (("support", "-"), "answers are read from standard input"),
        (("support", "--format", "json", "--save", "a.json"), "`--save` is for answers"),
        (("support", "--save", "rules"), "rules: NIC601 error: this file cannot be read"),
        (("support", "--save", "none/a.json"), "the answers cannot be saved in none/a.json: No"),
        (("support", "--save", "a\0.json"), "there is no file of this name"),
        (("support", "--format", "html"), "'html' is not one of"),
    ],
)
def test_bad_requests(arguments: tuple[str, ...], line: str) -> None:
    """What is asked for wrongly is told in one line, before anything is asked."""
    ran = run("ask", *arguments, "--rules", "rules", *DAY)
    assert (2, 1) == (ran.code, len(ran.problems))
    assert line in ran.problems[0]
    assert "> " not in ran.out
    assert ["rules"] == os.listdir()
