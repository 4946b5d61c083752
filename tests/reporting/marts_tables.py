"""The tables of the marts as the reporting tests write them: columns with their types, and the writer of a table."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import duckdb

KEYS = [
    "academic_year",
    "municipality_code",
    "area_kind",
    "area_code",
    "indicator_code",
    "measure",
    "gia_level",
    "cutoff",
    "denominator_kind",
    "stage",
    "subject",
    "award",
    "usage_level",
    "period",
]
TYPES = (
    dict.fromkeys(["figure_id", *KEYS, "value_kind", "change_status", "symbol", "rule_version"], "VARCHAR")
    | dict.fromkeys(["numerator", "denominator", "n_pending", "n_ambiguous", "n_excluded"], "BIGINT")
    | dict.fromkeys(
        ["value", "value_low", "value_high", "ci_low", "ci_high", "change", "change_low", "change_high"],
        "DOUBLE",
    )
    | dict.fromkeys(["series_break", "is_official"], "BOOLEAN")
)
INDICATOR_TYPES = (
    dict.fromkeys(
        [
            "indicator_code",
            "title",
            "definition",
            "formula",
            "source",
            "periodicity",
            "limits",
            "breaks",
            "unit",
        ],
        "VARCHAR",
    )
    | {"main_measure": "VARCHAR", "is_higher_better": "BOOLEAN"}
    | dict.fromkeys(["document", "measures", "rules_year", "rules"], "VARCHAR")
)
COLUMNS = [
    "figure_id",
    *KEYS,
    "numerator",
    "denominator",
    "value",
    "value_kind",
    "value_low",
    "value_high",
    "n_pending",
    "n_ambiguous",
    "n_excluded",
    "ci_low",
    "ci_high",
    "change",
    "change_low",
    "change_high",
    "change_status",
    "series_break",
    "symbol",
    "is_official",
    "rule_version",
]
SCHOOL_TYPES = dict.fromkeys(
    ["school_code", "school_name", "short_name", "municipality_code", "municipality_name", "school_kind"],
    "VARCHAR",
) | {"valid_from": "DATE", "valid_to": "DATE"}
MEMBER_TYPES = dict.fromkeys(
    ["academic_year", "municipality_code", "area_kind", "area_code", "school_code"], "VARCHAR"
)
SIGNAL_TYPES = (
    {"figure_id": "VARCHAR"}
    | dict.fromkeys(
        ["eb_value", "eb_low", "eb_high", "funnel_low95", "funnel_high95", "funnel_low998", "funnel_high998"],
        "DOUBLE",
    )
    | {"flag": "VARCHAR"}
)
READING_TYPES = dict.fromkeys(
    ["reading_id", "delivery_id", "source", "academic_year", "as_of", "sender", "file_name"], "VARCHAR"
) | {"as_of": "DATE", "landed_rows": "BIGINT", "quarantined_rows": "BIGINT", "other_rows": "BIGINT"}
DELIVERY_TYPES = dict.fromkeys(["delivery_id", "source", "file_name", "state", "message"], "VARCHAR") | {
    "received_order": "BIGINT"
}
EFFECT_TYPES = {
    "cohort": "VARCHAR",
    "outcome": "VARCHAR",
    "outcome_title": "VARCHAR",
    "method": "VARCHAR",
    "base_years": "VARCHAR",
    "follow_up_years": "VARCHAR",
    "verdict": "VARCHAR",
    "reason": "VARCHAR",
    "symbol": "VARCHAR",
    "estimate_pp": "DOUBLE",
    "ci_low": "DOUBLE",
    "ci_high": "DOUBLE",
    "mde_pp": "DOUBLE",
    "n_treated": "BIGINT",
    "n_control": "BIGINT",
    "is_primary": "BOOLEAN",
}


def write_table(path: Path, columns: dict[str, str], rows: list[dict[str, Any]]) -> None:
    """Write ``rows`` as a Parquet file with these columns; a column that a row lacks is null."""
    path.parent.mkdir(parents=True, exist_ok=True)
    con = duckdb.connect()
    names = ", ".join(f'"{c}" {t}' for c, t in columns.items())
    con.execute(f"CREATE TABLE t ({names})")
    source = path.with_suffix(".json")
    source.write_text("\n".join(json.dumps(r, default=str) for r in rows), encoding="utf-8")
    if rows:
        spec = ", ".join(f"'{c}': '{t}'" for c, t in columns.items())
        con.execute(
            f"INSERT INTO t SELECT * FROM read_json('{source}', columns={{{spec}}}, format='newline_delimited')"
        )
    source.unlink()
    con.execute(f"COPY t TO '{path}' (FORMAT parquet)")
    con.close()
