"""From rows to distinct people: canonical attributes once per distinct value, not once per row."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from ingestion.identity.normalise import (
    Name,
    fold_text,
    normalise_class,
    normalise_code,
    normalise_date,
    normalise_email,
    normalise_name,
    normalise_school_code,
)
from ingestion.schools.names import fold_municipality, fold_school_name

#: Canonical attributes of a person as a row gives them; their order is part of the token's definition.
ATTRIBUTES = (
    "surname", "given_name", "patronymic", "birth_date", "school_code", "school_name", "municipality_name",
    "class_label", "participant_code", "email", "document_number",
)  # fmt: skip

#: A row with none of these names nobody.
NAMING = ("surname", "given_name", "participant_code", "email", "document_number")

#: Sources whose participant code belongs to a pupil. Elsewhere it is a jury's cipher, good within its reading.
PUPIL_CODE_SOURCES = ("vsosh_school_stage", "vsosh_sirius", "vsosh_codes")

_NAME_PARTS = ("surname", "given_name", "patronymic", "full_name")
_SINGLE: dict[str, Callable[[Any], str | None]] = {
    "birth_date": normalise_date,
    "school_code": normalise_school_code,
    "school_name": lambda value: fold_school_name(value) or None,
    "municipality_name": lambda value: fold_municipality(value) or None,
    "class_label": normalise_class,
    "participant_code": normalise_code,
    "email": normalise_email,
    "document_number": normalise_code,
}


def canonical_people(people: pd.DataFrame) -> tuple[np.ndarray, pd.DataFrame]:
    """Return (codes, distinct): row ``i`` of ``people`` is row ``codes[i]`` of ``distinct``.

    ``distinct`` has the columns ``ATTRIBUTES`` (objects: text or None) and one row per distinct canonical
    person; columns that ``people`` lacks are all None. ``codes`` is int64, one per row, in order.
    """
    people = _with_study_class(people)
    columns: dict[str, tuple[np.ndarray, list[str | None]]] = {}
    for name, (codes, values) in zip(_NAME_PARTS[:3], _canonical_names(people), strict=True):
        columns[name] = (codes, values)
    for name, normalise in _SINGLE.items():
        columns[name] = _canonical_column(people, name, normalise)
    key, _ = _combine([columns[name] for name in ATTRIBUTES], len(people))
    codes, first = _first_rows(key)
    distinct = pd.DataFrame(
        {name: _take(columns[name], first) for name in ATTRIBUTES}, pd.RangeIndex(len(first)), dtype=object
    )
    return codes, distinct


def _with_study_class(people: pd.DataFrame) -> pd.DataFrame:
    """Return ``people`` whose ``class_label`` is the class of study or nothing.

    ``study_grade`` fills a missing class. A class of a protocol by performance (``grade_kind``) tells nothing of
    the person: a pupil of grade 8 may perform for grade 10.
    """
    if "study_grade" in people.columns:
        grade = people["study_grade"].astype("object")
        label = people["class_label"].astype("object") if "class_label" in people.columns else grade
        people = people.assign(class_label=label.where(label.notna(), grade))
    if "grade_kind" in people.columns and "class_label" in people.columns:
        label = people["class_label"].astype("object")
        people = people.assign(
            class_label=label.where(people["grade_kind"].ne("performance").fillna(True), None)
        )
    return people


def scope_ciphers(distinct: pd.DataFrame, source: str, reading_id: str) -> pd.DataFrame:
    """Return ``distinct`` with the reading before a jury's cipher where the row has no name.

    «9-01» stands in the protocol of every subject: without the reading it would be one person of them all.
    """
    if source in PUPIL_CODE_SOURCES:
        return distinct
    nameless = (
        distinct["surname"].isna() & distinct["given_name"].isna() & distinct["participant_code"].notna()
    )
    scoped = distinct.copy()
    scoped.loc[nameless, "participant_code"] = reading_id + ":" + distinct["participant_code"][nameless]
    return scoped


def is_named(distinct: pd.DataFrame) -> np.ndarray:
    """Return one bool per canonical person: does the row name anybody at all?"""
    return distinct[list(NAMING)].notna().any(axis=1).to_numpy()


def _codes(column: pd.Series) -> tuple[np.ndarray, list[Any]]:
    """Factorise raw cells; code 0 is «nothing», so that its value list begins with None."""
    codes, values = pd.factorize(column, use_na_sentinel=True)
    return codes.astype(np.int64) + 1, [None, *values.tolist()]


def _refold(codes: np.ndarray, folded: list[str | None]) -> tuple[np.ndarray, list[str | None]]:
    """Give equal folded values one code."""
    slots: dict[str | None, int] = {None: 0}
    places = np.fromiter((slots.setdefault(value, len(slots)) for value in folded), np.int64, len(folded))
    return places[codes], list(slots)


def _canonical_column(
    people: pd.DataFrame, name: str, normalise: Callable[[Any], str | None]
) -> tuple[np.ndarray, list[str | None]]:
    if name not in people.columns:
        return np.zeros(len(people), np.int64), [None]
    codes, values = _codes(people[name])
    return _refold(codes, [normalise(value) for value in values])


def _canonical_names(people: pd.DataFrame) -> list[tuple[np.ndarray, list[str | None]]]:
    """Canonical surname, given name, patronymic: cells folded once each, then one call per distinct name."""
    parts: list[tuple[np.ndarray, list[Any]]] = []
    for name in _NAME_PARTS:
        if name not in people.columns:
            parts.append((np.zeros(len(people), np.int64), [None]))
            continue
        codes, values = _codes(people[name])
        # Parts of a name repeat: fold them before combining. Full names are folded when they are split.
        folded = values if name == "full_name" else [fold_text(value) or None for value in values]
        parts.append(_refold(codes, folded))
    key, _ = _combine(parts, len(people))
    codes, first = _first_rows(key)
    cells = [_take(part, first) for part in parts]
    names: list[Name] = [normalise_name(*cell) for cell in zip(*cells, strict=True)]
    return [_refold(codes, [name[place] for name in names]) for place in range(3)]


def _combine(parts: list[tuple[np.ndarray, list[Any]]], rows: int) -> tuple[np.ndarray, int]:
    """One int64 key per row from several code columns; re-coded whenever the product would overflow."""
    key, size = np.zeros(rows, np.int64), 1
    for codes, values in parts:
        if len(values) == 1:
            continue
        if size * len(values) >= 1 << 62:
            key, uniques = pd.factorize(key)
            size = len(uniques)
        key, size = key * len(values) + codes, size * len(values)
    return key, size


def _first_rows(key: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return dense codes by first appearance and, for each code, the first row that has it."""
    codes, uniques = pd.factorize(key)
    first = np.full(len(uniques), len(key), np.int64)
    np.minimum.at(first, codes, np.arange(len(key)))
    return codes.astype(np.int64), first


def _take(column: tuple[np.ndarray, list[Any]], rows: np.ndarray) -> list[Any]:
    codes, values = column
    table = np.empty(len(values), object)
    table[:] = values
    result: list[Any] = table[codes[rows]].tolist()
    return result
