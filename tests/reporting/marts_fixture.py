"""Plausible marts of one synthetic municipality: 28 schools, 5 years, I1–I5, groups. Deterministic, no real data."""

from __future__ import annotations

import hashlib
import json
import random
from datetime import date
from itertools import product
from pathlib import Path
from typing import Any

import network_fixture
from marts_tables import (
    COLUMNS,
    DELIVERY_TYPES,
    EFFECT_TYPES,
    INDICATOR_TYPES,
    KEYS,
    MEMBER_TYPES,
    READING_TYPES,
    SCHOOL_TYPES,
    SIGNAL_TYPES,
    TYPES,
    write_table,
)
from warehouse_fixture import write_warehouse

from dbt_project.build.project import seeds
from opora.candidates import Candidate
from opora.config import Config, Municipality, Organisation
from opora.home import Home

CODE, NAME = "76500001", "Приозёрный муниципальный округ"
YEARS = ["2020-2021", "2021-2022", "2022-2023", "2023-2024", "2024-2025"]
KINDS = ["secondary"] * 20 + ["basic"] * 4 + ["gymnasium"] * 2 + ["lyceum"] * 2


def schools(code: str, count: int) -> list[dict[str, Any]]:
    rows = []
    for i in range(count):
        rows.append(
            {
                "school_code": f"{int(code[:3]) * 1000 + 10 + i:06d}",
                "school_name": f"Муниципальное общеобразовательное учреждение «Средняя школа № {i + 1}»",
                "short_name": f"СОШ № {i + 1}",
                "municipality_code": code,
                "municipality_name": NAME if code == CODE else f"Округ {code}",
                "school_kind": KINDS[i % 28],
                "valid_from": date(1990, 9, 1),
                "valid_to": None,
            }
        )
    return rows


def groups_of(i: int) -> set[str]:
    found = set()
    if i < 8:
        found.add("supported")
    elif i < 14:
        found.add("partner")
    else:
        found.add("other")
    if i in (0, 1, 2, 3, 4, 15):
        found.add("shnor")
    if i in (4, 5, 6, 7, 20, 21):
        found.add("shnsu")
    return found


def _variants() -> list[dict[str, str]]:
    out: list[dict[str, str]] = []
    for level, cutoff, kind in product(("9", "11", "all"), ("main", "september"), ("admitted", "enrolled")):
        out.append(
            {
                "indicator_code": "I1",
                "measure": "share",
                "gia_level": level,
                "cutoff": cutoff,
                "denominator_kind": kind,
            }
        )
    for measure, stage, subject in product(
        ("pupils", "participations", "per_100"),
        ("school", "municipal", "any"),
        ("russian", "mathematics", "any"),
    ):
        out.append({"indicator_code": "I2", "measure": measure, "stage": stage, "subject": subject})
    for measure, subject, award in product(
        ("pupils", "diplomas"), ("russian", "mathematics", "any"), ("any", "winner", "prize_winner")
    ):
        out.append(
            {
                "indicator_code": "I3",
                "measure": measure,
                "stage": "municipal",
                "subject": subject,
                "award": award,
            }
        )
    out.append({"indicator_code": "I4", "measure": "share", "stage": "any", "subject": "any"})
    for level, half in product(("L0", "L1", "L2"), ("H1", "H2")):
        out.append({"indicator_code": "I5", "measure": "share", "usage_level": level, "period": half})
    return [dict.fromkeys(KEYS, "z") | {"period": "year"} | row for row in out]


def is_official(v: dict[str, str]) -> bool:
    match v["indicator_code"]:
        case "I1":
            return v["cutoff"] == "main" and v["denominator_kind"] == "admitted"
        case "I2":
            return v["measure"] == "pupils" and v["stage"] == v["subject"] == "any"
        case "I3":
            return v["measure"] == "pupils" and v["subject"] == v["award"] == "any"
        case "I4":
            return True
        case _:
            return v["usage_level"] == "L2"


def _wilson(k: float, n: float) -> tuple[float, float]:
    z, p = 1.959963984540054, k / n
    mid, half = (p + z * z / (2 * n)), z * (p * (1 - p) / n + z * z / (4 * n * n)) ** 0.5
    return max(0.0, 100 * (mid - half) / (1 + z * z / n)), min(100.0, 100 * (mid + half) / (1 + z * z / n))


def _draw(
    v: dict[str, str], size: int, t: int, effect: float, rng: random.Random
) -> tuple[int | None, int | None]:
    code, measure = v["indicator_code"], v["measure"]
    if code == "I1":
        n = max(3, size // (20 if v["gia_level"] == "11" else 10)) + (4 if v["gia_level"] == "all" else 0)
        p = min(0.99, 0.86 + effect + 0.012 * t)
        return sum(rng.random() < p for _ in range(n)), n
    if code == "I2":
        pupils = int(
            size * 0.22 * (0.6 if v["subject"] != "any" else 1) * (0.3 if v["stage"] == "municipal" else 1)
        )
        return pupils + rng.randint(0, 4) + t, (size // 3 if measure == "per_100" else None)
    if code == "I3":
        return rng.randint(0, max(1, size // 160)), None
    if code == "I4":
        n = size // 3
        return sum(rng.random() < 0.45 + 0.03 * t + effect for _ in range(n)), n
    n = size // 14
    p = {"L0": 0.95, "L1": 0.8, "L2": 0.55}[v["usage_level"]] + 0.02 * t
    return sum(rng.random() < p for _ in range(n)), n


def _row(year: str, code: str, kind: str, area: str, v: dict[str, str], k: Any, n: Any) -> dict[str, Any]:
    row: dict[str, Any] = dict.fromkeys(COLUMNS) | v
    row |= {"academic_year": year, "municipality_code": code, "area_kind": kind, "area_code": area}
    row["figure_id"] = hashlib.md5("|".join(row[key] for key in KEYS).encode()).hexdigest()[:16]
    row |= {"value_kind": "point", "n_pending": 0, "n_ambiguous": 0, "n_excluded": 0, "series_break": False}
    row |= {"is_official": is_official(v), "rule_version": "2025.1", "numerator": k, "denominator": n}
    if n:
        row["value"] = 100.0 * k / n
        row["ci_low"], row["ci_high"] = _wilson(k, n)
    elif n is None:
        row["value"] = float(k) if k is not None else None
    else:
        row["symbol"] = "z"
    return row


def _changes(rows: list[dict[str, Any]]) -> None:
    index = {(tuple(r[k] for k in KEYS[1:]), r["academic_year"]): r for r in rows}
    for row in rows:
        place = YEARS.index(row["academic_year"])
        before = index.get((tuple(row[k] for k in KEYS[1:]), YEARS[place - 1])) if place else None
        if row["series_break"] or before is None or before["value"] is None or row["value"] is None:
            row["change_status"] = "not_comparable"
            continue
        row["change"] = row["value"] - before["value"]
        half = 1.96 * max(0.5, row["value"]) ** 0.5
        if row["denominator"]:
            half = (row["ci_high"] - row["ci_low"]) * 0.7
        row["change_low"], row["change_high"] = row["change"] - half, row["change"] + half
        row["change_status"] = (
            "growth" if row["change_low"] > 0 else "decline" if row["change_high"] < 0 else "within_noise"
        )


def indicator_values(code: str, count: int) -> list[dict[str, Any]]:
    rng = random.Random(f"{code}-{count}")
    sizes = [rng.randint(180, 900) for _ in range(count)]
    effects = [rng.gauss(-0.12 if i < 8 else 0.02, 0.04) for i in range(count)]
    codes = [row["school_code"] for row in schools(code, count)]
    rows: list[dict[str, Any]] = []
    for t, year in enumerate(YEARS):
        for v in _variants():
            drawn = [_draw(v, sizes[i], t, effects[i], rng) for i in range(count)]
            missing = v["indicator_code"] == "I5" and year == "2020-2021"
            areas = [("school", codes[i], [i]) for i in range(count)]
            for group in ("shnor", "shnsu", "supported", "partner", "other"):
                members = [i for i in range(count) if group in groups_of(i)]
                if members:
                    areas.append(("group", group, members))
            areas.append(("municipality", code, list(range(count))))
            for kind, area, members in areas:
                k: int | None = sum(drawn[i][0] or 0 for i in members)
                n = None if drawn[0][1] is None else sum(drawn[i][1] or 0 for i in members)
                row = _row(year, code, kind, area, v, k, n)
                row["series_break"] = v["indicator_code"] == "I1" and year == "2021-2022"
                if missing:
                    row |= dict.fromkeys(["numerator", "denominator", "value", "ci_low", "ci_high"])
                    row["symbol"] = "x"
                rows.append(row)
    _changes(rows)
    return rows


def passports() -> list[dict[str, Any]]:
    """Rows of ``dim_indicator``: the registry's own words, with thresholds that only this fixture has."""
    rows = [{key: row[key] for key in INDICATOR_TYPES if key in row} for row in seeds()["indicators"].rows()]
    for row in rows:
        row |= {"breaks": "нет", "measures": "pupils,share", "is_higher_better": True}
        if row["indicator_code"] == "I5":
            row |= {"rules_year": YEARS[-1], "rules": "L2 — месяцев с действиями от 7"}
    return rows


def _signals(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    out = []
    whole = {
        (r["academic_year"], tuple(r[k] for k in KEYS[4:])): r
        for r in rows
        if r["area_kind"] == "municipality"
    }
    for row in rows:
        if (
            row["area_kind"] != "school"
            or not row["is_official"]
            or not row["denominator"]
            or row["value"] is None
        ):
            continue
        p = whole[(row["academic_year"], tuple(row[k] for k in KEYS[4:]))]["value"] / 100
        se = 100 * (p * (1 - p) / row["denominator"]) ** 0.5
        limits = {
            "funnel_low95": max(0.0, 100 * p - 1.96 * se),
            "funnel_high95": min(100.0, 100 * p + 1.96 * se),
            "funnel_low998": max(0.0, 100 * p - 3.09 * se),
            "funnel_high998": min(100.0, 100 * p + 3.09 * se),
        }
        flag = "below998" if row["value"] < limits["funnel_low998"] else "within"
        out.append({"figure_id": row["figure_id"], "eb_value": row["value"], "flag": flag} | limits)
    return out


SOURCES = {
    "gia_protocol": 3120,
    "gia_admission": 1410,
    "vsosh_school_stage": 5230,
    "vsosh_municipal_protocol": 940,
    "platform_persons": 2890,
    "contest_participation": 1780,
    "school_register": 28,
    "contingent": 308,
    "teaching_staff": 1104,
    "agreements": 8,
}


def _inputs(folder: Path) -> None:
    readings, deliveries = [], []
    for order, (source, n) in enumerate(SOURCES.items()):
        for year in YEARS:
            ident = hashlib.sha256(f"{source}{year}".encode()).hexdigest()
            name = f"{source}_{year}.xlsx"
            readings.append(
                {
                    "reading_id": ident[:32],
                    "delivery_id": ident,
                    "source": source,
                    "academic_year": year,
                    "as_of": date(int(year[5:]), 6, 28),
                    "sender": "МОУО",
                    "file_name": name,
                    "landed_rows": n,
                    "quarantined_rows": order % 3,
                    "other_rows": 4,
                }
            )
            deliveries.append(
                {
                    "delivery_id": ident,
                    "source": source,
                    "file_name": name,
                    "state": "accepted",
                    "received_order": order,
                }
            )
    deliveries.append(
        {
            "delivery_id": "f" * 64,
            "source": "contingent",
            "file_name": "контингент.xlsx",
            "state": "returned",
            "message": "контингент.xlsx, лист «Лист1»: нет столбца «Код ОО»; добавьте столбец и пришлите файл снова",
            "received_order": 99,
        }
    )
    write_table(folder / "readings.parquet", READING_TYPES, readings)
    write_table(folder / "deliveries.parquet", DELIVERY_TYPES, deliveries)


def findings() -> list[dict[str, Any]]:
    return [
        {
            "rule": "pre_exam_loss",
            "stage": "marts",
            "severity": "warning",
            "file": "gia_admission_2024-2025.xlsx",
            "sheet": "Лист1",
            "column": "Допущен",
            "rows": [],
            "scope": {"school_code": "765012"},
            "count": 1,
            "message": "отсев до ГИА больше 5 п.п.",
            "guidance": "проверьте движение учащихся и ведомость допуска",
        }
    ]


def effect_rows() -> list[dict[str, Any]]:
    main = {"cohort": "all", "outcome": "I1_9", "outcome_title": "доля сдавших ГИА-9", "symbol": "u"}
    done = {
        "n_treated": 8,
        "n_control": 14,
        "verdict": "within_noise",
        "mde_pp": 7.187,
        "ci_low": -0.51,
        "ci_high": 0.86,
    }
    years = {
        "base_years": "2020-2021; 2020-2021, 2021-2022",
        "follow_up_years": "2023-2024; 2023-2024, 2024-2025",
    }
    never = {
        "outcome": "I4",
        "outcome_title": "доля участвующих",
        "verdict": "cannot_estimate",
        "symbol": "x",
    }
    return [
        main
        | done
        | years
        | {"method": "difference_of_mean_changes", "is_primary": True, "estimate_pp": 0.929},
        main
        | never
        | {"method": "difference_of_mean_changes", "is_primary": False, "reason": "нет базового года"},
        main | done | {"method": "leave_one_out_low", "is_primary": False, "estimate_pp": 0.186},
        main | done | {"method": "leave_one_out_high", "is_primary": False, "estimate_pp": 1.731},
    ]


def is_public(row: dict[str, Any]) -> bool:
    return row["area_kind"] != "school" and (row["denominator"] is None or row["denominator"] >= 10)


def make_candidate(
    root: Path, municipalities: dict[str, int] | None = None, *, public_schools: bool = False
) -> Candidate:
    """Write a home with one candidate under ``root``; ``municipalities``: code → number of schools."""
    wanted = municipalities or {CODE: 28}
    whole = Municipality(code="76", name="Озёрный край") if len(wanted) > 1 else None
    config = Config(
        municipality=None if whole else Municipality(code=CODE, name=NAME),
        region=whole,
        organisation=Organisation(name="Центр развития образования", signatory="И. о. директора"),
    )
    home = Home.create(root / "home", config)
    candidate = Candidate(home, "0" * 16)
    candidate.root.mkdir(parents=True)
    write_warehouse(candidate.warehouse)
    values = [row for code, count in wanted.items() for row in indicator_values(code, count)]
    register = [row for code, count in wanted.items() for row in schools(code, count)]
    members = [
        {
            "academic_year": y,
            "municipality_code": c,
            "area_kind": kind,
            "area_code": area,
            "school_code": s["school_code"],
        }
        for c, count in wanted.items()
        for y in YEARS
        for i, s in enumerate(schools(c, count))
        for kind, area in [("municipality", c), *(("group", g) for g in sorted(groups_of(i)))]
    ]
    shown = [row for row in values if public_schools or is_public(row)]
    networks = [network_fixture.tables(c, [s["school_code"] for s in schools(c, 3)]) for c in wanted]
    for folder, rows in ((candidate.marts, values), (candidate.public_tables, shown)):
        write_table(folder / "indicator_values.parquet", {c: TYPES[c] for c in COLUMNS}, rows)
        write_table(folder / "dim_school.parquet", SCHOOL_TYPES, register)
        write_table(folder / "dim_indicator.parquet", INDICATOR_TYPES, passports())
        write_table(folder / "area_members.parquet", MEMBER_TYPES, members)
        write_table(folder / "support_effect.parquet", EFFECT_TYPES, effect_rows())
        network_fixture.write_network(folder, networks, is_public=folder == candidate.public_tables)
    write_table(candidate.marts / "indicator_signals.parquet", SIGNAL_TYPES, _signals(values))
    _inputs(candidate.inputs)
    candidate.findings.write_text(json.dumps(findings(), ensure_ascii=False), encoding="utf-8")
    return candidate
