"""One rendered candidate for the whole session: rendering is the slow part."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

import marts_fixture

from opora.candidates import Candidate
from reporting.run import render


@pytest.fixture(scope="session")
def candidate(tmp_path_factory: pytest.TempPathFactory) -> Candidate:
    made = marts_fixture.make_candidate(tmp_path_factory.mktemp("one"), {marts_fixture.CODE: 16})
    render(made.home, made)
    return made


@pytest.fixture(scope="session")
def region(tmp_path_factory: pytest.TempPathFactory) -> Candidate:
    made = marts_fixture.make_candidate(tmp_path_factory.mktemp("region"), {"76500001": 4, "76500002": 3})
    render(made.home, made)
    return made
