"""A log that was read into the lake: tokens for those who work, Parquet by academic year, the reading's record."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from ingestion.eventlog.read import LogReading
from ingestion.lake import partition_path, schema
from ingestion.ledger import reading_path
from ingestion.reading import reader_version
from ingestion.values import folded_scope
from opora.files import atomic_path, write_json
from opora.home import Home

if TYPE_CHECKING:
    import pandas as pd

    from ingestion.vault import Vault

TOKENED = ("teacher", "administrator")
"""Roles whose people the warehouse counts. Pupils and parents land as nobody: their names serve no figure (152-ФЗ,
article 5: no more personal data than the purpose needs)."""


def land_log(home: Home, vault: Vault, reading: LogReading) -> None:
    """Write the rows, the identity of those who work, and the record; the working table is let go of."""
    try:
        partitions = [_land_year(home, vault, reading, year) for year in reading.years]
        _write_record(home, reading, partitions)
    finally:
        reading.close()


def _land_year(home: Home, vault: Vault, reading: LogReading, year: str) -> dict[str, Any]:
    con, entity = reading.con, reading.form.entity
    people = con.execute(
        """select distinct email, platform_code, school_code from events
        where academic_year = $year and list_contains($roles, user_role)""",
        {"year": year, "roles": list(TOKENED)},
    ).df()
    tokens = people.assign(person_token=_tokens(vault, reading, year, people))
    scopes = con.execute(
        "select platform_code, month_start, school_code, count(*) as size from events where academic_year = $year "
        "group by all order by all",
        {"year": year},
    ).fetchall()
    keys = [(*scope[:3], _scope_key(reading.sender, *scope[:3])) for scope in scopes]
    import pandas as pd

    con.register("tokens", tokens)
    con.register(
        "scope_keys", pd.DataFrame(keys, columns=["platform_code", "month_start", "school_code", "scope_key"])
    )
    con.execute("create or replace table tokens_of as select * from tokens")
    con.execute(
        "create or replace table scopes_of as select platform_code, school_code, scope_key, "
        "cast(month_start as date) as month_start from scope_keys"
    )
    target = partition_path(home, reading.source, entity.name, year, reading.reading_id)
    facts = {
        "person_token": "tokens_of.person_token", "scope_key": "scopes_of.scope_key",
        "as_of": f"date '{reading.as_of}'",
        "delivery_id": f"'{reading.delivery_id}'", "reading_id": f"'{reading.reading_id}'",
        "source_sheet": "cast(null as varchar)", "source_row": "events.n",
    }  # fmt: skip
    picked = ", ".join(f"{facts.get(name, 'events.' + name)} as {name}" for name in schema(entity).names)
    with atomic_path(target) as part:
        file = str(part).replace("'", "''")
        con.execute(
            f"""copy (select {picked} from events
            left join tokens_of on tokens_of.email = events.email and tokens_of.platform_code = events.platform_code
                and tokens_of.school_code = events.school_code and events.user_role in {TOKENED}
            left join scopes_of on scopes_of.platform_code = events.platform_code
                and scopes_of.school_code = events.school_code and scopes_of.month_start = events.month_start
            where events.academic_year = '{year}') to '{file}' (format parquet, compression zstd)"""
        )
    vault.record_depersonalisation(reading.reading_id, sum(scope[3] for scope in scopes), ["email"])
    as_of = reading.as_of
    return {
        "entity": entity.name,
        "academic_year": year,
        "rows": sum(scope[3] for scope in scopes),
        "scopes": sorted([key[3], as_of, 0, scope[3]] for key, scope in zip(keys, scopes, strict=True)),
    }


def _tokens(vault: Vault, reading: LogReading, year: str, people: pd.DataFrame) -> Any:
    """An address is a person's own everywhere; a login or a number is one on its platform only."""
    users = people["email"].str.lower()
    addresses = users.where(users.str.contains("@"), users + "@" + people["platform_code"])
    known = people.assign(email=addresses)[["email", "school_code"]].astype(object)
    return vault.tokenise(reading.source, year, reading.reading_id, known)


def _scope_key(sender: str, platform: str, month: Any, school: str) -> str:
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
    write_json(reading_path(home, reading.reading_id), record, mode=0o600)
