"""Rows of the sound world, set by hand so that every rule holds."""

from __future__ import annotations

import hashlib
import tempfile
from datetime import date
from functools import cache
from math import sqrt
from pathlib import Path
from typing import Any

import duckdb

from quality.figures import KEYS
from tests.quality.world_names import BEFORE, NOW, RETURN_SCHOOLS, SCHOOLS, TOWN
from tests.quality.world_network import network_cells

__all__ = ["BEFORE", "NOW", "RETURN_SCHOOLS", "SCHOOLS", "TOWN"]


def digest(*parts: str, length: int = 32) -> str:
    """Return a stable id."""
    return hashlib.sha256("|".join(parts).encode()).hexdigest()[:length]


def file_name(source: str, year: str) -> str:
    """Return the name of the file that a source delivered for a year."""
    return f"{source}_{year}.xlsx"


def figure(numerator: int | None, denominator: int | None = None, **keys: Any) -> dict[str, Any]:
    """Return one row of ``indicator_values``: keys that are not given do not apply; a share has both counts."""
    extra = {name: keys.pop(name) for name in list(keys) if name not in KEYS}
    row: dict[str, Any] = dict.fromkeys(KEYS, "z")
    row |= {"academic_year": NOW, "municipality_code": TOWN, "period": "year"} | keys
    row |= {
        "numerator": numerator,
        "denominator": denominator,
        "value": None,
        "ci_low": None,
        "ci_high": None,
    }
    if numerator is not None:
        row["value"] = float(numerator) if denominator is None else 100 * numerator / denominator
    if numerator is not None and denominator is not None:
        row["ci_low"], row["ci_high"] = wilson(numerator, denominator)
    row |= dict.fromkeys(("value_low", "value_high", "change", "change_low", "change_high", "symbol"))
    row |= {
        "n_pending": 0,
        "n_ambiguous": 0,
        "n_excluded": 0,
        "value_kind": "point",
        "change_status": "not_comparable",
    }
    row |= {"series_break": False, "is_official": True, "rule_version": "r1"}
    row |= extra
    row["figure_id"] = figure_id(row)
    return row


def figure_id(row: dict[str, Any]) -> str:
    """Return the pinned hash of the key columns."""
    return hashlib.md5("|".join(str(row[key]) for key in KEYS).encode()).hexdigest()[:16]


def wilson(k: int, n: int, z: float = 1.959963984540054) -> tuple[float, float]:
    """Return Wilson's 95 % interval in per cent."""
    p, half = k / n, z * sqrt(k / n * (1 - k / n) / n + z * z / (4 * n * n))
    middle, scale = p + z * z / (2 * n), 1 + z * z / n
    return 100 * (middle - half) / scale, 100 * (middle + half) / scale


@cache
def database() -> bytes:
    """Return the bytes of a DuckDB file with one empty table."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "opora.duckdb"
        with duckdb.connect(str(path)) as con:
            con.execute("CREATE TABLE indicator_values (figure_id VARCHAR)")
        return path.read_bytes()


def register() -> list[dict[str, Any]]:
    """Return the register of two schools."""
    return [
        {
            "academic_year": NOW,
            "school_code": code,
            "school_name": f"Школа {code}",
            "municipality_code": TOWN,
            "municipality_name": "Город",
            "school_kind": "secondary",
            "valid_from": date(2000, 9, 1),
            "source_row": number,
        }
        for number, code in enumerate(SCHOOLS, start=2)
    ]


def protocol() -> list[dict[str, Any]]:
    """Eight graduates of level 9, four a school, one result each; rows 5 to 12."""
    return [
        {
            "academic_year": NOW,
            "gia_level": 9,
            "subject_code": 1,
            "exam_date": date(2025, 6, 9),
            "exam_stage": "main",
            "exam_form": "oge",
            "school_code": SCHOOLS[number // 4],
            "primary_mark": 20.0 + number,
            "mark": 3 + number % 3,
            "percent_done": 60.0,
            "result_status": "valid",
            "person_token": number + 1,
            "source_row": number + 5,
        }
        for number in range(8)
    ]


def returns() -> list[dict[str, Any]]:
    """Physics (3) and base mathematics (22) of 24 schools at level 11; rows 8 to 31."""
    rows = []
    for number, code in enumerate(RETURN_SCHOOLS):
        base = {
            "academic_year": BEFORE,
            "gia_level": 11,
            "record_kind": "results",
            "municipality_name": "Город",
            "school_name": f"Школа {code}",
            "graduates": 20,
            "source_row": number + 8,
        }
        # 10 took physics: 1 below 36, 2 with 80–99, none with 100; a mean of 55 is possible with that.
        rows.append(
            {
                **base,
                "subject_code": 3,
                "participants": 10,
                "below_minimum": 1,
                "high_80_99": 2,
                "mean_score": 55.0,
            }
        )
        rows.append({**base, "subject_code": 22, "participants": 12, "below_minimum": 0, "mean_score": 4.0})
    return rows


def municipal_stage() -> list[dict[str, Any]]:
    """Return four participants of the municipal stage in Russian; rows 6 to 9."""
    return [
        {
            "academic_year": NOW,
            "subject_code": 1,
            "protocol_state": "final",
            "grade_kind": "study",
            "max_score": 50.0,
            "school_code": SCHOOLS[number // 2],
            "class_label": "9А",
            "grade": 9,
            "score": 30.0 + number,
            "percent_done": 60.0,
            "award_status": "prize_winner" if number == 0 else "participant",
            "person_token": number + 1,
            "source_row": number + 6,
        }
        for number in range(4)
    ]


def school_stage() -> list[dict[str, Any]]:
    """Return eight participants of the school stage in Russian; rows 15 to 22."""
    return [
        {
            "academic_year": NOW,
            "subject_name": "Русский язык",
            "subject_code": 1,
            "school_code": SCHOOLS[number // 4],
            "performance_grade": 9,
            "study_grade": 9,
            "score": 10.0,
            "percent_done": 0.5,
            "award_status": "participant",
            "person_token": number + 1,
            "source_row": number + 15,
        }
        for number in range(8)
    ]


def delivery_of(figure: dict[str, Any]) -> str:
    """Return the delivery that a figure of the sound world comes from."""
    source = "vsosh_school_stage" if figure["indicator_code"] != "I1" else "gia_protocol"
    if figure["academic_year"] == BEFORE:
        source = "gia_school_return"
    return digest("delivery", source, figure["academic_year"], length=64)


def subject_results() -> list[dict[str, Any]]:
    """Russian at level 9: four people a school, one below the minimum in the first school, nobody in the second."""
    rows = []
    for kind, code, took, below in (
        ("school", SCHOOLS[0], 4, 1), ("school", SCHOOLS[1], 4, 0), ("municipality", TOWN, 8, 1),
    ):  # fmt: skip
        low, high = wilson(took - below, took)
        rows.append(
            {
                "figure_id": digest("subject", NOW, kind, code),
                "academic_year": NOW,
                "municipality_code": TOWN,
                "area_kind": kind,
                "area_code": code,
                "gia_level": "9",
                "subject_code": 1,
                "basis": "persons",
                "participants": took,
                "below_minimum": below,
                "at_or_above": took - below,
                "share_at_or_above": 100 * (took - below) / took,
                "ci_low": low,
                "ci_high": high,
                "mean_score": 4.0,
                "rule_version": "r1",
            }
        )
    return rows


def funnel(figures: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the four steps of every area and subject, from the figures."""
    steps = {
        ("I2", "school", "z"): (1, "school_participants"),
        ("I2", "municipal", "z"): (2, "municipal_participants"),
        ("I3", "municipal", "any"): (3, "municipal_awards"),
        ("I3", "municipal", "winner"): (4, "municipal_winners"),
    }
    place = ("academic_year", "municipality_code", "area_kind", "area_code", "subject")
    rows = []
    for row in figures:
        if row["measure"] == "pupils" and (
            step := steps.get((row["indicator_code"], row["stage"], row["award"]))
        ):
            known = {"step_number": step[0], "step": step[1], "pupils": row["numerator"], "symbol": None}
            rows.append({"figure_id": row["figure_id"], **{name: row[name] for name in place}, **known})
    at = {(*(row[name] for name in place), row["step_number"]): row["pupils"] for row in rows}
    for row in rows:
        before = at.get((*(row[name] for name in place), row["step_number"] - 1))
        row["share_of_previous"] = 100 * row["pupils"] / before if before else None
    return rows


def _areas() -> list[tuple[str, str, int]]:
    """School, school, municipality, with how many schools each counts."""
    return [("school", SCHOOLS[0], 1), ("school", SCHOOLS[1], 1), ("municipality", TOWN, 2)]


def cells() -> dict[str, list[dict[str, Any]]]:
    """Return the marts: figures of two schools and their municipality in two years, and the dims."""
    figures = []
    for kind, code, schools in _areas():
        place = {"area_kind": kind, "area_code": code}
        exam = {"indicator_code": "I1", "measure": "share", "denominator_kind": "admitted", **place}
        for level in ("9", "11", "all"):
            graduates = (20 if level != "all" else 40) * schools
            for cutoff, failed in (("main", 4), ("september", 2)):
                less = failed * schools * (2 if level == "all" else 1)
                keys = {**exam, "gia_level": level, "cutoff": cutoff, "is_official": cutoff == "main"}
                figures.append(figure(graduates - less, graduates, academic_year=BEFORE, **keys))
                figures.append(figure(graduates - less, graduates, **keys, change=0.0, **_no_change()))
        for stage, subject, n in (
            ("school", "russian", 10), ("municipal", "russian", 4), ("any", "russian", 11),
            ("school", "mathematics", 8), ("municipal", "mathematics", 3), ("any", "mathematics", 9),
            ("school", "any", 15), ("municipal", "any", 6), ("any", "any", 16),
        ):  # fmt: skip
            keys = {"indicator_code": "I2", "measure": "pupils", "stage": stage, "subject": subject, **place}
            figures.append(figure(n * schools, **keys))
        for subject, award, n in (
            ("russian", "any", 2), ("russian", "winner", 1), ("russian", "prize_winner", 1),
            ("mathematics", "any", 1), ("any", "any", 2),
        ):  # fmt: skip
            keys = {"indicator_code": "I3", "measure": "pupils", "stage": "municipal", "subject": subject}
            figures.append(figure(n * schools, **keys, award=award, **place))
        contest = {"indicator_code": "I4", "measure": "share", "stage": "any", "subject": "any", **place}
        figures.append(figure(20 * schools, 80 * schools, **contest))
    members = [
        {
            "academic_year": year,
            "municipality_code": TOWN,
            "area_kind": "municipality",
            "area_code": TOWN,
            "school_code": code,
        }
        for year in (BEFORE, NOW)
        for code in SCHOOLS
    ]
    words = (
        "title",
        "definition",
        "formula",
        "source",
        "periodicity",
        "limits",
        "breaks",
        "unit",
        "main_measure",
    )
    return {
        "indicator_values": figures,
        "area_members": members,
        "figure_deliveries": [
            {"figure_id": row["figure_id"], "delivery_id": delivery_of(row)} for row in figures
        ],
        "figure_exclusions": [],
        "subject_results": subject_results(),
        "olympiad_funnel": funnel(figures),
        "submission_board": [
            {
                "academic_year": NOW,
                "municipality_code": TOWN,
                "school_code": code,
                "source": "gia_protocol",
                "state": "accepted",
            }
            for code in SCHOOLS
        ],
        **network_cells(),
        "dim_school": [
            {
                "school_code": code,
                "municipality_code": TOWN,
                "municipality_name": "Город",
                "school_kind": "secondary",
                "school_name": f"Школа {code}",
                "valid_from": date(2000, 9, 1),
                "is_provisional": False,
            }
            for code in SCHOOLS
        ],
        "dim_indicator": [
            {
                "indicator_code": f"I{n}",
                **dict.fromkeys(words, "текст"),
                "is_higher_better": True,
                "document": "приказ",
                "measures": "share",
            }
            for n in range(1, 6)
        ],
        "dim_subject": [
            {"subject_code": code, "base_subject_code": code, "subject": "other", "subject_name": name}
            for code, name in ((1, "Русский язык"), (3, "Физика"), (22, "Математика базовая"))
        ],
        "disclosure_rules": [
            {
                "first_academic_year": "2015-2016",
                "minimum_people": 10,
                "few_people": 2,
                "bound_below": 20,
                "are_few_awards_hidden": False,
                "document": "методология, §5",
            }
        ],
        "dim_academic_year": [
            {
                "academic_year": f"{start}-{start + 1}",
                "start_year": start,
                "exam_year": start + 1,
                "first_day": date(start, 9, 1),
                "last_day": date(start + 1, 8, 31),
                "contingent_day": date(start, 9, 20),
                "title": f"{start}/{start + 1}",
            }
            for start in (2023, 2024)
        ],
    }


def _no_change() -> dict[str, Any]:
    return {"change_low": -10.0, "change_high": 10.0, "change_status": "within_noise"}
