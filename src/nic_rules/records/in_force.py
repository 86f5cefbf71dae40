"""The part of an archive that people read: what the file is, and the rules that were in force.

Items stand there as they were written, in the words of rule files; of what changes by days, only
what was in force. It is a part of the schema of archives: it changes only together with that.
"""

from __future__ import annotations

from typing import Any

from nic_rules.canonical import Json
from nic_rules.rulebook.book import Parameter, Rules, Table
from nic_rules.rulebook.items import plain

ABOUT: dict[str, list[str]] = {
    "nb": [
        "Denne filen inneholder reglene for én ordning slik de gjaldt i ett tidsrom. Den kan leses"
        " uten noe program.",
        "«title» er navnet på regelboken. «edition» angir den første dagen («from») og den"
        " første dagen da noe er endret («until»); null betyr uten grense. «logic» og «text» er"
        " kontrollsummer av reglene og av tekstene deres. Hver avgjørelse som er truffet etter"
        " disse reglene, oppgir de samme to.",
        "«rules» inneholder reglene som gjaldt, ordrett fra regelfilene. Et vilkår («criteria») er"
        " oppfylt («met»), ikke oppfylt («not_met») eller, når en opplysning mangler, ikke avklart"
        " («unknown»). Det som ikke er avklart, regnes aldri som ikke oppfylt. Et vilkår med"
        " «applies_when» gjelder bare når det som står der, er sant; ellers teller det som"
        " oppfylt.",
        "Betingelser er regnestykker og sammenligninger, skrevet som i språket Python. «as_of» er"
        " dagen saken vurderes for. «share(a, b) >= x» betyr a >= x · b, og er ikke avklart når b"
        " er 0. «years_between(a, b)», og det samme med «months» og «days», teller hele år, måneder"
        " og dager fra a til b. «p[f]» er verdien parameteren p har når opplysningen f er som i"
        " saken. Det som ikke er avklart, har ingen betydning der resten avgjør svaret.",
        "En tabell («tables») gir utfall («then») etter radene sine. En rad passer når hvert navn"
        " under «when» har en av verdiene som står der. «hit_policy» sier hvilke rader som gir"
        " utfallet: «first» den første som passer, «unique» den eneste som passer, «any» alle som"
        " passer, og de er da enige, «collect» alle som passer, hver med sitt utfall.",
        "Navnene under «when» er vilkår, opplysninger eller andre tabeller. «facts» er"
        " opplysningene det spørres etter. «derived» er tall og datoer som regnes ut av dem."
        " «constraints» er det opplysningene må oppfylle for ikke å motsi hverandre; gjør de ikke"
        " det, treffes ingen avgjørelse. En parameter med «by» har én verdi for hver verdi av den"
        " opplysningen.",
        "En regel oppgir hva den bygger på («basis»): kilden selv («source») eller en tolkning"
        " («interpretation»), og da med begrunnelse («why»). «cites» viser til punktene i kilden."
        " De er gjengitt med egne ord under «sources».",
        "For en parameter er «value» verdien som gjaldt, og «since» den første dagen den gjaldt.",
        "«files» inneholder regelfilene ordrett, linje for linje, også det som gjaldt andre dager,"
        " og eksemplene som reglene er prøvd mot. Ut fra dem kan hver avgjørelse treffes på nytt,"
        " med «nic-rules replay».",
        "«digest» er SHA-256 av alt det andre i filen, skrevet på den kanoniske formen i RFC 8785."
        " Stemmer den ikke, er filen endret.",
    ],
    "en": [
        "This file holds the rules of one scheme as they were in force over one span of days. It"
        " can be read without any program.",
        "“title” is the name of the rule book. “edition” tells the first day (“from”) and the first"
        " day on which something is different (“until”); null means without bound. “logic” and"
        " “text” are digests of the rules and of their texts. Every decision made by these rules"
        " names the same two.",
        "“rules” holds the rules that were in force, word for word from the rule files. A criterion"
        " (“criteria”) is met (“met”), not met (“not_met”) or, where a fact is missing, unknown"
        " (“unknown”). What is unknown is never taken for not met. A criterion with “applies_when”"
        " applies only where what stands there is true; elsewhere it counts as met.",
        "Conditions are arithmetic and comparisons, written as in the language Python. “as_of” is"
        " the day that the case is looked at for. “share(a, b) >= x” means a >= x · b, and is"
        " unknown where b is 0. “years_between(a, b)”, and the same with “months” and “days”,"
        " counts whole years, months and days from a to b. “p[f]” is the value that the"
        " parameter p has where the fact f is as in the case. What is unknown does not matter where"
        " the rest settles the answer.",
        "A table (“tables”) gives outcomes (“then”) by its rows. A row fits where every name under"
        " “when” has one of the values that stand there. “hit_policy” says which rows give the"
        " outcome: “first” the first that fits, “unique” the only one that fits, “any” all that"
        " fit, which then agree, “collect” all that fit, each with its own outcome.",
        "The names under “when” are criteria, facts or other tables. “facts” are what is asked for."
        " “derived” are numbers and dates worked out of them. “constraints” are what the facts have"
        " to satisfy so as not to contradict each other; where they do not, nothing is decided. A"
        " parameter with “by” has one value for each value of that fact.",
        "A rule says what it rests on (“basis”): the source itself (“source”) or an interpretation"
        " (“interpretation”), which then gives its reason (“why”). “cites” names the clauses of"
        " the source. They are retold in other words under “sources”.",
        "Of a parameter, “value” is the value that was in force, and “since” the first day on which"
        " it was.",
        "“files” holds the rule files word for word, line by line, also what was in force on other"
        " days, and the examples that the rules were tried on. From them every decision can be"
        " made again, by “nic-rules replay”.",
        "“digest” is the SHA-256 of all the rest of the file, written in the canonical form of"
        " RFC 8785. If it does not hold, the file was changed.",
    ],
}
"""What an archive says of itself, in both languages of its readers, whatever the rules' are."""


def in_force(rules: Rules) -> dict[str, Json]:
    """Give the rules of an interval as people read them, in the order of the rule files."""
    book = rules.book
    return {
        "rulebook": plain(book.item.node),
        "tables": [_table(table) for table in rules.tables.values()],
        "criteria": [plain(criterion.item.node) for criterion in rules.criteria.values()],
        "derived": [plain(derived.item.node) for derived in rules.derived.values()],
        "parameters": [_parameter(parameter, rules) for parameter in book.parameters.values()],
        "constraints": [plain(constraint.item.node) for constraint in rules.constraints.values()],
        "facts": [plain(fact.item.node) for fact in book.facts.values()],
        "sources": [plain(source.node) for source in book.sources],
    }


def _table(table: Table) -> dict[str, Any]:
    """Give a table with those of its rows that were in force."""
    told: dict[str, Any] = plain(table.item.node)
    return {**told, "rows": [told["rows"][row.position] for row in table.rows]}


def _parameter(parameter: Parameter, rules: Rules) -> dict[str, Any]:
    """Give a parameter with the entry that was in force alone."""
    told: dict[str, Any] = plain(parameter.item.node)
    entries = {entry["from"]: entry["value"] for entry in told.pop("values")}
    since = parameter.since(rules.days.start)
    day = None if since is None else since.isoformat()
    return {**told, "since": day, "value": None if day is None else entries[day]}
