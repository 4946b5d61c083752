"""A judged base into the lake, portion by portion: Parquet of each table, identity in the vault, the record."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

from ingestion.accounting import accounts
from ingestion.lake import Part, arrow_table, partition_path, parts, schema, scopes
from ingestion.ledger import reading_path
from ingestion.readers.xml import stream_tables
from ingestion.reading import Reading, reader_version
from ingestion.ris.read import BaseReading, find_table, read_portion, typed_facts
from opora.files import atomic_path, write_json
from opora.home import Home

if TYPE_CHECKING:
    import pyarrow.parquet as pq

    from ingestion.vault import Vault


class _Target:
    """The Parquet file of one entity while it is written."""

    def __init__(self, home: Home, reading: BaseReading, part: Part, stack: ExitStack) -> None:
        import pyarrow.parquet as pq

        path = partition_path(home, reading.source, part.entity.name, part.year, reading.reading_id)
        aside = stack.enter_context(atomic_path(path))
        self.entity, self.year = part.entity, part.year
        self.writer: pq.ParquetWriter = stack.enter_context(
            pq.ParquetWriter(aside, schema(part.entity), compression="zstd")
        )
        self.rows = 0
        self.scopes: dict[str, list[Any]] = {}

    def add(self, vault: Vault, reading: Reading, part: Part) -> None:
        self.writer.write_table(arrow_table(vault, reading, part))
        self.rows += part.size
        for scope in scopes(part):
            known = self.scopes.setdefault(scope[0], [*scope[:3], 0])
            known[3] += scope[3]

    def told(self) -> dict[str, Any]:
        return {
            "entity": self.entity.name, "academic_year": self.year, "rows": self.rows,
            "scopes": sorted(self.scopes.values()),
        }  # fmt: skip


def land_base(home: Home, vault: Vault, reading: BaseReading) -> None:
    """Write the rows that the first pass let through, and the record of the reading."""
    targets: dict[str, _Target] = {}
    with ExitStack() as stack:
        if any(table.entity and table.entity.names_people for table in reading.tables):
            stack.enter_context(vault.gathering(reading.reading_id))
        for portion in stream_tables(reading.path):
            found = find_table(portion.table)
            if found is None:
                continue
            sheet = read_portion(portion, typed_facts(reading.facts, found[1], reading.file_name))
            sheet.as_of = {reading.year: reading.as_of}
            single = Reading(
                reading.reading_id, reading.delivery_id, reading.source, reading.file_name, reading.sender,
                reading.facts, [sheet],
            )  # fmt: skip
            for part in parts(single):
                if part.entity.name not in targets:
                    targets[part.entity.name] = _Target(home, reading, part, stack)
                targets[part.entity.name].add(vault, single, part)
    for target in targets.values():
        personal = [spec.name for spec in target.entity.fields if spec.is_personal]
        if personal:
            vault.record_depersonalisation(reading.reading_id, target.rows, personal)
    _write_record(home, reading, [target.told() for _, target in sorted(targets.items())])


def _write_record(home: Home, reading: BaseReading, partitions: list[dict[str, Any]]) -> None:
    sheets, notices = [], []
    for table in reading.tables:
        entity = table.entity.name if table.entity else None
        sheets.append(
            {"sheet": table.table, "entity": entity, "layout": table.layout_name,
             "academic_year": reading.year if entity else None, "rows": table.rows(),
             "unknown_columns": sorted(table.unknown)}
        )  # fmt: skip
        if table.unknown:
            notices.append(
                {"kind": "unknown_columns", "sheet": table.table, "columns": sorted(table.unknown)}
            )
    record = {
        "reading_id": reading.reading_id,
        "delivery_id": reading.delivery_id,
        "source": reading.source,
        "file_name": reading.file_name,
        "sender": reading.sender,
        "facts": {key: str(value) for key, value in sorted(reading.facts.items())},
        "reader_version": reader_version(),
        "sheets": sheets,
        "quarantine": reading.faults,
        "quarantine_by_rule": reading.faults_by_rule,
        "flagged": reading.flags,
        "total_mismatches": [],
        "nested_columns": [],
        "notices": notices,
        "partitions": partitions,
    }
    accounts(record)  # rows that do not add up fail the run before the reading stands
    write_json(reading_path(home, reading.reading_id), record, mode=0o600)
