"""Writing readings into the lake and reading them back. Names stay in the vault; rows carry tokens."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ingestion.contract import Entity, load_all
from ingestion.reading import Reading, SheetReading
from ingestion.values import folded_scope
from opora.files import atomic_path
from opora.home import Home

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

    from ingestion.vault import Vault

#: Columns that the identity of people may use beside the personal ones.
_PEOPLE_CONTEXT = (
    "school_code",
    "school_name",
    "municipality_name",
    "class_label",
    "study_grade",
    "grade_kind",
)


@dataclass
class Part:
    """Rows of one entity and academic year, of all sheets of a reading."""

    entity: Entity
    year: str
    columns: dict[str, list[Any]]
    size: int


def partition_path(home: Home, source: str, entity: str, year: str, reading_id: str) -> Path:
    """Return where the rows of a reading lie."""
    return home.lake / source / entity / f"academic_year={year}" / f"{reading_id}.parquet"


def parts(reading: Reading) -> list[Part]:
    """Return the reading's rows by entity and year, with the columns of the lake save the token."""
    gathered: dict[tuple[str, str], list[tuple[SheetReading, Sequence[int]]]] = defaultdict(list)
    entities: dict[str, Entity] = {}
    for sheet in reading.sheets:
        entities[sheet.match.entity.name] = sheet.match.entity
        positions: dict[str, Sequence[int]] = {}
        found = list(dict.fromkeys(sheet.records.years))
        for year in found:
            own = [at for at, other in enumerate(sheet.records.years) if other == year] if found[1:] else None
            positions[year] = range(len(sheet.records.years)) if own is None else own
        for year, chosen in positions.items():
            gathered[(sheet.match.entity.name, year)].append((sheet, chosen))
    return [_part(entities[name], year, pieces, reading) for (name, year), pieces in sorted(gathered.items())]


def _part(
    entity: Entity, year: str, pieces: list[tuple[SheetReading, Sequence[int]]], reading: Reading
) -> Part:
    names = [spec.name for spec in entity.fields]
    if entity.has_grade and "grade" not in names:
        names.append("grade")
    columns: dict[str, list[Any]] = {name: [] for name in (*names, "as_of", "source_sheet", "source_row")}
    size = 0
    for sheet, chosen in pieces:
        size += len(chosen)
        is_whole = len(chosen) == len(sheet.records.rows)
        for name in names:
            values = sheet.records.columns.get(name)
            if values is None:
                columns[name] += [None] * len(chosen)
            elif is_whole and not pieces[1:]:
                columns[name] = values
            else:
                columns[name] += values if is_whole else [values[position] for position in chosen]
        columns["as_of"] += [sheet.as_of[year]] * len(chosen)
        columns["source_sheet"] += [sheet.name] * len(chosen)
        columns["source_row"] += (
            sheet.records.rows if is_whole else [sheet.records.rows[position] for position in chosen]
        )
    columns["scope_key"] = _scope_keys(entity, columns, size, reading.sender)
    return Part(entity, year, columns, size)


def _scope_keys(entity: Entity, columns: dict[str, list[Any]], size: int, sender: str) -> list[str]:
    """Return 16 hex digits for each row: the hash of the sender and of the scope columns, spelling folded."""
    from ingestion.schools.names import fold_school_name

    def key(values: tuple[Any, ...]) -> str:
        texts = [
            fold_school_name(value) if name == "school_name" and value else folded_scope(value)
            for name, value in zip(entity.scope, values, strict=True)
        ]
        return hashlib.sha256("|".join([sender, *texts]).encode()).hexdigest()[:16]

    if not entity.scope:
        return [key(())] * size
    rows = list(zip(*(columns[name] for name in entity.scope), strict=True))
    known = {values: key(values) for values in set(rows)}
    return [known[values] for values in rows]


def schema(entity: Entity) -> pa.Schema:
    """Return the lake's schema of an entity: contract fields that are not personal, then the common columns."""
    import pyarrow as pa

    kinds = {
        "string": pa.string(), "integer": pa.int64(), "number": pa.float64(), "date": pa.date32(),
        "boolean": pa.bool_(),
    }  # fmt: skip
    fields = [(spec.name, kinds[spec.kind]) for spec in entity.lake_fields]
    if entity.names_people:
        fields.append(("person_token", pa.int64()))
    if entity.has_grade and "grade" not in entity.by_name:
        fields.append(("grade", pa.int64()))
    texts = ("delivery_id", "reading_id", "scope_key")
    fields += [*((name, pa.string()) for name in texts), ("as_of", pa.date32())]
    fields += [("source_sheet", pa.string()), ("source_row", pa.int64())]
    return pa.schema(fields)


def write_reading(home: Home, vault: Vault, reading: Reading) -> list[dict[str, Any]]:
    """Write every part of a reading; return its partitions with their scopes, for the reading's record."""
    import pyarrow.parquet as pq

    written = []
    for part in parts(reading):
        table = arrow_table(vault, reading, part)
        target = partition_path(home, reading.source, part.entity.name, part.year, reading.reading_id)
        with atomic_path(target) as aside:
            pq.write_table(table, aside, compression="zstd")
        if personal := [spec.name for spec in part.entity.fields if spec.is_personal]:
            vault.record_depersonalisation(reading.reading_id, part.size, personal)
        written.append(
            {
                "entity": part.entity.name,
                "academic_year": part.year,
                "rows": part.size,
                "scopes": scopes(part),
            }
        )
    return written


def arrow_table(vault: Vault, reading: Reading, part: Part) -> pa.Table:
    """Return the rows of a part as they land: tokens instead of names, with their provenance."""
    import pyarrow as pa

    values: dict[str, Any] = dict(part.columns)
    values["delivery_id"] = pa.repeat(reading.delivery_id, part.size)
    values["reading_id"] = pa.repeat(reading.reading_id, part.size)
    if part.entity.names_people:
        values["person_token"] = _tokens(vault, reading, part)
    kind = schema(part.entity)
    return pa.Table.from_arrays(
        [
            item if isinstance(item := values[spec.name], pa.Array) else pa.array(item, spec.type)
            for spec in kind
        ],
        schema=kind,
    )


def _tokens(vault: Vault, reading: Reading, part: Part) -> Any:
    import pandas as pd
    import pyarrow as pa

    personal = [spec.name for spec in part.entity.fields if spec.is_personal]
    names = [name for name in (*personal, *_PEOPLE_CONTEXT) if name in part.columns]
    people = pd.DataFrame({name: pd.Series(part.columns[name], dtype=object) for name in names})
    tokens = vault.tokenise(reading.source, part.year, reading.reading_id, people)
    return pa.array(tokens, pa.int64(), from_pandas=True)


def scopes(part: Part) -> list[list[Any]]:
    """Return ``[scope_key, as_of, precedence, rows]`` of each scope.

    ``precedence`` is 1 for a final protocol and 0 for others: of one day, the final one is the later.
    """
    states = part.columns.get("protocol_state") or [None] * part.size
    found: dict[str, list[Any]] = {}
    rows = Counter(zip(part.columns["scope_key"], part.columns["as_of"], states, strict=True))
    for (key, as_of, state), size in rows.items():
        item = found.setdefault(key, [key, as_of, 0, 0])
        item[1] = max(item[1], as_of)
        item[2] = max(item[2], int(state == "final"))
        item[3] += size
    return sorted(found.values())


def read_frame(home: Home, source: str, entity: str, year: str, reading_id: str) -> pd.DataFrame:
    """Return the rows of one landed reading as a pandas frame with the lake's columns."""
    import pyarrow.parquet as pq

    load_all()[source].entity(entity)
    path = partition_path(home, source, entity, year, reading_id)
    frame: pd.DataFrame = pq.ParquetFile(path).read().to_pandas()
    return frame
