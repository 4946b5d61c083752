"""What a candidate is built from: which readings hold, who is one person, which school a name means, what is missing.

Belongs here: the tables of «The candidate's inputs» in docs/architecture.md. Everything is derived from the lake, the
ledger and the vault; equal states give equal rows.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ingestion import vocabulary
from ingestion.contract import load_all
from ingestion.effective import Choice, choose
from ingestion.inbox import scan
from ingestion.lake import partition_path
from ingestion.ledger import read_ledger, standing_and_withdrawn
from ingestion.withdrawals import withdrawn
from opora.errors import UsageError
from opora.files import atomic_path
from opora.home import Home
from opora.years import AcademicYear

if TYPE_CHECKING:
    import pandas as pd

_TEXT = ("source", "entity", "academic_year", "scope_key", "reading_id")
COLUMNS: dict[str, dict[str, str]] = {
    "effective": dict.fromkeys(_TEXT, "string"),
    "person_map": {"source": "string", "academic_year": "string", "person_token": "int64", "person_id": "int64",
                   "alternative_person_id": "int64"},
    "person_candidates": {"source": "string", "academic_year": "string", "person_id": "int64",
                          "candidate_person_id": "int64", "doubt_group": "int64"},
    "school_map": {"municipality_name": "string", "school_name": "string", "school_code": "string",
                   "municipality_code": "string", "is_confirmed": "bool"},
    "proposed_register": {"school_code": "string", "school_name": "string", "short_name": "string",
                          "municipality_code": "string", "municipality_name": "string", "school_kind": "string",
                          "valid_from": "date32", "valid_to": "date32"},
    "readings": {"reading_id": "string", "delivery_id": "string", "source": "string", "academic_year": "string",
                 "as_of": "date32", "sender": "string", "file_name": "string", "landed_rows": "int64",
                 "quarantined_rows": "int64", "other_rows": "int64"},
    "deliveries": {"delivery_id": "string", "source": "string", "file_name": "string", "state": "string",
                   "message": "string", "received_order": "int64"},
    "submissions": {"source": "string", "academic_year": "string", "school_code": "string", "state": "string",
                    "due_on": "date32"},
    "corrections": {"academic_year": "string", "source": "string", "entity": "string", "school_code": "string",
                    "school_name": "string", "row_key": "string", "person_token": "string", "field": "string",
                    "value_before": "string", "value_after": "string", "kind": "string", "delivery_before": "string",
                    "delivery_after": "string", "as_of_before": "string", "as_of_after": "string", "reason": "string"},
    "ties": {"source": "string", "entity": "string", "academic_year": "string", "scope_key": "string",
             "reading_id_a": "string", "reading_id_b": "string"},
}  # fmt: skip
Rows = list[dict[str, Any]]


def write_inputs(home: Home, folder: Path) -> None:
    """Write every table of ``COLUMNS`` as Parquet; names of people to look at go to the vault's review list."""
    from ingestion.corrections import corrections
    from ingestion.identity.resolve import resolve
    from ingestion.identity.review import review_list
    from ingestion.ris.appeals import appeal_corrections
    from ingestion.schools.resolve import school_map
    from ingestion.vault import Vault

    records, taken_out = standing_and_withdrawn(home)
    choices = choose(home, records)
    effective = _effective(choices)
    vault = Vault.open(home)
    names = _school_names(home, effective)
    schools = school_map(home, vault, names)
    of_people = effective[effective["source"].isin(_person_sources())]
    people = resolve(vault, of_people, schools)
    if not people.map.empty:
        review_list(vault, of_people, people, schools)
    tables = {
        "effective": effective,
        "person_map": people.map,
        "person_candidates": people.candidates,
        "school_map": schools,
        "proposed_register": _proposed(home, names),
        "readings": _frame("readings", _readings(records)),
        "deliveries": deliveries_frame(home),
        "submissions": _submissions(home, effective, records, schools, taken_out),
        "corrections": _frame(
            "corrections",
            [*corrections(home, vault, records, taken_out), *appeal_corrections(home, effective)],
        ),
        "ties": _frame("ties", _ties(choices)),
    }
    folder.mkdir(parents=True, exist_ok=True)
    for name, frame in tables.items():
        _write(folder / f"{name}.parquet", name, frame)


def _proposed(home: Home, names: pd.DataFrame) -> pd.DataFrame:
    """Return the provisional register of a home that was given none and lets one be proposed; else no rows."""
    from ingestion.schools.register import read_register
    from ingestion.schools.resolve import proposed_register

    if home.config.register_mode != "propose" or not read_register(home).empty:
        return _frame("proposed_register", [])
    return proposed_register(home, names)


def deliveries_frame(home: Home) -> pd.DataFrame:
    """Return the ledger: one row a delivery, in the order of arrival."""
    ledger = read_ledger(home)
    present = {file.relative for file in scan(home)} if home.inbox.exists() else set()
    out = withdrawn(home)
    if unknown := sorted(set(out) - set(ledger.deliveries)):
        raise UsageError(
            f"{home.acts / 'deliveries'}: отозваны поставки, которых не было: {', '.join(unknown)}"
        )
    rows = []
    for delivery_id, delivery in ledger.deliveries.items():
        state, source, message = ledger.state_of(delivery_id, present)
        if delivery_id in out:
            state, message = "withdrawn", out[delivery_id].told
        rows.append(
            {"delivery_id": delivery_id, "source": source, "file_name": delivery.file_name, "state": state,
             "message": message, "received_order": delivery.received_order}
        )  # fmt: skip
    return _frame("deliveries", sorted(rows, key=lambda row: row["received_order"]))


def submissions_frame(home: Home) -> pd.DataFrame:
    """Return who has delivered what: one row a source, academic year and active school."""
    from ingestion.schools.resolve import school_map
    from ingestion.vault import Vault

    records, taken_out = standing_and_withdrawn(home)
    effective = _effective(choose(home, records))
    schools = school_map(home, Vault.open(home), _school_names(home, effective))
    return _submissions(home, effective, records, schools, taken_out)


def _frame(name: str, rows: Rows) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame(rows, columns=list(COLUMNS[name]))


def _write(path: Path, name: str, frame: pd.DataFrame) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    kinds = {"string": pa.string(), "int64": pa.int64(), "bool": pa.bool_(), "date32": pa.date32()}
    schema = pa.schema([(column, kinds[kind]) for column, kind in COLUMNS[name].items()])
    table = pa.Table.from_pandas(frame[list(COLUMNS[name])], schema=schema, preserve_index=False)
    with atomic_path(path) as part:
        pq.write_table(table.replace_schema_metadata(None), part, compression="zstd")


def _effective(choices: list[Choice]) -> pd.DataFrame:
    return _frame(
        "effective", [dict(zip(_TEXT, (*choice.place, choice.reading_id), strict=True)) for choice in choices]
    )


def _ties(choices: list[Choice]) -> Rows:
    return [
        {**dict(zip(_TEXT[:4], choice.place, strict=True)), "reading_id_a": choice.reading_id,
         "reading_id_b": choice.rival}
        for choice in choices if choice.rival
    ]  # fmt: skip


def _person_sources() -> set[str]:
    return {
        name
        for name, contract in load_all().items()
        if any(entity.names_people for entity in contract.entities)
    }


def _readings(records: Rows) -> Rows:
    """Return one row a reading and academic year; sheets without data count with the reading's first year."""
    rows: Rows = []
    for record in records:
        dates: dict[str, date] = {}
        for part in record["partitions"]:
            days = [date.fromisoformat(str(scope[1])) for scope in part["scopes"]]
            year = part["academic_year"]
            dates[year] = max([*days, *([dates[year]] if year in dates else [])])
        years = sorted(dates)
        counts = {year: {"landed_rows": 0, "quarantined_rows": 0, "other_rows": 0} for year in years}
        for sheet in record["sheets"]:
            year = sheet["academic_year"] if sheet["academic_year"] in counts else years[0]
            landed, quarantined = sheet["rows"].get("landed", 0), sheet["rows"].get("quarantined", 0)
            counts[year]["landed_rows"] += landed
            counts[year]["quarantined_rows"] += quarantined
            counts[year]["other_rows"] += sheet["rows"]["read"] - landed - quarantined
        for year in years:
            own = {key: record[key] for key in ("reading_id", "delivery_id", "source", "sender", "file_name")}
            rows.append(own | {"academic_year": year, "as_of": dates[year]} | counts[year])
    return rows


def _query(home: Home, effective: pd.DataFrame, source: str, entity: str, select: str) -> pd.DataFrame | None:
    """Run ``select`` over ``rows``: the effective rows of an entity. None when nothing was delivered."""
    import duckdb

    own = effective[(effective["source"] == source) & (effective["entity"] == entity)]
    if own.empty:
        return None
    pairs = own[["academic_year", "reading_id"]].drop_duplicates().itertuples(index=False)
    files = [str(partition_path(home, source, entity, year, reading)) for year, reading in pairs]
    with duckdb.connect() as con:
        con.execute("set enable_progress_bar = false")
        con.register("own", own)
        frame: pd.DataFrame = con.execute(
            f"""with rows as (
                select lake.* from read_parquet(?, hive_partitioning = true, union_by_name = true,
                    hive_types = {{'academic_year': varchar}}) lake
                semi join own using (academic_year, scope_key, reading_id))
            {select}""",
            [files],
        ).df()
    return frame


def _school_names(home: Home, effective: pd.DataFrame) -> pd.DataFrame:
    """Return distinct ``municipality_name, school_name, academic_year`` of rows that name a school without a code."""
    import pandas as pd

    columns = ["municipality_name", "school_name", "academic_year"]
    frames = [pd.DataFrame(columns=columns, dtype=object)]
    for contract in load_all().values():
        for entity in contract.entities:
            names = entity.by_name
            if "school_name" not in names or contract.source == "school_register":
                continue
            body = "municipality_name" if "municipality_name" in names else "cast(null as varchar)"
            without = "and school_code is null" if "school_code" in names else ""
            found = _query(
                home, effective, contract.source, entity.name,
                f"select distinct {body} as municipality_name, school_name, academic_year from rows "
                f"where school_name is not null {without}",
            )  # fmt: skip
            if found is not None:
                frames.append(found.astype(object))
    frame = pd.concat(frames, ignore_index=True).drop_duplicates()
    frame = frame.where(frame.notna(), None)
    return frame.sort_values(columns, ignore_index=True, key=lambda column: column.fillna(""))


def _submissions(
    home: Home, effective: pd.DataFrame, records: Rows, schools: pd.DataFrame, taken_out: Rows
) -> pd.DataFrame:
    """Return the board: in every year of a source, each school that worked on a day which the source tells of.

    A year whose only delivery was withdrawn (``taken_out``) stays on the board: its schools owe it again.

    ``state``: ``accepted``; ``corrected`` when a later delivery replaced an earlier one; ``returned`` when rows of the
    school's own file (one that names no other school) went back and nothing later mended them; ``missing``.
    """
    from ingestion.schools.register import read_register

    register = read_register(home)
    if register.empty:
        return _frame("submissions", [])
    latest = register.sort_values("academic_year").drop_duplicates("school_code", keep="last")
    spans = {
        str(code): (_day(start) or date.min, _day(end) or date.max)
        for code, start, end in zip(
            latest["school_code"], latest["valid_from"], latest["valid_to"], strict=True
        )
    }
    # A name that two municipal bodies share tells nothing without its body.
    named = schools.drop_duplicates("school_name", keep=False)
    codes = dict(zip(named["school_name"], named["school_code"], strict=True))
    claims = _claims(records)
    faulty = {
        (row["reading_id"], row["academic_year"]) for row in _readings(records) if row["quarantined_rows"]
    }
    rows: Rows = []
    for source, due in vocabulary.calendar().items():
        delivered = _delivered(home, effective, source, codes, claims, faulty)
        owed = {
            part["academic_year"]
            for record in taken_out
            if record["source"] == source
            for part in record["partitions"]
        }
        for text in sorted({year for year, _ in delivered} | owed):
            year = AcademicYear.parse(text)
            for code, (start, end) in sorted(spans.items()):
                is_open = start <= year.last_day and end >= year.first_day
                owes = any(start <= day <= end for day in _told_on(year, due))
                if is_open and (owes or (text, code) in delivered):
                    state = delivered.get((text, code), "missing")
                    rows.append({"source": source, "academic_year": text, "school_code": code, "state": state,
                                 "due_on": _due(year, due)})  # fmt: skip
    return _frame("submissions", rows)


def _claims(records: Rows) -> dict[tuple[str, str, str], int]:
    """Return how many standing readings speak of each (source, year, scope)."""
    found: dict[tuple[str, str, str], int] = {}
    for record in records:
        for part in record["partitions"]:
            for scope in part["scopes"]:
                key = (record["source"], part["academic_year"], scope[0])
                found[key] = found.get(key, 0) + 1
    return found


def _delivered(
    home: Home,
    effective: pd.DataFrame,
    source: str,
    codes: dict[str, str],
    claims: dict[tuple[str, str, str], int],
    faulty: set[tuple[str, str]],
) -> dict[tuple[str, str], str]:
    """Return ``accepted``, ``corrected`` or ``returned`` by academic year and school code.

    ``faulty``: (reading, academic year) with rows that went back.
    """
    found: dict[tuple[str, str], str] = {}
    schools: dict[tuple[str, str], set[str]] = {}
    for entity in load_all()[source].entities:
        name = "school_name" if "school_name" in entity.by_name else "cast(null as varchar) as school_name"
        frame = _query(
            home, effective, source, entity.name,
            f"select distinct academic_year, school_code, {name}, scope_key, reading_id from rows",
        )  # fmt: skip
        if frame is None:
            continue
        for year, code, school, scope, reading in frame.astype(object).to_numpy().tolist():
            known = code if isinstance(code, str) else codes.get(school)
            if known:
                schools.setdefault((reading, year), set()).add(known)
                is_corrected = claims.get((source, year, scope), 1) > 1
                if is_corrected or (year, known) not in found:
                    found[(year, known)] = "corrected" if is_corrected else "accepted"
    for (reading, year), named in schools.items():
        if (reading, year) in faulty and len(named) == 1:
            found[(year, next(iter(named)))] = "returned"
    return found


def _due(year: AcademicYear, due: dict[str, Any]) -> date:
    return _day_of(year, due["month"], due["day"])


def _told_on(year: AcademicYear, due: dict[str, Any]) -> list[date]:
    """Return the days of the academic year that a source tells of."""
    return [_day_of(year, month, day) for month, day in due["told_on"]]


def _day_of(year: AcademicYear, month: int, day: int) -> date:
    return date(year.start if month >= 9 else year.start + 1, month, day)


def _day(value: Any) -> date | None:
    """Return a date of a frame's cell; None for its several kinds of nothing."""
    import pandas as pd

    if pd.isna(value):
        return None
    return value.date() if hasattr(value, "date") else value
