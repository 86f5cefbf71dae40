"""What is seen of a review at work."""

from __future__ import annotations

import pytest

from nic_rules.cli.logs import watched


def stopped(events: list[int]) -> None:
    """Tell of a review that had done some rows before, or did since, and stop it."""
    with watched("json", "en") as (log, _):
        for number, rows in enumerate(events):
            if number == 0:
                log("review starts", files=[], rows=50, done=rows)
            else:
                log("rows reviewed", rows=rows)
        raise KeyboardInterrupt


@pytest.mark.parametrize(("events", "done"), [([], 0), ([20], 20), ([20, 30], 30)])
def test_a_stop_says_how_far_the_review_came(
    capsys: pytest.CaptureFixture[str], events: list[int], done: int
) -> None:
    """Rows that an earlier start had done count, whether a chunk was finished since or not."""
    with pytest.raises(KeyboardInterrupt):
        stopped(events)
    told = capsys.readouterr().err.splitlines()[-1]
    assert f"Stopped. {done} rows are done, and the same command goes on from there." == told
