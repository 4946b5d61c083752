"""The floor: the same figures by hand-written DuckDB SQL (``floor.sql``), and the proof that they are the same."""

from __future__ import annotations

import time
from pathlib import Path

import duckdb

from bench.national.load import Load
from opora.embedded import memory_limit

SQL = Path(__file__).with_name("floor.sql")
SEEDS = Path(__file__).resolve().parents[2] / "dbt_project" / "seeds"
KEYS = (
    "academic_year, municipality_code, area_kind, area_code, indicator_code, measure, gia_level, cutoff, "
    "denominator_kind, stage, subject, award, usage_level, period"
)


def floor_path(load: Load) -> Path:
    """Where the floor's figures are written."""
    return load.home.root / "floor.parquet"


def duckdb_floor(load: Load) -> dict[str, float]:
    """Compute the figures with DuckDB's defaults and the models' limit of memory; return seconds by statement."""
    text = SQL.read_text(encoding="utf-8").format(
        inputs=load.inputs, lake=load.home.lake, seeds=SEEDS, out=floor_path(load)
    )
    seconds = {}
    with duckdb.connect() as con:
        con.execute("set preserve_insertion_order = false")
        con.execute(f"set memory_limit = '{memory_limit()}'")
        for statement in text.split(";"):
            lines = [line for line in statement.splitlines() if line and not line.startswith("--")]
            if lines:
                start = time.perf_counter()
                con.execute(statement)
                seconds[lines[0]] = round(time.perf_counter() - start, 2)
    return seconds


def different(load: Load, values: Path, official: Path | None = None) -> tuple[int, int]:
    """Return the figures compared and how many differ in numerator, denominator or value: any is a fault.

    Every figure of ``indicator_values`` that has a source must stand in the floor and the other way round.
    ``official``: a table (academic_year, school_code, indicator, numerator, denominator) that is compared instead.
    """
    with duckdb.connect() as con:
        con.execute(
            "create view marts as select * from read_parquet(?) where symbol is distinct from 'x'".replace(
                "?", f"'{values}'"
            )
        )
        if official is None:
            con.execute(f"create view floor as select * from read_parquet('{floor_path(load)}')")
        else:
            con.execute(
                "create or replace view marts as select academic_year, area_code as school_code, "
                "indicator_code || case when indicator_code = 'I5' then period else '' end as indicator, numerator, "
                f"denominator, value from read_parquet('{values}') where is_official and area_kind = 'school' "
                "and gia_level in ('all', 'z') and symbol is distinct from 'x'"
            )
            con.execute(
                "create view floor as select *, case when denominator is null then numerator "
                f"when denominator > 0 then 100 * numerator / denominator end as value from read_parquet('{official}')"
            )
        keys = KEYS if official is None else "academic_year, school_code, indicator"
        found = con.execute(
            f"""select count(*), count(*) filter (m.numerator is distinct from f.numerator
                or m.denominator is distinct from f.denominator or (m.value is null) <> (f.value is null)
                or abs(m.value - f.value) > 1e-9)
            from marts as m full join floor as f using ({keys})"""
        ).fetchone()
    return (int(found[0]), int(found[1])) if found else (0, 0)
