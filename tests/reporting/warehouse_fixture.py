"""A warehouse with what ``opora explain`` keeps of it: three source rows of one pupil, her verdict, an event."""

from __future__ import annotations

from pathlib import Path

import duckdb

_ROWS = """
create table int_figure_rows as
select '2024-2025' as academic_year, 'gia' as domain, '765001' as school_code, '9' as gia_level, kind as row_kind,
    'z' as stage, 'z' as subject, subject as subject_code, 'z' as award, 'year' as period,
    cast(null as varchar) as exclusion_reason, says, cast(42 as bigint) as person_id, 'd1' as delivery_id,
    cast(null as varchar) as source_sheet, place as source_row
from (values ('list', null, 'form=oge', 2), ('protocol', 1, 'passed mark=4 date=2025-06-03', 7),
    ('protocol', 2, 'passed mark=3 date=2025-06-06', 9)) as given (kind, subject, says, place)
"""
_VERDICTS = """
create table int_gia_verdicts as
select '2024-2025' as academic_year, '765001' as school_code, 9 as gia_level, cutoff, cast(42 as bigint) as person_id,
    false as is_ambiguous, true as is_passed, false as is_pending
from (values ('main'), ('september')) as given (cutoff)
"""
_NETWORK = """
create table int_network_rows as
select '2024-2025' as academic_year, 'H1' as half, '7650' as municipality_code, '1/2024' as pair_id, kind as row_kind,
    'D1' as duty_code, cast(null as varchar) as exclusion_reason, says, cast(person as bigint) as person_id,
    'd2' as delivery_id, cast(null as varchar) as source_sheet, place as source_row
from (values ('event', null, 'event=5 held=2024-10-01', 2), ('participant', 43, 'event=5 role=host', 3),
    ('participant', 42, 'event=5 role=listener', 4)) as given (kind, person, says, place)
"""


def write_warehouse(path: Path) -> None:
    """Write the tables that the room reads of a candidate's warehouse."""
    with duckdb.connect(str(path)) as con:
        con.execute(_ROWS)
        con.execute(_VERDICTS)
        con.execute(_NETWORK)
