"""The few words of our own in explanations, in each language that we speak."""

from __future__ import annotations

WORDS: dict[str, dict[str, str]] = {
    "en": {
        "met": "met",
        "not_met": "not met",
        "unknown": "unknown",
        "not_applicable": "not applicable",
        "nothing": "nothing",
        "as_of": "as of {day}",
        "rules_on": "by the rules of {day}",
        "why": "Why",
        "no_row": "No row of the table fits this case.",
        "may_change": "That is not settled: see below what is missing.",
        "decided": "What decided it",
        "found": "What else was found",
        "notes": "Noted, without weight for the outcome",
        "missing": "What is missing",
        "nothing_missing": "Nothing: no answer would change the outcome.",
        "from": "from {who}",
        "stuck": "Cannot be settled by any further fact "
        "(a whole of zero, or a value not laid down)",
        "whole_is_zero": "The share cannot be computed, for the whole is zero: {whole}.",
        "interpretations": "Interpretations used",
        "source": "source",
        "interpretation": "interpretation",
        "parameter": "parameter",
        "derived": "computed",
        "evidence": "evidence: {what}",
        "recorded_on": "recorded on {what}",
        "by": "by {what}",
        "record": "Record",
        "rows": "{count} rows: {decided} decided, ",
        "rejected": "{count} rejected",
        "see": "(see {file})",
        "written_to": "written to {folder}",
    },
    "nb": {
        "met": "oppfylt",
        "not_met": "ikke oppfylt",
        "unknown": "ikke avklart",
        "not_applicable": "gjelder ikke",
        "nothing": "ingenting",
        "as_of": "per {day}",
        "rules_on": "etter reglene {day}",
        "why": "Begrunnelse",
        "no_row": "Ingen rad i tabellen passer på denne saken.",
        "may_change": "Det er ikke avklart: se nedenfor hva som mangler.",
        "decided": "Dette avgjorde",
        "found": "Ellers er det funnet",
        "notes": "Notert, uten betydning for utfallet",
        "missing": "Dette mangler",
        "nothing_missing": "Ingenting: ingen opplysning kan endre utfallet.",
        "from": "fra {who}",
        "stuck": "Kan ikke avklares med flere opplysninger "
        "(en helhet på null, eller en verdi som ikke er fastsatt)",
        "whole_is_zero": "Andelen kan ikke beregnes, for helheten er null: {whole}.",
        "interpretations": "Tolkninger som er brukt",
        "source": "kilde",
        "interpretation": "tolkning",
        "parameter": "parameter",
        "derived": "beregnet",
        "evidence": "dokumentasjon: {what}",
        "recorded_on": "registrert {what}",
        "by": "av {what}",
        "record": "Protokoll",
        "rows": "{count} rader: {decided} avgjort, ",
        "rejected": "{count} avvist",
        "see": "(se {file})",
        "written_to": "skrevet til {folder}",
    },
}


def words(language: str) -> dict[str, str]:
    """Give the words of a language, English where we do not speak it."""
    return WORDS.get(language, WORDS["en"])
