"""Rows that name people, as files give them, and how they come into a vault."""

from __future__ import annotations

from typing import Any

import pandas as pd

from ingestion.vault import Vault

Row = dict[str, Any]
GIA, PROTOCOL, SCHOOL = "gia_protocol", "vsosh_municipal_protocol", "vsosh_school_stage"
STAFF, PLATFORM = "teaching_staff", "platform_persons"


def row(
    name: str | None, born: str | None = None, school: Any = "000001", label: str | None = "9А", **more: Any
) -> Row:
    return {
        "full_name": name,
        "birth_date": born,
        "school_code": school,
        "class_label": label,
        "source": GIA,
        **more,
    }


def land(vault: Vault, rows: list[Row]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Land rows, one reading per (source, year, reading); return (effective, rows with tokens)."""
    frame = pd.DataFrame([{"academic_year": "2024-2025", "reading": "r", **item} for item in rows])
    frame["reading_id"] = frame["source"] + frame["academic_year"] + frame["reading"]
    facts = ["source", "academic_year", "reading_id"]
    for key, group in frame.groupby(facts):
        source, year, reading = map(str, key)
        people = group.drop(columns=[*facts, "reading"])
        frame.loc[group.index, "person_token"] = vault.tokenise(source, year, reading, people).astype("Int64")
    effective = frame[facts].drop_duplicates().assign(entity="results", scope_key="s")
    return effective, frame
