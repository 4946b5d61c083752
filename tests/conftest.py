"""What tests of several rooms share: one way to a real browser, the long files first, examples without a clock."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import settings

# How long an example takes says what machine it ran on, not whether it is right.
settings.register_profile("opora", deadline=None)
settings.load_profile("opora")

# Files that take minutes: begun last, one of them would leave the other workers idle at the end.
_LONG = frozenset(
    {
        "test_demo.py",
        "test_figures.py",
        "test_offline_machine.py",
        "test_order.py",
        "test_outsider.py",
        "test_run.py",
        "test_unit_tests.py",
    }
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the long files first; within a file the order stays."""
    items.sort(key=lambda item: item.path.name not in _LONG)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Debian's Chromium without a window; the test skips where it is not installed."""
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("Chromium is not installed")
    sync_api = pytest.importorskip("playwright.sync_api")
    with sync_api.sync_playwright() as play:
        made = play.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield made
        made.close()
