"""A log that was read into the lake: tokens for those who work, Parquet by academic year, the reading's record."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from ingestion.accounting import accounts
from ingestion.eventlog.ahead import ahead
from ingestion.eventlog.codes import Codebook, unpaired
from ingestion.eventlog.read import LogReading
from ingestion.eventlog.stream import PERSON, ROLE
from ingestion.lake import partition_path, schema
from ingestion.ledger import reading_path
from ingestion.reading import reader_version
from ingestion.values import folded_scope
from opora.files import atomic_path, write_json
from opora.home import Home

if TYPE_CHECKING:
    from ingestion.vault import Vault

_EPOCH = date(1970, 1, 1)
_CODED = pa.dictionary(pa.int32(), pa.string())


def land_log(home: Home, vault: Vault, reading: LogReading) -> None:
    """Write the rows, the identity of those who work, and the record; the scratch is let go of."""
    try:
        partitions = [_land_year(home, vault, reading, year) for year in reading.years]
        _write_record(home, reading, partitions)
    finally:
        reading.close()


def _land_year(home: Home, vault: Vault, reading: LogReading, year: str) -> dict[str, Any]:
    import pyarrow.parquet as pq

    entity = reading.form.entity
    kind = _coded_schema(schema(entity))
    table = _Table(reading, year, _tokens(vault, reading, year))
    numbers = ["source_row"]  # they grow: their differences are written
    target = partition_path(home, reading.source, entity.name, year, reading.reading_id)
    with atomic_path(target) as aside:
        writer = pq.ParquetWriter(
            aside, kind, compression="zstd", use_dictionary=[name for name in kind.names if name not in numbers],
            column_encoding=dict.fromkeys(numbers, "DELTA_BINARY_PACKED"), store_schema=False,
            # Of texts in no order the least and the greatest tell a reader nothing and cost a third of the writing.
            write_statistics=[each.name for each in kind if each.type != _CODED],
        )  # fmt: skip
        with writer:
            for batch in ahead(table.batches(kind)):
                writer.write_batch(batch, row_group_size=len(batch))
    scopes = table.scopes()
    rows = sum(scopes.values())
    vault.record_depersonalisation(reading.reading_id, rows, [PERSON])
    return {
        "entity": entity.name,
        "academic_year": year,
        "rows": rows,
        "scopes": sorted([key, reading.as_of, 0, size] for key, size in scopes.items()),
    }


class _Table:
    """The rows of one academic year as columns of the lake. ``tokens`` go by the worker's number, masked for nobody."""

    def __init__(self, reading: LogReading, year: str, tokens: np.ma.MaskedArray) -> None:
        self.reading = reading
        self.tokens, self.is_nobody = tokens.data, np.ma.getmaskarray(tokens)
        rows = reading.rows
        self.books = rows.books
        #: Of days that are faults no row lands: any date stands for them.
        days = [day or _EPOCH for day in self.books["occurred_on"].values]
        self.is_here = np.array([each == year for each in rows.years()])
        self.is_whole = len(reading.years) == 1
        self.days = np.array([(day - _EPOCH).days for day in days], np.int32)
        self.months = np.array([(day.replace(day=1) - _EPOCH).days for day in days], np.int32)
        self.month_numbers = np.array([day.year * 12 + day.month - 1 for day in days], np.int32)
        self.sites = np.array([(0, 0), *rows.sites.values[1:]], np.int32)
        self.spans = Codebook(unpaired)  # a site in a month
        self.keys: list[str] = [""]
        self.sizes = np.zeros(1, np.int64)

    def batches(self, kind: pa.Schema) -> Iterator[pa.RecordBatch]:
        """Yield the rows in the order of the file."""
        for batch in self.reading.rows.batches():
            chosen = batch
            if not self.is_whole:
                is_here = self.is_here[batch["day"]]
                chosen = {name: column[is_here] for name, column in batch.items()}
            if len(chosen["place"]):
                columns = self._columns(chosen)
                yield pa.record_batch([columns[name] for name in kind.names], schema=kind)

    def _columns(self, batch: dict[str, np.ndarray]) -> dict[str, pa.Array]:
        reading, size = self.reading, len(batch["place"])
        spans = self._spans(batch["site"], self.month_numbers[batch["day"]])
        same = np.zeros(size, np.int32)
        return {
            "platform_code": self._texts("platform_code", self.sites[:, 0][batch["site"]]),
            "school_code": self._texts("school_code", self.sites[:, 1][batch["site"]]),
            "month_start": pa.array(self.months[batch["day"]]).view(pa.date32()),
            "occurred_on": pa.array(self.days[batch["day"]]).view(pa.date32()),
            ROLE: self._texts(ROLE, batch["role"]),
            "action": self._texts("action", batch["action"]),
            "person_token": pa.array(self.tokens[batch["worker"]], mask=self.is_nobody[batch["worker"]]),
            "delivery_id": _coded(same, [reading.delivery_id]),
            "reading_id": _coded(same, [reading.reading_id]),
            "scope_key": _coded(spans, self.keys),
            "as_of": pa.array([reading.as_of], pa.date32()).take(pa.array(same)),
            "source_sheet": pa.nulls(size, _CODED),
            "source_row": pa.array(reading.numbers(batch["place"])),
        }

    def _texts(self, name: str, codes: np.ndarray) -> pa.Array:
        return _coded(codes, self.books[name].values)

    def _spans(self, sites: np.ndarray, months: np.ndarray) -> np.ndarray:
        """Return the number of each row's site and month, counted in ``sizes`` and named in ``keys``."""
        codes = self.spans.encode_pairs(sites, months)
        for site, month in self.spans.values[len(self.keys) :]:
            platform, school = (
                self.books[name].values[code]
                for name, code in zip(("platform_code", "school_code"), self.sites[site], strict=True)
            )
            day = date(month // 12, month % 12 + 1, 1)
            self.keys.append(_scope_key(self.reading.sender, platform, day, school))
        self.sizes.resize(len(self.spans), refcheck=False)
        self.sizes += np.bincount(codes, minlength=len(self.spans))
        return codes

    def scopes(self) -> dict[str, int]:
        """Return rows by scope key; cells spelt in two ways are one scope."""
        found: Counter[str] = Counter()
        for key, size in zip(self.keys[1:], self.sizes[1:], strict=True):
            found[key] += int(size)
        return dict(found)


def _coded_schema(kind: pa.Schema) -> pa.Schema:
    """Return the schema with numbers and a dictionary for texts: they are written so, and read back as texts."""
    return pa.schema([each.with_type(_CODED) if each.type == pa.string() else each for each in kind])


def _coded(codes: np.ndarray, values: list[Any]) -> pa.Array:
    # No row that lands holds a missing value; a null may not stand in a dictionary that is written.
    return pa.DictionaryArray.from_arrays(
        pa.array(codes), pa.array([each or "" for each in values], pa.string())
    )


def _tokens(vault: Vault, reading: LogReading, year: str) -> np.ma.MaskedArray:
    """Return the token of each worker of the year by number (int64, masked for others).

    An address is a person's own everywhere; a login or a number is one on its platform only.
    """
    rows = reading.rows
    numbers = sorted(rows.workers_of[year])
    people = [_person(reading, *rows.workers.values[number]) for number in numbers]
    tokens = np.ma.masked_all(len(rows.workers), np.int64)
    if people:
        import pandas as pd

        frame = pd.DataFrame(people, columns=["email", "school_code"], dtype=object)
        tokens[numbers] = vault.tokenise(reading.source, year, reading.reading_id, frame).to_numpy(np.int64)
    return tokens


def _person(reading: LogReading, person: int, site: int) -> tuple[str, str]:
    books, (platform, school) = reading.rows.books, reading.rows.sites.values[site]
    user = books[PERSON].values[person].lower()
    if "@" not in user:
        user = f"{user}@{books['platform_code'].values[platform]}"
    return user, books["school_code"].values[school]


def _scope_key(sender: str, platform: str, month: date, school: str) -> str:
    text = "|".join([sender, folded_scope(platform), str(month), folded_scope(school)])
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _write_record(home: Home, reading: LogReading, partitions: list[dict[str, Any]]) -> None:
    form = reading.form
    unknown = sorted(set(form.header.unknown))
    year = max(partitions, key=lambda part: part["rows"])["academic_year"]
    record = {
        "reading_id": reading.reading_id,
        "delivery_id": reading.delivery_id,
        "source": reading.source,
        "file_name": reading.file_name,
        "sender": reading.sender,
        "facts": {key: str(value) for key, value in sorted(reading.facts.items())},
        "reader_version": reader_version(),
        "sheets": [
            {"sheet": None, "entity": form.entity.name, "layout": form.layout_name, "academic_year": year,
             "rows": reading.counts, "unknown_columns": unknown}
        ],
        "quarantine": reading.faults,
        "quarantine_by_rule": reading.faults_by_rule,
        "flagged": [],
        "total_mismatches": [],
        "nested_columns": [],
        "notices": [{"kind": "unknown_columns", "sheet": None, "columns": unknown}] if unknown else [],
        "partitions": partitions,
    }  # fmt: skip
    accounts(record)  # rows that do not add up fail the run before the reading stands
    write_json(reading_path(home, reading.reading_id), record, mode=0o600)
