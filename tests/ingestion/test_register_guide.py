"""The guide to the network's registers names every sheet and column that the contracts know, and no other."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ingestion.contract import load_all
from ingestion.words import fold

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "network-registers.md"
SOURCES = (
    "agreements", "programmes", "method_unions", "roadmap", "events", "stage_gates", "goal_survey", "decisions",
)  # fmt: skip


def _sections() -> dict[str, str]:
    parts = re.split(r"^## `(\w+)`", GUIDE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def test_every_register_has_its_section() -> None:
    assert tuple(_sections()) == SOURCES


@pytest.mark.parametrize("source", SOURCES)
def test_sheets_and_columns_are_those_of_the_contract(source: str) -> None:
    tables = _sections()[source].split("Лист «")[1:]
    entities = load_all()[source].entities
    assert len(tables) == len(entities)
    for table, entity in zip(tables, entities, strict=True):
        rows = [line.split("|")[1:-1] for line in table.splitlines() if line.startswith("| ")][1:]
        told = [(fold(row[0].replace("*", "")), "**" in row[0]) for row in rows]
        assert told == [
            (fold(spec.header_words[0]), spec.required) for spec in entity.fields if spec.header_words
        ]
