"""What follows from each combination of the answers that the yearly review can have."""

from __future__ import annotations

from datetime import date
from itertools import product
from typing import Literal

import pytest

from tests.rulebook_nic.nic import decide

Answer = Literal["yes", "no", "unknown"]
ANSWERS: tuple[Answer, ...] = ("yes", "no", "unknown")
Remedy = Literal["no notice", "time left", "time over", "unknown"]
REMEDIES: tuple[Remedy, ...] = ("no notice", "time left", "time over", "unknown")
AS_OF = date(2015, 9, 1)

RUNNING: dict[Answer, dict[str, object]] = {
    "yes": {"agreed_years": 10}, "no": {"agreed_years": 9}, "unknown": {"level_admitted_on": None},
}  # fmt: skip
EVALUATED: dict[Answer, dict[str, object]] = {
    "yes": {"evaluated_on": "2015-05-20"},
    "no": {"evaluated_on": "2014-05-20"},
    "unknown": {"evaluated_on": None},
}
MEETS: dict[Answer, dict[str, object]] = {
    "yes": {}, "no": {"active_leadership": False}, "unknown": {"key_actors": None},
}  # fmt: skip
REMEDY: dict[Remedy, dict[str, object]] = {
    "no notice": {"notice_stands": False, "remedy_deadline": None},
    "time left": {"notice_stands": True, "remedy_deadline": "2015-09-01"},
    "time over": {"notice_stands": True, "remedy_deadline": "2015-08-31"},
    "unknown": {"notice_stands": None, "remedy_deadline": "2015-08-31"},
}
FOLLOWS: dict[Answer, dict[str, object]] = {
    "yes": {}, "no": {"develops_per_goals": False}, "unknown": {"develops_per_strategy": None},
}  # fmt: skip


def expected(
    running: Answer, evaluated: Answer, meets: Answer, remedy: Remedy, follows: Answer
) -> str:
    """Say in plain words what follows: each question is asked once the one before is answered."""
    if running == "no":
        return "completed"
    if running == "unknown" or evaluated == "unknown":
        return "needs_information"
    if evaluated == "no":
        return "evaluation_due"
    if meets == "no":
        return {"unknown": "needs_information", "time over": "discontinue"}.get(remedy, "notice")
    if meets == "unknown" or follows == "unknown":
        return "needs_information"
    return "continue" if follows == "yes" else "continue_with_follow_up"


@pytest.mark.parametrize("running", ANSWERS)
@pytest.mark.parametrize("evaluated", ANSWERS)
def test_every_combination_has_its_outcome(running: Answer, evaluated: Answer) -> None:
    """Running, evaluated, meeting requirements, after a notice or not, following the strategy."""
    for meets, remedy, follows in product(ANSWERS, REMEDIES, ANSWERS):
        given = {
            **RUNNING[running], **EVALUATED[evaluated], **MEETS[meets], **REMEDY[remedy],
            **FOLLOWS[follows],
        }  # fmt: skip
        decision = decide("a_running_nce", given, as_of=AS_OF)
        wanted = expected(running, evaluated, meets, remedy, follows)
        assert wanted == decision.outcome, (meets, remedy, follows)
