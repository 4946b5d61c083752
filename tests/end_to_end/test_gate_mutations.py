"""A corrupted figure is seen by some check: a seeded sample of ``make test-mutations``. Half a minute."""

from __future__ import annotations

import random

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from bench.gate_mutations import CLASSES, JUDGED, campaign, kind_of, mutations, page
from opora.candidates import Candidate
from tests.end_to_end.conftest import DemoRun

pytestmark = pytest.mark.campaign
_SAMPLE = 16
_LEAST_SCORE = 0.9


def test_nine_of_ten_corruptions_of_a_sample_are_seen(demo_run: DemoRun) -> None:
    candidate = Candidate.latest(demo_run.home)
    before = {path.name: path.read_bytes() for path in candidate.cells.glob("*.parquet")}
    trials = campaign(demo_run.home, candidate, most=_SAMPLE)
    assert len(trials) == _SAMPLE
    seen = [bool(rules) for trial in trials for rules in trial.seen.values()]
    assert len(seen) > 3 * _SAMPLE and sum(seen) >= _LEAST_SCORE * len(seen)
    # Nothing of the candidate itself was touched, and the page can be told.
    assert {path.name: path.read_bytes() for path in candidate.cells.glob("*.parquet")} == before
    assert "Поймано" in page(trials, 1.0)


def test_every_table_and_kind_of_column_has_a_mutation_and_a_judgement(demo_run: DemoRun) -> None:
    cells = Candidate.latest(demo_run.home).cells
    listed = list(mutations(cells, random.Random(1)))
    tables = {path.stem: pq.read_table(path) for path in cells.glob("*.parquet")}
    held = {
        (name, kind_of(entry))
        for name, table in tables.items()
        for entry in table.schema
        if entry.name == "symbol" or table.column(entry.name).null_count < table.num_rows
    }
    assert {(item.table, item.kind) for item in listed} == {pair for pair in held if tables[pair[0]].num_rows}
    assert {kind for _, kind in held} == set(CLASSES)
    assert set(tables) == set(JUDGED)
    assert all(item.value != tables[item.table].column(item.column)[item.row].as_py() for item in listed)


def test_columns_are_told_apart() -> None:
    kinds = {
        "figure_id": pa.string(), "ci_low": pa.float64(), "value": pa.float64(), "numerator": pa.int64(),
        "symbol": pa.string(), "is_official": pa.bool_(), "change_status": pa.string(), "due_on": pa.date32(),
        "event_title": pa.string(),
    }  # fmt: skip
    found = [kind_of(pa.field(name, kind)) for name, kind in kinds.items()]
    assert found == ["key", "interval", "share", "count", "symbol", "flag", "flag", "date", "text"]
