"""The words of comparisons, in each language that we speak."""

from __future__ import annotations

WORDS: dict[str, dict[str, str]] = {
    "en": {
        "before": "Before",
        "after": "After",
        "moved": "What moved the outcome",
        "outcome_is_the_same": "The outcome is the same, so nothing moved it.",
        "rules_are_not_at_hand": "The rule book at hand does not hold the rules of both decisions, "
        "so it is not said what moved the outcome.",
        "this": "With this as before and all else as after, the outcome would be “{outcome}” "
        "again:",
        "any": "With any one of these as before and all else as after, the outcome would be "
        "“{outcome}” again:",
        "all": "With all of these as before and all else as after, the outcome would be "
        "“{outcome}” again; fewer are not enough:",
        "groups": "With all of any one of these groups as before and all else as after, the "
        "outcome would be “{outcome}” again; fewer are not enough:",
        "group": "Group {number}",
        "more_sets": "and {count} more",
        "none_found": "None of the {tried} smallest combinations of changes gives the earlier "
        "outcome. No more were tried.",
        "tried": "Only the {tried} smallest combinations of changes were tried.",
        "facts": "Facts that changed",
        "no_facts": "No fact changed.",
        "findings": "Findings that changed",
        "no_findings": "No finding changed.",
        "inner": "Other questions whose answers changed",
        "evidence": "Facts with other evidence, which has no weight for the outcome",
        "days": "Days and rules",
        "as_of": "Day of the facts",
        "rules_on": "Day of the rules",
        "unchanged": "{what} (unchanged)",
        "same_rules": "The rules are the same.",
        "other_texts": "The rules decide alike; only their texts or sources have changed.",
        "other_rules": "The rules have changed.",
        "in_force": "The rules are in force",
        "interval": "{first} to {last}",
        "absent": "not in the rules",
        "lacking": "{finding}, lacking {facts}",
        "nothing": "nothing",
    },
    "nb": {
        "before": "Før",
        "after": "Etter",
        "moved": "Dette endret utfallet",
        "outcome_is_the_same": "Utfallet er det samme, så ingenting har endret det.",
        "rules_are_not_at_hand": "Regelboken som er brukt her, har ikke reglene for begge "
        "avgjørelsene. Derfor sies det ikke hva som endret utfallet.",
        "this": "Med dette som før og alt annet som etterpå ville utfallet igjen blitt "
        "«{outcome}»:",
        "any": "Med ett av disse punktene som før og alt annet som etterpå ville utfallet igjen "
        "blitt «{outcome}»:",
        "all": "Med alt dette som før og alt annet som etterpå ville utfallet igjen blitt "
        "«{outcome}». Færre punkter er ikke nok:",
        "groups": "Med alle punktene i en av disse gruppene som før og alt annet som etterpå ville "
        "utfallet igjen blitt «{outcome}». Færre punkter er ikke nok:",
        "group": "Gruppe {number}",
        "more_sets": "og {count} til",
        "none_found": "Ingen av de {tried} minste kombinasjonene av endringer gir det tidligere "
        "utfallet. Flere er ikke prøvd.",
        "tried": "Bare de {tried} minste kombinasjonene av endringer er prøvd.",
        "facts": "Opplysninger som er endret",
        "no_facts": "Ingen opplysninger er endret.",
        "findings": "Vilkår med endret resultat",
        "no_findings": "Ingen vilkår har endret resultat.",
        "inner": "Andre spørsmål med endret svar",
        "evidence": "Opplysninger med endret dokumentasjon, som ikke betyr noe for utfallet",
        "days": "Dager og regler",
        "as_of": "Dagen opplysningene gjelder for",
        "rules_on": "Dagen reglene gjelder for",
        "unchanged": "{what} (uendret)",
        "same_rules": "Reglene er de samme.",
        "other_texts": "Reglene gir samme svar; bare tekster eller kilder er endret.",
        "other_rules": "Reglene er endret.",
        "in_force": "Reglene gjelder",
        "interval": "{first} til {last}",
        "absent": "ikke blant reglene",
        "lacking": "{finding}, mangler {facts}",
        "nothing": "ingenting",
    },
}


def words(language: str) -> dict[str, str]:
    """Give the words of a language, English where we do not speak it."""
    return WORDS.get(language, WORDS["en"])
