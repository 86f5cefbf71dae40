"""Columns that cannot be read, rows that are bad alone, and the kinds that cases come in."""

from __future__ import annotations

import random
from datetime import date, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import nic_rules
from nic_rules import FactError, RequestError
from nic_rules.diagnostics import CasesError
from nic_rules.engine.columns import many as column_many
from nic_rules.engine.columns.values import taken
from nic_rules.rulebook.given import read_case
from tests.columns_of import as_cells, at_once, one_by_one

DAY = date(2016, 3, 1)
BOOK = nic_rules.load("nic")
EDITION = BOOK.edition(DAY)

Problem = tuple[int, str, str, str, str, str | None]


def problems(frame: pl.DataFrame, table: str = "allocation", **options: Any) -> list[Problem]:
    """Give the problems of some cases."""
    found: list[Any] = EDITION.decide_many(table, frame, **options).problems.rows()
    return found


def alone(row: int, **facts: object) -> list[Problem]:
    """Give what `decide` says of one case, as a row's problems."""
    with pytest.raises(FactError) as caught:
        EDITION.decide("allocation", facts)
    found = [
        (row, d.fact or "", d.value or "", d.code, d.message, d.hint)
        for d in caught.value.diagnostics
    ]
    return sorted(found, key=lambda p: (p[0], p[3], p[4]))


WRONG_TYPES = [
    ("agreed_years", pl.Series([3.0, None, 4.5])),
    ("agreed_years", pl.Series([True, None, False])),
    ("agreed_years", pl.Series([51, None, -1])),
    ("agreed_years", pl.Series([2**63, None, 2**64 - 1], dtype=pl.UInt64)),
    ("agreed_years", pl.Series([Decimal("3"), None, Decimal("4.5")])),
    ("agreed_years", pl.Series([[3], None, []], dtype=pl.List(pl.Int64))),
    ("share_general", pl.Series([33.335, None, float("nan")])),
    ("share_general", pl.Series([0.1 + 0.2, None, float("inf")])),
    ("agreed_years", pl.Series([0.0, None, -0.0])),
    ("share_general", pl.Series([101, None, -1])),
    ("share_general", pl.Series([Decimal("33.335"), None, Decimal("100.01")])),
    ("notice_stands", pl.Series([1, None, 0])),
    ("notice_stands", pl.Series([date(2016, 1, 1), None, date(2017, 1, 1)])),
    ("evaluated_on", pl.Series([DAY, None, DAY]).cast(pl.Datetime)),
    ("evaluated_on", pl.Series([date(1899, 12, 31), None, date(2200, 1, 1)])),
    ("evaluated_on", pl.Series([20160101, None, 0])),
    ("level", pl.Series([1, None, 2])),
    ("level", pl.Series([{"value": 1}, None, {"value": 2}])),
    ("level", pl.Series([{"worth": "nce"}, None, {"worth": None}])),
    ("level", pl.Series([b"nce", None, b"\xff"])),
    ("evaluated_on", pl.Series([time(1), None, time(2)])),
    ("evaluated_on", pl.Series([timedelta(1), None, timedelta(2)])),
    ("cluster_name", pl.Series([1.5, None, 2.5])),
    ("organisation_number", pl.Series([123456785, None, 1])),
]


@pytest.mark.parametrize(("name", "column"), WRONG_TYPES, ids=lambda v: str(getattr(v, "dtype", v)))
def test_values_of_wrong_types_are_refused_as_for_one_case(name: str, column: pl.Series) -> None:
    """Both rows are refused in the words of one case; what is unknown between them is decided."""
    frame = pl.DataFrame({name: column})
    first, _, third = column.to_list()
    expected = alone(1, **{name: first}) + alone(3, **{name: third})
    assert expected == problems(frame)
    outcomes = EDITION.decide_many("allocation", frame).frame["allocation"]
    assert [None, EDITION.decide("allocation", {}).outcome, None] == outcomes.to_list()


RIGHT_TYPES = [
    ("agreed_years", pl.Series([3], dtype=pl.UInt8), 3),
    ("agreed_years", pl.Series([3], dtype=pl.Int128), 3),
    ("share_general", pl.Series([25], dtype=pl.Int8), 25),
    ("share_general", pl.Series([33.33]), Decimal("33.33")),
    ("share_general", pl.Series([12.5], dtype=pl.Float32), Decimal("12.5")),
    ("share_general", pl.Series([Decimal("33.330000")]), Decimal("33.33")),
    ("share_general", pl.Series([Decimal("33")]), 33),
    ("share_general", pl.Series(["33.3300"]), Decimal("33.33")),
    ("level", pl.Series(["nce"], dtype=pl.Categorical), "nce"),
    ("level", pl.Series(["nce"], dtype=pl.Enum(["other", "nce"])), "nce"),
    ("organisation_number", pl.Series(["974760673"]), "974760673"),
]


@pytest.mark.parametrize(
    ("name", "column", "value"), RIGHT_TYPES, ids=lambda v: str(getattr(v, "dtype", v))
)
def test_columns_keep_their_types_where_they_are_exact(
    name: str, column: pl.Series, value: object
) -> None:
    """Whatever holds the value exactly gives the decision that the value gives."""
    (decision,) = EDITION.decide_many("allocation", pl.DataFrame({name: column})).decisions()
    expected = EDITION.decide("allocation", {name: value})
    assert (expected, expected.digest) == (decision, decision.digest)


DAYS = pl.Series([3_000_000, 16_000, -1_000_000, 2**31 - 1, -(2**31)], dtype=pl.Int32)
LONG = pl.Series([2**62, 0, -(2**62), 2**63 - 1, -(2**63) + 1])
FAR = [
    ("evaluated_on", DAYS.cast(pl.Date), True),
    ("as_of", DAYS.cast(pl.Date), True),
    ("rules_on", DAYS.cast(pl.Date), True),
    ("level.recorded_on", DAYS.cast(pl.Date), True),
    ("level", DAYS.cast(pl.Date), False),
    ("subject", DAYS.cast(pl.Date), False),
    ("as_of", LONG.cast(pl.Datetime("ms")), False),
    ("evaluated_on", LONG.cast(pl.Datetime("us", "Europe/Oslo")), False),
    ("agreed_years", LONG.cast(pl.Duration("ms")), False),
]


@pytest.mark.parametrize(
    ("name", "column", "right"), FAR, ids=lambda v: str(getattr(v, "dtype", v))
)
def test_days_that_python_has_not_are_refused_alone(
    name: str, column: pl.Series, right: bool
) -> None:
    """A cell in a year that Python has not costs its own row, whatever its column is for."""
    made = EDITION.decide_many("allocation", pl.DataFrame({name: column}))
    told = [row for row, _, _, code, *_ in made.problems.iter_rows() if code == "NIC505"]
    assert [1, 3, 4, 5] == told
    assert (5, 4 if right else 5) == (made.rows, made.rejected)
    assert [right] == [known is not None for known in made.frame["allocation"][1:2]]
    assert made.decided == len(list(made.decisions())) == made.records("allocation").count()


NESTED = [
    pl.Series([[1], None]),
    pl.Series([{"a": 1}, None]),
    pl.Series([b"a", None]),
    pl.Series([True, None]),
    pl.Series([timedelta(1), None]),
]


@pytest.mark.parametrize("column", NESTED, ids=lambda c: str(c.dtype))
@pytest.mark.parametrize("name", ["subject", "as_of", "rules_on", "level.by", "level.recorded_on"])
def test_columns_beside_facts_are_refused_row_by_row(name: str, column: pl.Series) -> None:
    """Whatever type a column of subjects, days or evidence has, only rows with a value are bad."""
    made = EDITION.decide_many("allocation", pl.DataFrame({name: column}))
    bad = [row for row, where, *_ in made.problems.iter_rows() if where == name]
    assert ([1, 2] if name == "subject" else [1]) == bad
    assert 2 - len(bad) == made.decided == len(list(made.decisions()))
    assert [None] == made.frame["allocation"][:1].to_list()


def test_a_value_with_its_evidence_is_not_one_cell() -> None:
    """What `decide` takes as an object would lose its evidence in a column: it is refused."""
    cells = [{"value": "nce", "by": "B"}, {"value": None, "by": "B"}, None]
    first, second = problems(pl.DataFrame({"level": cells}))
    assert (1, "level", "nce", "NIC503") == first[:4]
    assert (2, "level", "null", "NIC503") == second[:4]
    assert "columns beside it can be `level.evidence`, `level.recorded_on`, `level.by`" == first[5]


def test_columns_of_python_objects_stop_everything() -> None:
    """A column without a type of its own is refused before anything is decided."""
    frame = pl.DataFrame({"level": pl.Series(["nce"], dtype=pl.Object)})
    with pytest.raises(CasesError, match="column `level` holds Object, which no fact is"):
        EDITION.decide_many("allocation", frame)


def test_contradictions_of_facts_with_bad_evidence_are_not_told() -> None:
    """A fact beside which something is wrong is not read: no constraint of it is told."""
    frame = pl.DataFrame(
        {
            "key_actors": [3, 3],
            "participating_key_actors": [9, 9],
            "key_actors.recorded_on": ["soon", "2016-01-31"],
        }
    )
    assert [(1, "NIC507"), (2, "NIC508")] == [
        (row, code) for row, _, _, code, *_ in problems(frame)
    ]
    told = {"value": 3, "recorded_on": "soon"}
    assert [p[3] for p in alone(1, key_actors=told, participating_key_actors=9)] == ["NIC507"]


def test_days_that_cannot_be_read_are_not_told_as_others() -> None:
    """The frame has no day where a row's own is none, and the edition's where none was given."""
    frame = pl.DataFrame({"as_of": ["2015-02-30", "", None, "2015-01-01"]})
    days = EDITION.decide_many("allocation", frame).frame["as_of"].to_list()
    assert [None, DAY, DAY, date(2015, 1, 1)] == days


def test_organisation_numbers_are_taken_as_by_one_case() -> None:
    """A text is taken at once as an organisation number exactly if one case takes it."""
    drawn = random.Random(1)
    texts = [
        "".join(drawn.choices("0123456789", k=drawn.choice((8, 9, 9, 10)))) for _ in range(4000)
    ]
    for at in range(0, len(texts), 3):
        place = drawn.randrange(8)
        texts[at] = texts[at][:place] + drawn.choice("+- _.eé१x") + texts[at][place + 1 :]
    facts = EDITION.compiled.rules.facts
    right = [not read_case(facts, {"organisation_number": text}).problems for text in texts]
    column = pl.Series("organisation_number", texts)
    found = column.to_frame().select(taken(facts[column.name], column, {}))
    assert 100 < sum(right) < 400
    assert [text if one else None for text, one in zip(texts, right, strict=True)] == (
        found.to_series().to_list()
    )


def test_a_bad_row_never_spoils_its_neighbours() -> None:
    """Bad cells, and facts that contradict each other, stay with their rows."""
    frame = pl.DataFrame(
        {
            "agreed_years": ["3", "three", "3", "", "3"],
            "key_actors": ["5", "5", "3", "5", None],
            "participating_key_actors": ["5", "9", "9", "x", "9"],
        }
    )
    many = EDITION.decide_many(EDITION.tables, frame)
    expected = one_by_one(EDITION, "eligibility", as_cells(frame), [DAY] * 5)
    assert expected == at_once(many, "eligibility")
    assert (5, 2, 3) == (many.rows, many.decided, many.rejected)
    assert [1, 5] == [
        row
        for row, bad in zip(many.frame["row"], many.frame["eligibility"].is_null(), strict=True)
        if not bad
    ]


def test_contradictions_are_told_in_the_language_asked_for() -> None:
    """A contradiction's message is the constraint's, and its value the constraint's name."""
    frame = pl.DataFrame({"key_actors": [3], "participating_key_actors": [9]})
    (told,) = problems(frame, language="en")
    with pytest.raises(FactError) as caught:
        EDITION.decide("allocation", frame.row(0, named=True), language="en")
    (one,) = caught.value.diagnostics
    assert (1, "", one.value, "NIC508", one.message, None) == told


def test_columns_of_no_fact_stop_everything() -> None:
    """A foreign column is an error with a hint before anything is decided."""
    with pytest.raises(CasesError) as caught:
        EDITION.decide_many("allocation", pl.DataFrame({"agreed_year": [3], "subject": ["a"]}))
    (wrong,) = caught.value.diagnostics
    assert ("NIC602", "column `agreed_year` is no fact") == (wrong.code, wrong.message)
    assert "did you mean `agreed_years`?" == wrong.hint


def test_missing_columns_and_nulls_everywhere_are_unknown() -> None:
    """A fact without a column is unknown for all, and so is one of nulls."""
    expected = EDITION.decide("eligibility", {})
    nothing = pl.DataFrame({name: pl.Series([None, None]) for name in EDITION.rules.facts})
    for frame in (nothing, pl.DataFrame({"level": pl.Series([None, None], dtype=pl.String)})):
        assert [expected] * 2 == list(EDITION.decide_many("eligibility", frame).decisions())


def test_empty_frames_give_empty_answers() -> None:
    """No row in, no row out, and the columns are there."""
    many = EDITION.decide_many(
        EDITION.tables, pl.DataFrame({"level": pl.Series([], dtype=pl.String)})
    )
    assert (0, 0, []) == (many.rows, many.rejected, list(many.decisions()))
    assert {*EDITION.tables} <= set(many.frame.columns)
    assert 0 == many.needs("eligibility").height == many.findings("eligibility").height


def test_rows_without_columns_are_cases_of_which_nothing_is_known() -> None:
    """No row is lost, not even of a frame without columns."""
    made = EDITION.decide_many("eligibility", pl.DataFrame(height=3))
    assert [EDITION.decide("eligibility", {})] * 3 == list(made.decisions())
    assert 3 == made.records("eligibility").count()


def test_days_and_subjects_are_read_with_each_row() -> None:
    """`as_of` and `rules_on` may differ from row to row; what is wrong with them is told."""
    frame = pl.DataFrame(
        {
            "subject": ["a", "b", None, "a", "c"],
            "as_of": ["2015-01-01", "2015-02-30", "2015-01-01", None, "2015-01-01"],
            "rules_on": ["2005-01-01", None, "2016-01-01", "x", None],
            "level": ["arena"] * 5,
        }
    )
    many = EDITION.decide_many("eligibility", frame)
    found = [(row, column, code) for row, column, _, code, *_ in many.problems.iter_rows()]
    assert [
        (1, "subject", "NIC604"),
        (2, "as_of", "NIC504"),
        (3, "subject", "NIC604"),
        (4, "rules_on", "NIC504"),
        (4, "subject", "NIC604"),
    ] == found
    (decision,) = many.decisions()
    expected = EDITION.decide(
        "eligibility", {"level": "arena"}, subject="c", as_of=date(2015, 1, 1)
    )
    assert expected == decision


def test_each_row_has_the_rules_of_its_own_day() -> None:
    """Rows are decided by the edition of their `rules_on`, in order, or told that none is."""
    days = [date(2016, 3, 1), date(2005, 1, 1), date(2001, 1, 1), date(2016, 3, 2), None]
    frame = pl.DataFrame({"level": ["nce"] * 5, "agreed_years": [10] * 5, "rules_on": days})
    many = EDITION.decide_many("continuation", frame, as_of=DAY)
    made = iter(many.decisions())
    for row, day in enumerate(days):
        try:
            one = BOOK.edition(day or DAY).decide(
                "continuation", {"level": "nce", "agreed_years": 10}, as_of=DAY
            )
        except RequestError as error:
            (wrong,) = error.diagnostics
            told = many.problems.filter(pl.col("row") == row + 1)["message"].to_list()
            assert [wrong.message] == told
            continue
        assert one == next(made)
        assert one.outcome == many.frame["continuation"][row]


def test_chunks_of_other_rules_go_together(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where each chunk has one day's rules, with other criteria, answers are those of each case."""
    monkeypatch.setattr(column_many, "CHUNK", 2)
    days = [date(2016, 3, 1)] * 2 + [date(2005, 1, 1)] * 2 + [date(2013, 12, 31)] * 2
    frame = pl.DataFrame({"level": ["nce", "arena"] * 3, "rules_on": days})
    made = BOOK.edition(days[0]).decide_many("continuation", frame, as_of=DAY)
    expected = [
        BOOK.edition(day).decide("continuation", {"level": level}, as_of=DAY)
        for level, day in zip(frame["level"], days, strict=True)
    ]
    assert expected == list(made.decisions())
    findings = made.findings("continuation")
    for at, decision in enumerate(expected):
        for name in findings.columns:
            criterion, _, lacks = name.partition(".")
            found = decision.findings.get(criterion)
            told = found and (";".join(found.lacks) if lacks else found.finding)
            assert told == findings[name][at]


def test_evidence_beside_values_is_kept() -> None:
    """Evidence goes with a decision, and a day that is none is refused."""
    frame = pl.DataFrame(
        {
            "level": ["arena", "arena"],
            "level.evidence": ["letter 17", None],
            "level.recorded_on": ["2016-02-28", "soon"],
        }
    )
    many = EDITION.decide_many("eligibility", frame)
    told = {"value": "arena", "evidence": "letter 17", "recorded_on": "2016-02-28"}
    assert [EDITION.decide("eligibility", {"level": told})] == list(many.decisions())
    assert [(2, "level.recorded_on", "soon", "NIC507")] == [
        problem[:4] for problem in many.problems.iter_rows()
    ]


class Arrow:
    """An Arrow table of some other library: whatever has `__arrow_c_stream__`."""

    def __init__(self, frame: pl.DataFrame) -> None:
        self.frame = frame

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return self.frame.__arrow_c_stream__(requested_schema)

    @classmethod
    def from_arrow(cls, table: Any) -> Arrow:
        """Make one of another library's."""
        return cls(pl.DataFrame(table))


def test_answers_are_of_the_kind_that_cases_came_in(tmp_path: Path) -> None:
    """Frames, lazy frames, Arrow tables and files are decided alike, and answered in kind."""
    frame = pl.DataFrame(
        {"subject": ["a", "b"], "level": ["arena", "nce"], "agreed_years": [6, 10]}
    )
    expected = EDITION.decide_many("eligibility", frame).frame
    assert isinstance(expected, pl.DataFrame)
    lazy = EDITION.decide_many("eligibility", frame.lazy()).frame
    assert isinstance(lazy, pl.LazyFrame)
    arrow = EDITION.decide_many("eligibility", Arrow(frame)).frame
    assert isinstance(arrow, Arrow)
    found = [lazy.collect(), arrow.frame]
    frame.write_csv(tmp_path / "cases.csv")
    frame.write_parquet(tmp_path / "cases.parquet")
    for path in sorted(tmp_path.iterdir()):
        found += [EDITION.decide_many("eligibility", form).frame for form in (path, str(path))]
    assert [expected["eligibility"].to_list()] * 6 == [f["eligibility"].to_list() for f in found]


@pytest.mark.parametrize("content", [b"", b'subject,level\na,arena,x,y\n"', b"level\narena\n"])
def test_files_that_are_no_cases_are_refused(content: bytes, tmp_path: Path) -> None:
    """A file that cannot be used at all is one error."""
    path = tmp_path / "cases.csv"
    path.write_bytes(content)
    for bad in (path, tmp_path / "none.csv", tmp_path / "cases.odt"):
        with pytest.raises(CasesError):
            EDITION.decide_many("eligibility", bad)


def test_requests_that_cannot_be_answered() -> None:
    """Unknown tables, languages and kinds of cases are refused as for one case."""
    frame = pl.DataFrame({"level": ["arena"]})
    for tables, cases, options in (
        ("eligibilty", frame, {}),
        ([["eligibility"]], frame, {}),
        (7, frame, {}),
        ("eligibility", [{"level": "arena"}], {}),
        ("eligibility", frame, {"language": "xx"}),
        ("eligibility", frame, {"as_of": "2016-03-01"}),
    ):
        with pytest.raises(RequestError):
            EDITION.decide_many(tables, cases, **options)  # type: ignore[arg-type]


def test_only_what_was_decided_can_be_asked_for() -> None:
    """Other tables, misspelt ones and facts that there are not are refused by their names."""
    made = EDITION.decide_many("eligibility", pl.DataFrame({"level": ["arena"]}))
    for asked in (
        made.needs,
        made.findings,
        made.counts,
        made.records,
        lambda table: list(made.masks(table)),
        lambda table: list(made.decisions(table)),
        lambda table: list(made.record_frames([table])),
    ):
        with pytest.raises(RequestError, match="by table `continuation` here"):
            asked("continuation")
        with pytest.raises(RequestError, match="did you mean `eligibility`"):
            asked("eligibilty")
        with pytest.raises(RequestError, match="a table is named by a text"):
            asked(["eligibility"])  # type: ignore[arg-type]  # as somebody might
    with pytest.raises(RequestError, match="there is no fact `levle`"):
        made.values(["levle"])


def test_what_is_asked_for_twice_is_told_once() -> None:
    """A table or fact that is named twice gives its columns once."""
    made = EDITION.decide_many("eligibility", pl.DataFrame({"level": ["arena"]}))
    once, twice = ("eligibility",), ("eligibility", "eligibility")
    assert made.needs(*once).equals(made.needs(*twice))
    assert made.findings(*once).equals(made.findings(*twice))
    assert made.values(["level"]).equals(made.values(["level", "level"]))


def test_lazy_frames_that_cannot_be_read_are_refused(tmp_path: Path) -> None:
    """What a lazy frame cannot give is told as for a file."""
    for lazy in (pl.scan_csv(tmp_path / "none.csv"), pl.LazyFrame({"a": [1]}).select("b")):
        with pytest.raises(CasesError, match="this lazy frame cannot be read"):
            EDITION.decide_many("eligibility", lazy)


def test_the_name_of_a_file_is_no_pattern(tmp_path: Path) -> None:
    """A file whose name holds brackets is read, and an asterisk stands for no other file."""
    frame = pl.DataFrame({"subject": ["a"], "level": ["arena"]})
    frame.write_csv(tmp_path / "a[1].csv")
    frame.write_parquet(tmp_path / "a[1].parquet")
    for name in ("a[1].csv", "a[1].parquet"):
        assert 1 == EDITION.decide_many("eligibility", tmp_path / name).decided
    for name in ("a*.csv", "a*.parquet"):
        with pytest.raises(CasesError):
            EDITION.decide_many("eligibility", tmp_path / name)
