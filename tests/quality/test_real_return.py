"""The real regional return: its known faults block, told by file, sheet, column and rows; nothing else does.

The expectations are counted from the workbook by hand (two header rows, blanks as nothing), not from the product.
"""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from ingestion.run import ingest
from ingestion.snapshot import write_inputs
from opora.candidates import Candidate
from opora.config import Config, Municipality
from opora.home import Home
from opora.progress import quiet
from quality.check import CheckResult, run_check
from quality.context import Context
from quality.finding import Finding, merge_for_people
from quality.registry import checks_of
from tests.quality.world import TODAY

FILE = "zabaykalsky_krai_ege_by_school_2022_2024.xlsx"
DATA = Path(__file__).resolve().parents[3] / "shared" / "data" / FILE
_SUITES = {"contract_suite"}  # judged elsewhere; here it would only cost the import

pytestmark = pytest.mark.skipif(not DATA.exists(), reason="the folder of real files is not here")


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, CheckResult]]:
    """Ingest the workbook into a region's home and run the rules of the door."""
    root = tmp_path_factory.mktemp("region")
    region = Config(region=Municipality(code="76000000", name="Край"), register_mode="propose")
    home = Home.create(root / "home", region)
    shutil.copy(DATA, home.inbox)
    ingest(home, quiet)
    candidate = Candidate(home, "real")
    candidate.inputs.mkdir(parents=True)
    write_inputs(home, candidate.inputs)
    context = Context(home, candidate, TODAY)
    yield {check.rule: run_check(check, context) for check in checks_of("door") if check.rule not in _SUITES}
    context.close()


def merged(results: dict[str, CheckResult], rule: str) -> dict[tuple[str, str], Finding]:
    """Findings of a rule by sheet and subject."""
    return {
        (item.sheet or "", item.scope["subject_code"]): item
        for item in merge_for_people(results[rule].findings)
    }


def test_only_the_known_faults_block(results: dict[str, CheckResult]) -> None:
    assert all(result.could_run for result in results.values())
    blockers = Counter(item.rule for result in results.values() for item in result.findings if item.blocks)
    assert blockers == {
        "return_participants_exceed_graduates": 22,
        "totals_not_reconciled": 2,
        "mean_outside_schools": 1,
        "return_parts_exceed_participants": 1,
    }


def test_chemistry_of_2023_holds_another_variable(results: dict[str, CheckResult]) -> None:
    found = merged(results, "return_parts_exceed_participants")
    (chemistry,) = found.values()
    assert (chemistry.file, chemistry.sheet, chemistry.count) == (FILE, "2023", 117)
    assert len(chemistry.rows) == 117 and min(chemistry.rows) >= 8
    assert "Получили 100 баллов" in (chemistry.column or "")
    assert dict(chemistry.scope) == {
        "source": "gia_school_return",
        "academic_year": "2022-2023",
        "gia_level": "11",
        "subject_code": "4",
    }


def test_more_participants_than_graduates(results: dict[str, CheckResult]) -> None:
    found = merged(results, "return_participants_exceed_graduates")
    assert {key: len(item.rows) for key, item in found.items()} == {("2022", "1"): 5, ("2022", "22"): 17}
    alone = results["return_participants_exceed_graduates"].findings
    assert all(item.scope["school_code"].startswith("P") for item in alone)  # a waiver can name one school


def test_totals_and_the_mean_of_history(results: dict[str, CheckResult]) -> None:
    means = {key: item.severity for key, item in merged(results, "mean_outside_schools").items()}
    assert means == {("2023", "7"): "blocker", ("2022", "22"): "warning", ("2023", "22"): "warning"}
    history = merged(results, "mean_outside_schools")["2023", "7"]
    assert "9,74" in history.message and history.rows == (
        381,
    )  # 373 schools under 7 heading rows, then the total
    totals = {key: item.message for key, item in merged(results, "totals_not_reconciled").items()}
    assert set(totals) == {("2022", "10"), ("2023", "7")}
    assert "указано 0, сумма по школам 1" in totals["2022", "10"]
    assert "указано 0, сумма по школам 3" in totals["2023", "7"]
