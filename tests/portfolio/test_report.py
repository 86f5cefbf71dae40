"""The report of a review: its figures are those of the decisions, and it is a page in order."""

from __future__ import annotations

import json
import re
from collections import Counter
from datetime import date, timedelta
from functools import cache
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import pytest

import nic_rules
from nic_rules import Decision
from nic_rules.explanation.tracing import trace
from nic_rules.explanation.until import until
from nic_rules.portfolio.report import tally as module
from nic_rules.portfolio.report.charts import Bar, Part, bars
from nic_rules.portfolio.report.gather import favourable
from nic_rules.portfolio.report.names import Names
from nic_rules.portfolio.report.tally import outcomes_of
from nic_rules.portfolio.report.words import UNRECORDED, WORDS
from nic_rules.portfolio.review import review
from tests.cli.small import small_book
from tests.fixture_years import CLUSTERS, NIC, ROOT, YEARS, day_of, reviewed
from tests.portfolio.pages import Read, after

HALLS = nic_rules.load(ROOT / "rules" / "halls")
LANGUAGES = ("nb", "en")


class Reported(NamedTuple):
    """A review's report, its summary and its decisions."""

    page: Read
    html: str
    summary: dict[str, object]
    decisions: list[Decision]


def report_of(out: Path) -> Reported:
    """Read what a review wrote."""
    html = (out / "report.html").read_text(encoding="utf-8")
    summary = json.loads((out / "summary.json").read_text(encoding="utf-8"))
    lines = (out / "decisions.jsonl").read_text(encoding="utf-8").splitlines()
    return Reported(Read(html), html, summary, [Decision.from_json(line) for line in lines])


@cache
def reported(year: int) -> Reported:
    """Review a fixture year, compared with the year before where there is one."""
    with TemporaryDirectory() as folder:
        before: Path | None = None
        for one in YEARS[: YEARS.index(year) + 1][-2:]:
            out = Path(folder, str(one))
            cases = CLUSTERS / f"{one}.csv"
            review(NIC, cases, out, as_of=day_of(one), previous=before)
            before = out
        return report_of(Path(folder, str(year)))


@cache
def halls_reported() -> Reported:
    """Review the fixture of the other rule book."""
    with TemporaryDirectory() as folder:
        review(
            HALLS, ROOT / "fixtures" / "halls" / "2024.csv", Path(folder), as_of=date(2024, 4, 1)
        )
        return report_of(Path(folder))


def all_reports() -> list[Reported]:
    """Give a report of each rule book, and one that is compared with another."""
    return [reported(2014), reported(2017), halls_reported()]


# --- what it is made of


def test_nothing_is_loaded_from_elsewhere() -> None:
    """No element loads or runs anything, links stay in the page, and it forbids all else."""
    for one in all_reports():
        tags = {part.tag for part in one.page.root.all()}
        assert set() == tags & {
            "script",
            "link",
            "img",
            "iframe",
            "object",
            "embed",
            "base",
            "form",
        }
        names = {name for part in one.page.root.all() for name in part.attributes}
        assert set() == {
            name for name in names if name.startswith("on") or name in ("src", "style")
        }
        policy = [p for p in one.page.root.all("meta") if "http-equiv" in p.attributes]
        assert ["default-src 'none'; style-src 'unsafe-inline'"] == [
            p.attributes["content"] for p in policy
        ]
        (style,) = one.page.root.all("style")
        assert not re.search(r"url\(|@import", style.text)
        assert all(a.attributes["href"].startswith("#") for a in one.page.root.all("a"))


def test_ids_are_unique_and_links_lead_to_them() -> None:
    """Each id stands once; each link, label and description finds its own, in its own language."""
    for one in all_reports():
        ids = [p.attributes["id"] for p in one.page.root.all() if "id" in p.attributes]
        assert sorted(set(ids)) == sorted(ids)
        for language in LANGUAGES:
            part = one.page.in_language(language)
            targets = {p.attributes["id"] for p in part.all() if "id" in p.attributes}
            hrefs = {a.attributes["href"][1:] for a in part.all("a")}
            named = {
                name for p in part.all() for name in p.attributes.get("aria-labelledby", "").split()
            }
            assert set() == (hrefs | named) - targets
        assert {p.attributes["for"] for p in one.page.root.all("label")} <= set(ids)


def test_headings_leave_out_no_level() -> None:
    """Each language begins with its one first heading, and goes down one level at a time."""
    for one in all_reports():
        for language in LANGUAGES:
            part = one.page.in_language(language)
            levels = [int(p.tag[1]) for p in part.all() if re.fullmatch("h[1-6]", p.tag)]
            assert 1 == levels[0] == Counter(levels)[1]
            assert all(b - a <= 1 for a, b in pairwise(levels))


def test_charts_tell_what_they_show() -> None:
    """Each chart is an image with a title and a description, and a table stands beside it."""
    for one in all_reports():
        charts = [s for s in one.page.root.all("svg") if "aria-hidden" not in s.attributes]
        assert charts
        for chart in charts:
            assert "img" == chart.attributes["role"]
            title, told = chart.attributes["aria-labelledby"].split()
            found = {p.attributes.get("id"): p.text for p in chart.all()}
            assert found[title]
            assert found[told]


def test_both_languages_have_the_same_shape() -> None:
    """The languages differ in words only: the same elements stand in the same order."""
    for one in all_reports():
        shapes = [
            [(p.tag, p.attributes.get("class")) for p in one.page.in_language(language).all()]
            for language in LANGUAGES
        ]
        assert shapes[0] == shapes[1]
        assert LANGUAGES == tuple(
            one.page.in_language(language).attributes["lang"] for language in LANGUAGES
        )


def test_the_words_are_the_same_ones_in_each_language() -> None:
    """Each word stands in every language, with the same placeholders, and none is empty."""
    assert WORDS["en"].keys() == WORDS["nb"].keys()
    for key, word in WORDS["en"].items():
        holes = [sorted(re.findall(r"\{\w+\}", text)) for text in (word, WORDS["nb"][key])]
        assert holes[0] == holes[1], key
        assert word
        assert WORDS["nb"][key]


def test_without_records_the_same_words_are_others_in_each_language() -> None:
    """What is said without records stands in for words that lead to them, in every language."""
    led = {key for key, word in WORDS["en"].items() if "decisions.jsonl" in word}
    for language in LANGUAGES:
        instead = UNRECORDED[language]
        assert {*led, "one_by_one_lead", "command_lead"} == instead.keys()
        assert not any("decisions.jsonl" in word for word in instead.values())


def test_many_cases_without_records(tmp_path: Path) -> None:
    """Where there are too many cases to tell, a report without records names no command."""
    cases = tmp_path / "cases.csv"
    cases.write_text("subject,level\n" + "".join(f"s{n},arena\n" for n in range(250)))
    review(NIC, cases, tmp_path / "out", as_of=day_of(2016), without=("records",))
    html = (tmp_path / "out/report.html").read_text(encoding="utf-8")
    assert UNRECORDED["nb"]["more_many"].format(n=150) in html
    assert UNRECORDED["en"]["command_lead"] in html
    assert "nic-rules explain" not in html
    assert "decisions.jsonl" not in html


def test_the_language_chosen_comes_first(tmp_path: Path) -> None:
    """The language asked for is the page's own, and its button is pressed."""
    review(NIC, CLUSTERS / "2014.csv", tmp_path, as_of=day_of(2014), language="en")
    page = report_of(tmp_path).page
    (html,) = page.root.all("html")
    assert "en" == html.attributes["lang"]
    checked = [p.attributes["id"] for p in page.root.all("input") if "checked" in p.attributes]
    assert ["pick-en"] == checked


EVIL = '<script>alert("x")</script>&amp;<b>'


def test_texts_stay_texts(tmp_path: Path) -> None:
    """A subject, a name and a bad value that look like HTML are shown as they are written."""
    cases = tmp_path / "cases.jsonl"
    rows = [
        {"subject": EVIL, "cluster_name": f"name {EVIL}", "allocation_decided": False},
        {"subject": "bad", "level": EVIL},
    ]
    cases.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    review(NIC, cases, tmp_path / "out", as_of=date(2016, 11, 15))
    one = report_of(tmp_path / "out")
    shown = one.page.in_language("en")
    assert [EVIL] == [a.text for a in shown.all("bdi") if a.text == EVIL][:1]
    assert f"name {EVIL}" in {part.text for part in shown.all("bdi")}
    assert EVIL in {part.text for part in shown.all("td")}
    assert [] == one.page.root.all("script")
    assert [] == one.page.root.all("b")


def test_what_cannot_be_printed_is_shown_by_its_escape(tmp_path: Path) -> None:
    """Bytes that are no UTF-8, NULs and cells without end spoil no page."""
    cases = tmp_path / "cases.csv"
    cases.write_bytes(
        b"subject,level,cluster_name\na\xff,arena,x\nb,\x00,x\nc," + b"y" * 5000 + b",x\n"
    )
    review(NIC, cases, tmp_path / "out", as_of=date(2016, 11, 15))
    one = report_of(tmp_path / "out")
    text = one.page.in_language("en").text
    assert "a\\xff" in text
    assert "y" * 299 + "…" in text
    assert "y" * 300 not in text
    assert "\x00" not in one.html


# --- what it tells


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("year", YEARS)
def test_outcomes_are_those_of_the_summary(year: int, language: str) -> None:
    """Each question's first table has the summary's counts, and empty collections beside them."""
    one = reported(year)
    part = one.page.in_language(language)
    for table in NIC.review:
        written = next(t.item.written for t in NIC.book.tables if t.name == table)
        names = {o.name[language]: o.outcome for o in written.outcomes}
        names[WORDS[language]["nothing"]] = ""
        (first, *_) = [p for p in after(part, f"{language}-table-{table}") if p.tag == "table"]
        told = {names[title]: int(n) for title, n, _ in first.rows()}
        empty = sum(1 for d in one.decisions if d.table == table and d.outcome == [])
        outcomes = one.summary["outcomes"]
        assert isinstance(outcomes, dict)
        assert {**outcomes[table], **({"": empty} if empty else {})} == told


@pytest.mark.parametrize("year", YEARS)
def test_groups_add_up_to_the_outcomes(year: int) -> None:
    """By level and by year of admission, each figure is the number of such decisions."""
    one = reported(year)
    part = one.page.in_language("en")
    for fact in ("level", "level_admitted_on"):
        groups: Counter[tuple[str, str]] = Counter()
        for d in one.decisions:
            value = str(d.facts.get(fact, "Unknown"))
            value = value[:4] if fact != "level" and value != "Unknown" else value
            if d.table == "continuation":
                groups[value.lower(), str(d.outcome)] += 1
        written = next(t.item.written for t in NIC.book.tables if t.name == "continuation")
        names = {o.name["en"]: o.outcome for o in written.outcomes}
        tables = [p for p in after(part, "en-table-continuation") if p.tag == "table"]
        table = tables[1 if fact == "level" else 2]
        heads = [p.text for p in table.all("th") if p.attributes.get("scope") == "col"]
        told = {
            (row[0].lower(), names[head]): int(n)
            for row in table.rows()
            for head, n in zip(heads[1:-1], row[1:-1], strict=True)
            if n != "–"
        }
        assert dict(groups) == told
        for row in table.rows():
            assert int(row[-1]) == sum(int(n) for n in row[1:-1] if n != "–")


@pytest.mark.parametrize("year", YEARS)
def test_each_outcome_that_is_not_favourable_has_its_reasons(year: int) -> None:
    """The reasons of an outcome add up to its cases, which are all listed below it."""
    one = reported(year)
    part = one.page.in_language("nb")
    for table in ("continuation", "allocation"):
        wanted = favourable(NIC, table)
        cases: dict[str, set[str]] = {}
        for d in one.decisions:
            if d.table == table and d.outcome not in wanted:
                cases.setdefault(str(d.outcome), set()).add(d.subject or "")
        for outcome, subjects in cases.items():
            tables = [p for p in after(part, f"nb-why-{table}-{outcome}") if p.tag == "table"]
            assert len(subjects) == sum(int(n) for _, n in tables[0].rows())
            assert subjects == {row[0] for row in tables[-1].rows()}


def test_criteria_are_counted_where_they_fail_by_themselves() -> None:
    """Of those given notice, the report counts what the notices name."""
    part = reported(2016).page.in_language("en")
    tables = [p for p in after(part, "en-why-continuation-notice") if p.tag == "table"]
    named: Counter[str] = Counter()
    for row in tables[-1].rows():
        (said,) = re.findall(r"not met: (.*?)\. The cluster is to be given", row[2])
        named.update(said.split("; "))
    assert dict(named) == {title: int(n) for title, n in tables[1].rows()}


@pytest.mark.parametrize("year", YEARS)
def test_missing_information_stands_under_its_supplier(year: int) -> None:
    """Each case that needs something stands once under each who is to supply some of it."""
    one = reported(year)
    part = one.page.in_language("en")
    wanted: dict[str, set[str]] = {}
    for d in one.decisions:
        for fact in d.needs:
            who = NIC.book.facts[fact].item.written.supplied_by
            assert who is not None
            wanted.setdefault(who["en"], set()).add(d.subject or "")
    told = {}
    for number in range(1, len(wanted) + 1):
        heading = next(p for p in part.all("h3") if p.attributes.get("id") == f"en-from-{number}")
        rows = next(p for p in after(part, f"en-from-{number}") if p.tag == "table").rows()
        told[heading.text.removeprefix("From ").partition(" (")[0]] = {row[0] for row in rows}
        assert len(rows) == len({row[0] for row in rows})
    assert wanted == told


def test_periods_that_end_within_a_year_are_those_that_time_brings() -> None:
    """A case stands in the list if it is over a year on; its day is the first on which it is."""
    one = reported(2016)
    part = one.page.in_language("en")
    rows = next(p for p in after(part, "en-list-period_ending") if p.tag == "table").rows()
    told = {row[0]: row[2] for row in rows}
    horizon = date(2017, 11, 15)
    expected = {}
    for d in one.decisions:
        if d.table == "continuation" and d.outcome != "completed":
            facts = dict(d.facts)
            if NIC.edition(horizon).decide("continuation", facts).outcome == "completed":
                day = d.as_of
                while NIC.edition(day).decide("continuation", facts).outcome != "completed":
                    day += timedelta(days=1)
                expected[d.subject] = f"{day.day} {day:%B %Y}"
    assert expected
    assert expected == told
    some = next(d for d in one.decisions if d.subject in told and d.table == "continuation")
    assert until(NIC, "continuation", dict(some.facts), some.as_of).until is not None


def test_worklists_hold_the_cases_of_their_outcomes() -> None:
    """Each list of outcomes has the cases that have them, and no others."""
    lists = {"to_evaluate": ("continuation", "evaluation_due"),
             "split_awaited": ("allocation", "awaiting_split"),
             "under_notice": ("continuation", "notice")}  # fmt: skip
    for year in YEARS:
        one = reported(year)
        for name, (table, outcome) in lists.items():
            expected = {
                d.subject for d in one.decisions if (d.table, d.outcome) == (table, outcome)
            }
            found = after(one.page.in_language("nb"), f"nb-list-{name}")
            rows = [row for p in found if p.tag == "table" for row in p.rows()]
            assert expected == {row[0] for row in rows}


def test_what_changed_is_what_the_two_years_differ_in() -> None:
    """Moves, those that came and went, and totals are those of the decisions of both years."""
    before, now = reviewed(2015).decisions, reviewed(2016).decisions
    both = {s for s, t in before if t == "continuation"} & {
        s for s, t in now if t == "continuation"
    }
    part = reported(2016).page.in_language("en")
    written = next(t.item.written for t in NIC.book.tables if t.name == "continuation")
    names = {o.outcome: o.name["en"] for o in written.outcomes}
    totals, moves, cases = [p for p in after(part, "en-changed-continuation") if p.tag == "table"]
    moved: Counter[tuple[str, str]] = Counter()
    for subject in both:
        pair = [str(year[subject, "continuation"].outcome) for year in (before, now)]
        if pair[0] != pair[1]:
            moved[names[pair[0]], names[pair[1]]] += 1
    assert dict(moved) == {(a, b): int(n) for a, b, n in moves.rows()}
    assert sum(moved.values()) == len(cases.rows())
    counts = [Counter(str(d.outcome) for (_, t), d in year.items() if t == "continuation")
              for year in (before, now)]  # fmt: skip
    expected = {names[o]: tuple(c[o] for c in counts) for o in names if any(c[o] for c in counts)}
    assert expected == {row[0]: (int(row[1]), int(row[2])) for row in totals.rows()}
    others = next(p for p in after(part, "en-changes") if p.tag == "ul").text
    rejected = {line["subject"] for line in reviewed(2016).rejects}
    was = {s for s, _ in before}
    is_now = {s for s, _ in now}
    gone = len(was - is_now - rejected)
    assert f"{len(is_now - was)} cases decided now" in others
    assert f"{gone} cases in the previous review, but not in this file" in others
    assert f"{len(was & rejected)} cases in the previous review, but rejected now" in others


def test_rejects_are_all_there() -> None:
    """Each problem of a rejected row has its line, with row, subject and value."""
    for year in YEARS:
        part = reported(year).page.in_language("en")
        rows = next(p for p in after(part, "en-rejects") if p.tag == "table").rows()
        rejects = reviewed(year).rejects
        assert [f"{r['row']} (line {r['line']})" for r in rejects] == [row[0] for row in rows]
        for reject, row in zip(rejects, rows, strict=True):
            assert reject["code"] == "NIC508" or reject["code"] in row[-1]


def test_contradictions_are_told_in_each_language() -> None:
    """What contradicts what is told in the words of the rule book, in both languages."""
    texts = {lang: reported(2014).page.in_language(lang).text for lang in LANGUAGES}
    (constraint,) = [c for c in NIC.book.constraints if c.name == "business_seats_within_seats"]
    for language in LANGUAGES:
        begin = constraint.item.written.message[language].partition("{")[0]
        assert begin in texts[language]


def test_each_case_is_told_with_its_reasons() -> None:
    """Each decided case has its part, with the outcome of every table, and a command."""
    one = reported(2016)
    part = one.page.in_language("nb")
    subjects = list(dict.fromkeys(d.subject for d in one.decisions))
    told = [p for p in part.all("h3") if p.attributes.get("id", "").startswith("nb-case-")]
    assert subjects == [p.all("bdi")[0].text for p in told]
    commands = [p.text for p in part.all("code")]
    assert [f"nic-rules explain decisions.jsonl --subject {s}" for s in subjects] == commands


@pytest.mark.parametrize("language", LANGUAGES)
def test_reasons_are_those_of_the_explanation(language: str) -> None:
    """Each reason that a report fills is the one that the trace of the decision gives."""
    names = Names(NIC, language)
    for d in reported(2016).decisions:
        found = trace(NIC.edition(d.rules_on), d, language)
        assert tuple(row.because for row in found.table.gave) == names.because(d)


# --- bounded


def test_of_many_cases_the_first_are_listed_and_the_rest_counted(tmp_path: Path) -> None:
    """Beyond the bounds a list says how many more there are, and cases have a command instead."""
    cases = tmp_path / "many.csv"
    rows = [f"s-{n:04},false" for n in range(module.MOST_CASES + 1)]
    cases.write_text("\n".join(["subject,allocation_decided", *rows]) + "\n", encoding="utf-8")
    review(NIC, cases, tmp_path / "out", as_of=date(2016, 11, 15))
    part = report_of(tmp_path / "out").page.in_language("en")
    found = after(part, "en-list-split_awaited")
    table = next(p for p in found if p.tag == "table")
    assert module.MOST_LISTED == len(table.rows())
    more = module.MOST_CASES + 1 - module.MOST_LISTED
    assert f"{more} more cases belong in this list." in " ".join(p.text for p in found)
    assert ["nic-rules explain decisions.jsonl --subject CASE --lang en"] == [
        p.text for p in part.all("code")
    ]
    assert [] == table.all("a")


def test_bars_are_as_long_as_their_numbers() -> None:
    """Parts follow each other without a gap, and the longest bar fills the width."""
    rows = [Bar("A", (Part("x", 3, 0), Part("y", 1, 9))), Bar("B <b>", (Part("x", 2, 0),))]
    chart = str(bars("k", "T", "D", rows))
    page = Read(chart)
    drawn = [p for p in page.root.all("rect") if p.attributes["class"] != "track"]
    spans = [(p.attributes["x"], p.attributes["width"]) for p in drawn]
    assert [("0%", "75%"), ("75%", "25%"), ("0%", "50%")] == spans
    assert ["c0", "c1 again", "c0"] == [p.attributes["class"] for p in drawn]
    assert "B <b>" in {p.text for p in page.root.all("text")}


# --- other rule books, and bad input


def test_a_rule_book_without_a_layout_has_a_report(tmp_path: Path) -> None:
    """Without `report` and in one language, what every rule book has is told."""
    folder = small_book(tmp_path / "book")
    book = nic_rules.load(folder)
    cases = tmp_path / "cases.csv"
    cases.write_text("subject\na\nb\n", encoding="utf-8")
    review(book, cases, tmp_path / "out", as_of=date(2016, 1, 1), tables=book.tables)
    page = report_of(tmp_path / "out").page
    for language in book.languages:
        text = page.in_language(language).text
        assert WORDS.get(language, WORDS["en"])["worklists_none"] in text


def test_an_empty_review_before_is_compared_with(tmp_path: Path) -> None:
    """Where nobody was decided before, all have come."""
    before = tmp_path / "decisions.jsonl"
    before.write_text("", encoding="utf-8")
    review(NIC, CLUSTERS / "2014.csv", tmp_path / "out", as_of=day_of(2014), previous=before)
    text = report_of(tmp_path / "out").page.in_language("en").text
    assert "54 cases decided now, but not in the previous review" in text


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"{}\n", "this is no record of a decision"),
        (b"not JSON\n", "this is no record of a decision"),
        (b"\xff\n", "this file is not UTF-8"),
        (None, "the review before cannot be read"),
    ],
)
def test_a_review_before_that_is_none_is_refused(
    content: bytes | None, told: str, tmp_path: Path
) -> None:
    """Nothing is decided where the review to compare with cannot be used."""
    before = tmp_path / "decisions.jsonl"
    if content is not None:
        before.write_bytes(content)
    out = tmp_path / "out"
    with pytest.raises(nic_rules.NicRulesError, match=told):
        review(NIC, CLUSTERS / "2014.csv", out, as_of=day_of(2014), previous=before)
    assert not out.exists()


@pytest.mark.parametrize("without", [(), ("records",)])
def test_a_review_without_records_is_told_from_none(
    tmp_path: Path, without: tuple[str, ...]
) -> None:
    """Where a review left its records out, that is said, and not where there is none."""
    before = tmp_path / "before"
    if without:
        review(NIC, CLUSTERS / "2014.csv", before, as_of=day_of(2014), without=without)
    with pytest.raises(nic_rules.NicRulesError, match="cannot be read") as told:
        review(NIC, CLUSTERS / "2014.csv", tmp_path / "o", as_of=day_of(2014), previous=before)
    assert bool(without) == ("it was written without records" in str(told.value))


def test_a_review_by_another_rule_book_is_refused(tmp_path: Path) -> None:
    """Outcomes of another programme are not compared."""
    halls = ROOT / "fixtures" / "halls" / "2024.csv"
    review(HALLS, halls, tmp_path / "halls", as_of=date(2024, 4, 1))
    with pytest.raises(nic_rules.NicRulesError, match="not the rule book `nic`"):
        review(
            NIC, CLUSTERS / "2014.csv", tmp_path / "out", as_of=day_of(2014),
            previous=tmp_path / "halls",
        )  # fmt: skip


def test_nothing_collected_is_an_outcome_too() -> None:
    """An empty collection counts as one, so that each case counts somewhere."""
    empty = [d for d in reported(2016).decisions if d.outcome == []]
    assert empty
    assert {("",)} == {outcomes_of(d) for d in empty}
