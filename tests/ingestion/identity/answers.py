"""The answer about given rows: who every one of them is."""

from __future__ import annotations

import pandas as pd

from ingestion.identity.resolve import COLUMNS
from ingestion.identity.resolve import resolve as resolved
from ingestion.vault import Vault
from tests.ingestion.identity.rows import Row, land


def person_map(vault: Vault, effective: pd.DataFrame, schools: pd.DataFrame | None = None) -> pd.DataFrame:
    """Return who every token is, without the candidates of doubtful names."""
    return resolved(vault, effective, schools).map


def resolve(
    vault: Vault, rows: list[Row], schools: pd.DataFrame | None = None
) -> list[tuple[int, int | None]]:
    """Return (person_id, alternative or None) of every row."""
    effective, frame = land(vault, rows)
    people = person_map(vault, effective, schools)
    assert tuple(people.columns) == COLUMNS
    assert not people.duplicated(["source", "academic_year", "person_token"]).any()
    assert (people["person_id"] > 0).all()
    found = frame.merge(people, how="left", on=["source", "academic_year", "person_token"])
    assert len(found) == len(rows) and found["person_id"].notna().all()
    return [
        (int(a), None if pd.isna(b) else int(b))
        for a, b in found[["person_id", "alternative_person_id"]].itertuples(index=False)
    ]


def groups(vault: Vault, *rows: Row) -> tuple[list[int], list[int | None]]:
    """Return per row the number of its person and of its alternative, numbered by first appearance."""
    answer = resolve(vault, list(rows))
    numbers: dict[int, int] = {}
    people = [numbers.setdefault(person, len(numbers)) for person, _ in answer]
    return people, [None if other is None else numbers[other] for _, other in answer]
