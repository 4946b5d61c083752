"""A small network for the report's tests: two pairs, two half-years, a roadmap of four items, three decisions.

Every number was set by hand; ``test_report_network.py`` reads them back from the printed report.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import duckdb

AS_OF = date(2025, 8, 20)
YEAR = "2024-2025"
BEFORE = "2023-2024"
MARTS = Path(__file__).resolve().parents[2] / "dbt_project" / "models" / "marts"


def _criteria(code: str, first: str, second: str) -> list[dict[str, Any]]:
    rows = []

    def add(half: str, pair: str, criterion: str, component: str, plan: str = "z", **numbers: Any) -> None:
        row = {"academic_year": YEAR, "half": half, "municipality_code": code, "pair_id": pair}
        row |= {"scope": "network" if pair == "z" else "pair", "criterion": criterion, "component": component}
        row |= {"plan_version": plan, "is_official": False, "counts_people": False, "rule_version": "v"}
        rows.append(row | numbers)

    for half, in_time in (("H1", 5), ("H2", 3)):
        add(
            half,
            "z",
            "C5",
            "done_on_time",
            "baseline",
            numerator=in_time,
            denominator=8,
            value=12.5 * in_time,
            is_official=True,
        )
        add(half, "z", "C2", "active", numerator=31, value=31.0, is_official=True, counts_people=True)
    add("H1", "z", "C2", "growth", symbol="z", counts_people=True)
    add("H2", "z", "C2", "growth", numerator=-4, denominator=31, value=-12.903, counts_people=True)
    add("H2", "z", "C1", "awareness", numerator=6, denominator=10, value=60.0, counts_people=True)
    add("H2", "z", "C4", "effective_types", value=3.4567)
    add(
        "H2",
        first,
        "C5",
        "done_on_time",
        "baseline",
        numerator=3,
        denominator=4,
        value=75.0,
        is_official=True,
    )
    add("H2", first, "C5", "formal", numerator=1, denominator=3, value=33.3)
    add("H2", second, "C5", "done_on_time", "baseline", symbol="x", is_official=True)
    add("H2", second, "C2", "active", numerator=7, value=7.0, counts_people=True)
    return rows


def tables(code: str, schools: list[str]) -> dict[str, list[dict[str, Any]]]:
    """Return rows of the network's tables: ``schools`` are (partner, supported, supported)."""
    partner, one, two = schools[:3]
    first, second = f"1/{code}", f"2/{code}"
    pair = {first: {"supported_school_code": one}, second: {"supported_school_code": two}}
    common = {"municipality_code": code, "partner_school_code": partner, "rule_version": "v"}
    spells = [
        {"pair_id": first, "spell_number": 1, "stage": 1, "state": "passed", "entered_on": date(2024, 9, 1),
         "left_on": date(2024, 10, 1), "dwell_days": 30, "is_stuck": False, "as_of": AS_OF},
        {"pair_id": first, "spell_number": 2, "stage": 2, "state": "current", "entered_on": date(2024, 10, 1),
         "dwell_days": 323, "is_stuck": True, "missing": "closed_share", "as_of": AS_OF},
        {"pair_id": second, "spell_number": 1, "stage": 1, "state": "current", "entered_on": date(2025, 3, 1),
         "dwell_days": 172, "is_stuck": False, "missing": "contacts,problem", "as_of": AS_OF},
    ]  # fmt: skip
    duties = [
        {"academic_year": YEAR, "half": "H2", "pair_id": first, "duty_code": duty, "state": state, "minimum": minimum,
         "planned": 1, "done": done, "overdue": 0, "meets_minimum": done >= minimum, "hours": 2.0, "people": people,
         "evidence_count": 1, "formal": formal, "formal_reasons": "zero_duration" if formal else None}
        for duty, state, minimum, done, people, formal in (
            ("D1", "done", 1, 2, 12, 0), ("D2", "overdue", 4, 1, 3, 1), ("D3", "none", 0, 0, 0, 0),
        )
    ]  # fmt: skip
    items = [
        ("1", "done_on_time", date(2025, 2, 1), date(2025, 1, 30), None),
        ("2", "done_late", date(2025, 3, 1), date(2025, 3, 20), "zero_duration"),
        ("3", "overdue", date(2025, 4, 1), None, None),
        ("4", "planned", date(2025, 8, 30), None, None),
    ]
    events = [
        {"academic_year": YEAR, "half": "H2", "pair_id": first, "plan_version": plan, "event_key": key,
         "event_title": f"Мероприятие {key}", "duty_code": "D1", "activity_type": "seminar", "event_format": "remote",
         "event_level": "teachers", "initiator_side": "partner", "due_on": due, "held_on": held, "state": state,
         "is_formal": formal is not None, "formal_reasons": formal, "municipality_code": code, "rule_version": "v"}
        for plan in ("baseline", "current")
        for key, state, due, held, formal in items
    ]  # fmt: skip
    decisions = [
        {"academic_year": year, "municipality_code": code, "decision_number": number, "decision_date": day,
         "decision_kind": "partnership", "decision_title": title, "addressee": "Директора школ", "due_on": due,
         "indicator_code": "I1", "outcome_state": state, "outcome": outcome, "outcome_checked_on": checked}
        for year, number, day, title, due, state, outcome, checked in (
            (BEFORE, "1/23", date(2023, 10, 1), "Создать пары", date(2024, 3, 1), "achieved", "Две пары",
             date(2024, 9, 5)),
            (BEFORE, "2/23", date(2023, 11, 1), "Провести семинар", date(2024, 4, 1), "not_checked", None, None),
            (YEAR, "1/24", date(2024, 10, 1), "Продлить поддержку", date(2025, 9, 1), "not_due", None, None),
        )
    ]  # fmt: skip
    return {
        "network_criteria": _criteria(code, first, second),
        "partnership_stages": [common | pair[str(row["pair_id"])] | row for row in spells],
        "partner_duties": [common | pair[first] | row for row in duties],
        "roadmap_events": events,
        "management_decisions": decisions,
    }


def _types(table: str) -> dict[str, str]:
    import yaml

    model = yaml.safe_load((MARTS / f"{table}.yml").read_text(encoding="utf-8"))["models"][0]
    return {column["name"]: column["data_type"] for column in model["columns"]}


def write_network(folder: Path, parts: list[dict[str, list[dict[str, Any]]]], *, is_public: bool) -> None:
    """Write the tables under the contracts' columns; the public side hides people as disclosure control does."""
    import pyarrow.parquet as pq

    from disclosure.network import PEOPLE, public_network
    from disclosure.rules import RuleBook
    from opora.config import Config

    rule = {"first_academic_year": "2015-2016", "last_academic_year": None, "minimum_people": 10}
    rule |= {"few_people": 2, "bound_below": 20, "are_few_awards_hidden": False}
    rules = RuleBook((rule,), Config())

    with duckdb.connect() as con:
        for table in parts[0]:
            columns = _types(table)
            con.execute(f"create or replace table t ({', '.join(f'{n} {k}' for n, k in columns.items())})")
            rows = [[row.get(name) for name in columns] for part in parts for row in part[table]]
            con.executemany(f"insert into t values ({', '.join('?' * len(columns))})", rows)
            path = folder / f"{table}.parquet"
            con.execute(f"copy t to '{path}' (format parquet)")
            if is_public and (table in PEOPLE or table == "network_criteria"):
                pq.write_table(public_network(table, pq.read_table(path), rules), path)
