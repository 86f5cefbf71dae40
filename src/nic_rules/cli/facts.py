"""`nic-rules facts`: what a table asks for, or a file to fill in."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict

import click

from nic_rules.cli.answers import kind
from nic_rules.cli.options import lang_option, language_of, open_book, rules_option
from nic_rules.cli.printing import say
from nic_rules.diagnostics import one_line
from nic_rules.engine.book import AskedFact, RuleBook
from nic_rules.explanation.words import words


@click.command()
@click.argument("table", required=False)
@click.option("--template", is_flag=True, help="Print a YAML file to fill in.")
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True
)
@rules_option
@lang_option
def command(table: str | None, template: bool, form: str, rules: str, lang: str | None) -> None:
    """Say which facts TABLE asks for (all facts of the rule book, if no table is named).

    \b
    Example:
      nic-rules facts eligibility --template --lang en > case.yaml
    """
    book = open_book(rules)
    language = language_of(book, lang)
    asked = book.facts(table) if table is not None else book.all_facts
    if template:
        say("\n".join(_template(asked, language)))
    elif form == "json":
        say(json.dumps([asdict(fact) for fact in asked], ensure_ascii=False, indent=2))
    else:
        say("\n".join(_lines(book, asked, language)))


def _template(asked: tuple[AskedFact, ...], language: str) -> Iterator[str]:
    """Give a file whose facts are all unknown until somebody fills them in."""
    for fact in asked:
        question = fact.ask[language] if fact.ask else fact.title[language]
        who = f" ({fact.supplied_by[language]})" if fact.supplied_by else ""
        yield one_line(f"# {question}{who}")
        yield one_line(f"# {_kind(fact, language)}")
        yield f"{fact.name}:"
    if not asked:
        yield "{}"  # an empty file would be no case


def _lines(book: RuleBook, asked: tuple[AskedFact, ...], language: str) -> Iterator[str]:
    word = words(language)
    for fact in asked:
        yield click.style(fact.name, bold=True) + one_line(f"  {fact.title[language]}")
        who = ""
        if fact.supplied_by:
            who = f"; {word['from'].format(who=fact.supplied_by[language])}"
        yield one_line(f"    {_kind(fact, language)}{who}")
        if fact.ask:
            yield one_line(f"    {fact.ask[language]}")
    yield word["facts_of"].format(count=len(asked), book=book.name)


def _kind(fact: AskedFact, language: str) -> str:
    """Say what may be filled in."""
    values = ", ".join(f"{name} ({told[language]})" for name, told in fact.values.items())
    return kind(fact, language, values)
