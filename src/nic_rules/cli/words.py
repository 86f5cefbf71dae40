"""The words of a session with somebody who answers, in each language that we speak."""

from __future__ import annotations

WORDS: dict[str, dict[str, str]] = {
    "en": {
        "yes_or_no": "yes or no",
        "how_to_answer": "Answer each question. Type ? if nobody knows, < to take back the latest "
        "answer, and . to stop. Each answer is saved at once in {file}.",
        "answered_before": "These answers were already in {file}. For another case, "
        "name another file with --save.",
        "question_of": "Question {number} of at most {most}",
        "must_be": "The answer has to be {kind}.",
        "other_answer": "The answer was not taken. Give another one, "
        "or take back an earlier one with <.",
        "taken_back": "Taken back: {answer}",
        "none_to_take_back": "There is no answer to take back.",
        "stopped_at_once": "Stopped. Nothing was answered.",
        "stopped": "Stopped. The answers are saved in {file}, "
        "and the same command goes on from here.",
        "stands": "There is nothing more to ask. No other answer would change the outcome:",
        "stays_open": "There is nothing more to ask. The outcome may change if this becomes known: "
        "{facts}. As long as it is not known, the outcome is:",
        "kept_in": "All that was told is in {file}. This command gives the grounds:",
    },
    "nb": {
        "yes_or_no": "ja eller nei",
        "how_to_answer": "Svar på spørsmålene. Skriv ? hvis ingen vet svaret, < for å ta tilbake "
        "det siste svaret, og . for å stoppe. Hvert svar lagres med en gang i {file}.",
        "answered_before": "Disse svarene lå allerede i {file}. Gjelder det en annen sak, "
        "angir du en annen fil med --save.",
        "question_of": "Spørsmål {number} av høyst {most}",
        "must_be": "Svaret må være {kind}.",
        "other_answer": "Svaret er ikke tatt med. Gi et annet svar, "
        "eller ta tilbake et tidligere svar med <.",
        "taken_back": "Tatt tilbake: {answer}",
        "none_to_take_back": "Det er ikke noe svar å ta tilbake.",
        "stopped_at_once": "Stoppet. Ingenting er besvart.",
        "stopped": "Stoppet. Svarene er lagret i {file}, "
        "og den samme kommandoen fortsetter herfra.",
        "stands": "Det er ikke mer å spørre om. Ingen flere svar vil endre utfallet:",
        "stays_open": "Det er ikke mer å spørre om. Utfallet kan endre seg hvis dette blir kjent: "
        "{facts}. Så lenge det ikke er kjent, er utfallet:",
        "kept_in": "Alt som er opplyst, ligger i {file}. Denne kommandoen gir begrunnelsen:",
    },
}


def session_words(language: str) -> dict[str, str]:
    """Give the words of a language, English where we do not speak it."""
    return WORDS.get(language, WORDS["en"])
