"""The ledger: deliveries by the hash of their bytes, what became of each file, which readings stand.

``lake/ledger/deliveries.json`` is derived state that moves with the inbox; ``lake/readings/<id>.json`` are
immutable facts. A delivery's reading stands until the same file is read anew under mended facts, layout or
reader; a delivery that left the inbox keeps its reading.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from ingestion.accounting import accounts
from ingestion.inbox import ledger_folder
from ingestion.reading import Reading, SheetReading, reader_version
from ingestion.withdrawals import withdrawn
from opora.files import write_json
from opora.home import Home

_NAME = "deliveries.json"


@dataclass
class PathEntry:
    """What became of the file at one path. ``attempt`` is the hash of all that its reading depends on."""

    delivery_id: str
    attempt: str
    state: str
    source: str | None = None
    message: str = ""
    reading_id: str | None = None


@dataclass
class Delivery:
    """Bytes that arrived: the first name they had and their place in the order of arrival."""

    file_name: str
    received_order: int


@dataclass
class Ledger:
    """All deliveries and paths, and the readings that stand (reading id → path it was read from)."""

    deliveries: dict[str, Delivery] = field(default_factory=dict)
    paths: dict[str, PathEntry] = field(default_factory=dict)
    current: dict[str, str] = field(default_factory=dict)

    def receive(self, delivery_id: str, file_name: str) -> None:
        """Register bytes; the same bytes again change nothing."""
        if delivery_id not in self.deliveries:
            self.deliveries[delivery_id] = Delivery(file_name, len(self.deliveries) + 1)

    def accept(self, relative: str, entry: PathEntry, present: set[str], delivery_of: dict[str, str]) -> None:
        """Record an accepted reading and let go of readings of the same bytes that it supersedes.

        ``present``: paths now in the inbox; ``delivery_of``: the delivery of each standing reading. A reading of
        the same bytes is superseded when it was read from this path, or from a path that is gone (the file was
        moved to where it belongs). The same bytes at two places under different facts are two readings.
        """
        assert entry.reading_id is not None
        for reading, place in list(self.current.items()):
            same = delivery_of.get(reading) == entry.delivery_id and reading != entry.reading_id
            if same and (place == relative or place not in present):
                del self.current[reading]
        if self.current.get(entry.reading_id) not in present:
            self.current[entry.reading_id] = relative
        self.paths[relative] = entry

    def state_of(self, delivery_id: str, present: set[str]) -> tuple[str, str | None, str]:
        """Return (state, source, message) of a delivery over the paths it has; accepted outranks returned."""
        entries = [(path, entry) for path, entry in self.paths.items() if entry.delivery_id == delivery_id]
        entries.sort(key=lambda item: (item[1].state != "accepted", item[0] not in present, item[0]))
        if not entries:
            return "unknown", None, ""
        first = entries[0][1]
        return first.state, first.source, first.message


def read_ledger(home: Home) -> Ledger:
    """Return the ledger; an empty one in a new home."""
    path = ledger_folder(home) / _NAME
    if not path.exists():
        return Ledger()
    raw = json.loads(path.read_text(encoding="utf-8"))
    return Ledger(
        {key: Delivery(**value) for key, value in raw["deliveries"].items()},
        {key: PathEntry(**value) for key, value in raw["paths"].items()},
        dict(raw["current"]),
    )


def write_ledger(home: Home, ledger: Ledger) -> None:
    """Write the ledger atomically."""
    write_json(ledger_folder(home) / _NAME, asdict(ledger), mode=0o600)


def reading_path(home: Home, reading_id: str) -> Path:
    """Return where the record of a reading lies."""
    return home.lake / "readings" / f"{reading_id}.json"


def read_reading(home: Home, reading_id: str) -> dict[str, Any]:
    """Return the record of a reading."""
    value: dict[str, Any] = json.loads(reading_path(home, reading_id).read_text(encoding="utf-8"))
    return value


def current_readings(home: Home) -> list[dict[str, Any]]:
    """Return the records of all readings that stand, by id; those of withdrawn deliveries do not."""
    return standing_and_withdrawn(home)[0]


def standing_and_withdrawn(home: Home) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return the records of readings that stand and of those that would stand, were their delivery not withdrawn."""
    out = withdrawn(home)
    records = [read_reading(home, reading_id) for reading_id in sorted(read_ledger(home).current)]
    return (
        [record for record in records if record["delivery_id"] not in out],
        [record for record in records if record["delivery_id"] in out],
    )


def readings_let_go(home: Home) -> list[str]:
    """Return the ids of readings that lie in the lake and do not stand: superseded, or of withdrawn deliveries."""
    standing = {record["reading_id"] for record in current_readings(home)}
    known = {path.stem for path in (home.lake / "readings").glob("*.json")}
    return sorted(known - standing)


def write_reading_record(home: Home, reading: Reading, partitions: list[dict[str, Any]]) -> dict[str, Any]:
    """Write ``lake/readings/<id>.json``: facts, row accounting, faults, totals, scopes; return it."""
    sheets = [
        {
            "sheet": sheet.name,
            "entity": sheet.match.entity.name,
            "layout": sheet.match.layout_name,
            "academic_year": sheet.year,
            "rows": sheet.counts(),
            "unknown_columns": sorted(set(sheet.match.header.unknown)),
        }
        for sheet in reading.sheets
    ]
    for name, reason, rows in reading.skipped:
        counts = {"read": rows} | ({reason: rows} if rows else {})
        sheets.append({"sheet": name, "entity": None, "layout": None, "academic_year": None, "rows": counts})
    record = {
        "reading_id": reading.reading_id,
        "delivery_id": reading.delivery_id,
        "source": reading.source,
        "file_name": reading.file_name,
        "sender": reading.sender,
        "facts": {key: str(value) for key, value in sorted(reading.facts.items())},
        "reader_version": reader_version(),
        "sheets": sheets,
        "quarantine": [fault for sheet in reading.sheets for fault in sheet.told_faults()],
        "flagged": [fault for sheet in reading.sheets for fault in sheet.told_flags()],
        "total_mismatches": [
            item | sheet.about() | {"subject_code": item["key"] if _is_by_subject(sheet) else None}
            for sheet in reading.sheets
            for item in sheet.mismatches
        ],
        "nested_columns": [item | sheet.about() for sheet in reading.sheets for item in sheet.nesting],
        "notices": notices(reading),
        "partitions": partitions,
    }
    accounts(record)  # rows that do not add up fail the run before the reading stands
    write_json(reading_path(home, reading.reading_id), record, mode=0o600)
    return record


def _is_by_subject(sheet: SheetReading) -> bool:
    unpivot = sheet.match.layout.unpivot
    return unpivot is not None and unpivot.key == "subject_code"


def notices(reading: Reading) -> list[dict[str, Any]]:
    """Return what a person should know about a reading that nothing is wrong with."""
    found: list[dict[str, Any]] = []
    for sheet in reading.sheets:
        unknown = sorted(set(sheet.match.header.unknown))
        if unknown:
            found.append({"kind": "unknown_columns", "sheet": sheet.name, "columns": unknown})
        if nobody := sheet.counts().get("nobody"):
            found.append({"kind": "rows_without_measures", "sheet": sheet.name, "rows": nobody})
        if sheet.match.layout.constants.get("record_kind") == "registrations":
            found.append({"kind": "registrations", "sheet": sheet.name, "academic_year": sheet.year})
        if not sheet.kinds.data:
            found.append({"kind": "sheet_without_rows", "sheet": sheet.name})
    for name, reason, rows in reading.skipped:
        if reason == "hidden" and rows:
            found.append({"kind": "hidden_sheet", "sheet": name, "rows": rows})
    return found
