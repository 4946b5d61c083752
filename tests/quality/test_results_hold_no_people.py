"""A name that slipped into any text column of the lake is told by its place; no result of any check repeats it."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from quality.data import check_data
from quality.data_docs.run import write_data_docs
from quality.run import audit
from tests.quality.world import TODAY, World

NAME = "Кудеяров Пахом Еремеевич"
_KEYS = frozenset(
    {
        "delivery_id",
        "reading_id",
        "scope_key",
        "academic_year",
        "source_sheet",
        "file_name",
        "municipality_code",
    }
)


def slip_in(world: World) -> int:
    """Put the name into every text cell of one row in three of every entity; return how many cells."""
    cells = 0
    for rows in world.lake.values():
        for row in rows[::3]:
            for column, value in row.items():
                if isinstance(value, str) and column not in _KEYS:
                    row[column] = NAME
                    cells += 1
    return cells


@pytest.mark.usefixtures("harmless_attacker")
def test_no_result_of_a_check_repeats_a_value(world: World) -> None:
    assert slip_in(world) > 50
    world.write()
    findings = check_data(world.home, world.candidate, TODAY)
    assert {item.rule for item in findings} >= {"contract_suite", "school_code_unmatched"}
    world.write_editions()
    write_data_docs(world.home, world.candidate)
    evidence = audit(world.home, world.candidate, TODAY)
    assert evidence.verdict == "refused"
    texts = [json.dumps(item.as_json(), ensure_ascii=False) for item in (*findings, *evidence.findings)]
    texts += [item.told() for item in findings]
    results = pq.read_table(world.candidate.cells / "quality_results.parquet").to_pylist()
    texts.append(json.dumps(results, ensure_ascii=False))
    files = [world.candidate.findings, world.candidate.evidence, world.candidate.root / "suites.json"]
    files += [path for path in Path(world.home.cache).rglob("*") if path.is_file()]
    files += list((world.candidate.internal / "quality").rglob("*.html"))
    texts += [path.read_text(encoding="utf-8") for path in files]
    for word in NAME.split():
        assert not [text for text in texts if word in text], word
