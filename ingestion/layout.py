"""Layouts: how one form of a source's files is laid out, as data.

A layout states only what differs from the contract: header words come from the contract's ``header_words``.
``layouts/*.yaml`` of a source are tried in the order of their names; the one whose header proves best is taken.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field

from ingestion.contract import SOURCES

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class TitleFact(_Part):
    """A fact written above or below the table.

    ``label``: the fact follows these words in the same cell or in the next filled one of the row.
    ``pattern``: a regular expression over one cell; its first group is the fact, or ``value`` is.
    ``field`` is a field of the entity, ``as_of`` or ``academic_year``.
    """

    field: str
    label: str | None = None
    pattern: str | None = None
    value: Any = None


class Unpivot(_Part):
    """A wide table: each column holds a measure of a key (two-level header) or the one measure of a key."""

    key: Literal["subject_code", "grade"]
    measures: tuple[str, ...]
    #: The measure of a column that names a key and nothing else.
    single: str | None = None


class YearFrom(_Part):
    """The date field that tells a row's academic year; ``grace_days``: how far past 31 August a year reaches."""

    field: str
    grace_days: int = 0


class SheetLayout(_Part):
    """How the rows of one entity stand on a sheet."""

    entity: str
    #: Folded beginnings of sheet names; none: any sheet.
    sheet_names: tuple[str, ...] = ()
    #: Header words beside the contract's; a trailing ``*`` matches any continuation.
    headers: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    #: Fields whose words in the contract do not apply to this form.
    without: tuple[str, ...] = ()
    #: Known columns that the warehouse has no use for.
    ignore: tuple[str, ...] = ()
    #: Fields that must stand in the header; an inner list means «one of».
    prove: tuple[str | tuple[str, ...], ...] = ()
    constants: dict[str, Any] = Field(default_factory=dict)
    title: tuple[TitleFact, ...] = ()
    unpivot: Unpivot | None = None
    #: A field whose two-level header spans several columns: their cells are joined by «;».
    collect: str | None = None
    #: Rows that hold a single text name a group: the field it fills, or ``-`` when it fills none.
    group_rows: str | None = None
    #: Cells of these fields may hold several values on separate lines: one row of the lake each.
    lines: tuple[str, ...] = ()
    #: Fields where a word («Не явился») may stand instead of a number.
    scores: tuple[str, ...] = ()
    #: Measures whose total is a mean and not a sum.
    means: tuple[str, ...] = ()
    #: Fields whose total is meaningless (identifiers, dates).
    units: dict[str, Literal["percent", "fraction"]] = Field(default_factory=dict)
    year: YearFrom | None = None
    #: The latest of these dates is ``as_of`` when nobody states it.
    as_of_field: str | None = None
    #: A sheet called ``2022`` holds the exams of June 2022: the year 2021-2022.
    sheet_is_exam_year: bool = False
    #: A count on a date that nobody states is as of the delivery.
    as_of_fills: str | None = None


class Layout(_Part):
    """One form of a source's files."""

    name: str = ""
    source: str = ""
    title: str = ""
    sheets: tuple[SheetLayout, ...]


def read_layout(path: Path, source: str) -> Layout:
    """Read one layout; pydantic's ``ValidationError`` says what is wrong in the file."""
    raw = yaml.load(path.read_text(encoding="utf-8"), _LOADER)  # noqa: S506  (a safe loader)
    return Layout.model_validate({**raw, "name": path.stem, "source": source})


@cache
def load_layouts() -> dict[str, tuple[Layout, ...]]:
    """Return the layouts of every source."""
    return {
        folder.parent.name: tuple(
            read_layout(path, folder.parent.name) for path in sorted(folder.glob("*.yaml"))
        )
        for folder in sorted(SOURCES.glob("*/layouts"))
    }
