"""The source rows of a release's internal edition: ``internal/rows/*.parquet``, written with the release.

People stand in them under numbers (1, 2, 3 …) of the year, in the network's file of all years; they say nothing outside
the file.
"""

from __future__ import annotations

from pathlib import Path

from opora.embedded import connect
from opora.files import atomic_path
from opora.sql import literal

FIGURE_ROWS = "figure_rows.parquet"
GRADUATES = "graduates.parquet"
NETWORK_ROWS = "network_rows.parquet"

_PEOPLE = """
create temp table people as
select academic_year, person_id, row_number() over (partition by academic_year order by person_id) as person
from (
    select academic_year, person_id from warehouse.main.int_figure_rows where person_id is not null
    union
    select academic_year, person_id from warehouse.main.int_gia_verdicts
)
"""
_ROWS = """
select
    f.academic_year, f.domain, f.school_code, f.gia_level, f.row_kind, f.stage, f.subject, f.subject_code, f.award,
    f.period, f.exclusion_reason, f.says, p.person, f.delivery_id, f.source_sheet, f.source_row
from warehouse.main.int_figure_rows as f
left join people as p on f.academic_year = p.academic_year and f.person_id = p.person_id
order by all
"""
_GRADUATES = """
select
    v.academic_year, v.school_code, cast(v.gia_level as varchar) as gia_level, v.cutoff, p.person, v.is_passed,
    v.is_pending, v.is_ambiguous
from warehouse.main.int_gia_verdicts as v
inner join people as p on v.academic_year = p.academic_year and v.person_id = p.person_id
order by all
"""
# Who was active before is asked across years, so people of the network have one number in all of them.
_NETWORK = """
select
    n.academic_year, n.half, n.municipality_code, n.pair_id, n.row_kind, n.duty_code, n.exclusion_reason, n.says,
    case when n.person_id is not null then dense_rank() over (order by n.person_id nulls last) end as person,
    n.delivery_id, n.source_sheet, n.source_row
from warehouse.main.int_network_rows as n
order by all
"""


def write_rows(warehouse: Path, folder: Path) -> None:
    """Write the files into ``folder`` from the candidate's warehouse."""
    folder.mkdir(parents=True, exist_ok=True)
    with connect(warehouse.parent / "spilled-rows") as con:
        con.execute("set threads = 1")
        con.execute(f"attach {literal(warehouse)} as warehouse (read_only)")
        con.execute(_PEOPLE)
        for name, query in ((FIGURE_ROWS, _ROWS), (GRADUATES, _GRADUATES), (NETWORK_ROWS, _NETWORK)):
            with atomic_path(folder / name) as part:
                con.execute(f"copy ({query}) to {literal(part)} (format parquet)")
