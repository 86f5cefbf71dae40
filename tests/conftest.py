"""What all tests share: commands keep what they keep in a folder of this run, and no other."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import settings

from nic_rules.cli.options import KEEP_IN

# no test is timed: what a slow machine takes is no fault of what it tests
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


@pytest.fixture(scope="session", autouse=True)
def kept_apart(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep the user's own folder out of the tests, and the tests out of it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(KEEP_IN, str(tmp_path_factory.mktemp("kept")))
        yield
