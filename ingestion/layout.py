"""Layouts: how one form of a source's files is laid out, as data.

A layout states only what differs from the contract: header words come from the contract's ``header_words``.
``layouts/*.yaml`` of a source are tried in the order of their names; the one whose header proves best is taken.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ingestion.contract import SOURCES, load_all
from opora.errors import UsageError
from opora.files import sha256_tree
from opora.yaml_files import read_yaml


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
    raw = read_yaml(path)
    return Layout.model_validate({**raw, "name": path.stem, "source": source})


_own: ContextVar[tuple[Path, str] | None] = ContextVar("own_layouts", default=None)


@contextmanager
def own_layouts(folder: Path) -> Iterator[None]:
    """Add the layouts of a home, ``<folder>/<source>/*.yaml``, to those of the sources while the block runs."""
    token = _own.set((folder, sha256_tree(folder)) if folder.is_dir() else None)
    try:
        load_layouts()
        yield
    finally:
        _own.reset(token)


def own_version() -> str:
    """Return the hash of the home's own layouts; empty when it has none."""
    own = _own.get()
    return own[1] if own else ""


def load_layouts() -> dict[str, tuple[Layout, ...]]:
    """Return the layouts of every source, the home's own last; ``UsageError`` names a wrong file of a home."""
    return _load(_own.get())


@cache
def _load(own: tuple[Path, str] | None) -> dict[str, tuple[Layout, ...]]:
    layouts = {
        folder.parent.name: tuple(
            read_layout(path, folder.parent.name) for path in sorted(folder.glob("*.yaml"))
        )
        for folder in sorted(SOURCES.glob("*/layouts"))
    }
    for path in sorted(own[0].glob("*/*.yaml")) if own else ():
        source = path.parent.name
        if source not in layouts:
            raise UsageError(f"rules/layouts/{source}: нет такого источника; есть: {', '.join(layouts)}")
        layouts[source] += (_read_own(path, source),)
    return layouts


def _read_own(path: Path, source: str) -> Layout:
    place = f"rules/layouts/{source}/{path.name}"
    try:
        layout = read_layout(path, source)
    except (ValidationError, yaml.YAMLError, TypeError) as error:
        raise UsageError(f"{place}: макет не читается: {error}") from error
    entities = load_all()[source].entities
    known = {entity.name: set(entity.by_name) for entity in entities}
    for sheet in layout.sheets:
        if sheet.entity not in known:
            raise UsageError(f"{place}: нет сущности {sheet.entity}; есть: {', '.join(known)}")
        strange = sorted(set(sheet.headers) - known[sheet.entity])
        if strange:
            raise UsageError(
                f"{place}: нет полей {', '.join(strange)}; есть: {', '.join(sorted(known[sheet.entity]))}"
            )
    return layout
