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

# Files that take minutes, the longest first: begun last, one of them would leave the other workers idle at the end.
_LONG = (
    "test_region.py",
    "test_offline_machine.py",
    "test_documents.py",
    "test_keeping.py",
    "test_superset.py",
    "test_withdrawals.py",
    "test_figures.py",
    "test_outsider.py",
    "test_daemon.py",
    "test_dead_runs.py",
    "test_order.py",
    "test_hidden_town.py",
    "test_truth.py",
    "test_run.py",
    "test_demo.py",
    "test_unit_tests.py",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the long files first; within a file the order stays."""
    places = {name: number for number, name in enumerate(_LONG)}
    items.sort(key=lambda item: places.get(item.path.name, len(places)))


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
