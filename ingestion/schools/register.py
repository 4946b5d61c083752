"""The register of schools: the lake's effective ``school_register`` rows, or a provisional one from files."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

    from opora.home import Home

#: Columns of the contract ``school_register``, entity ``schools``.
COLUMNS = (
    "school_code", "school_name", "short_name", "municipality_code", "municipality_name", "school_kind", "inn",
    "ogrn", "valid_from", "valid_to", "predecessor_code", "successor_code",
)  # fmt: skip


def read_register(home: Home) -> pd.DataFrame:
    """Return every effective row of the register (``COLUMNS`` and ``academic_year``), all years and names.

    Within a scope of an academic year the reading with the highest ``as_of`` is effective; of two readings
    of one day the one with the higher id, so that the answer does not depend on arrival (the tie itself is
    a blocker elsewhere). Readings that do not stand say nothing. A home without a register gives no rows.
    """
    import duckdb
    import pandas as pd

    from ingestion.ledger import readings_let_go

    folder = home.lake / "school_register" / "schools"
    if not any(folder.glob("academic_year=*/*.parquet")):
        return pd.DataFrame({name: pd.Series(dtype="object") for name in (*COLUMNS, "academic_year")})
    pattern = str(folder / "academic_year=*" / "*.parquet")
    with duckdb.connect() as con:
        frame: pd.DataFrame = con.execute(
            f"""
            with rows as (
                select * from read_parquet(
                    ?, hive_partitioning = true, hive_types = {{'academic_year': varchar}}, union_by_name = true)
                where not list_contains(?, reading_id)
                qualify dense_rank() over (
                    partition by academic_year, scope_key order by as_of desc, reading_id desc) = 1
            )
            select distinct {", ".join(COLUMNS)}, academic_year from rows
            order by school_code, academic_year, school_name
            """,
            [pattern, readings_let_go(home)],
        ).df()
    return frame
