"""The network of the sound world: one agreement, its roadmap of one item, the event that closed it."""

from __future__ import annotations

from datetime import date
from typing import Any

from tests.quality.world_names import NOW, SCHOOLS, TOWN

Lake = dict[tuple[str, str], list[dict[str, Any]]]
WHAT = {
    "academic_year": NOW,
    "event_title": "Семинар",
    "duty_code": "D4",
    "activity_type": "семинар",
    "event_format": "full_time",
    "event_level": "teachers",
}


PAIR = {"supported_school_code": SCHOOLS[0], "partner_school_code": SCHOOLS[1]}
AGREED = {"valid_from": date(2024, 9, 1), "valid_to": date(2026, 8, 31)}
AS_OF = date(2025, 7, 1)


def network_cells() -> dict[str, list[dict[str, Any]]]:
    """Return the marts of the network: the pair's duties, plan, stages and criteria in the first half-year."""
    half = {"academic_year": NOW, "half": "H1", "municipality_code": TOWN}
    ruled = {"symbol": None, "rule_version": "r1"}
    event = {**half, **ruled, "pair_id": "1", "event_title": "Семинар", "duty_code": "D4", "is_formal": False,
             "activity_type": "seminar", "event_format": "full_time", "event_level": "teachers",
             "initiator_side": "supported"}  # fmt: skip
    held = {"held_on": date(2024, 10, 1), "supported_people": 1, "partner_people": 1, "evidence_count": 1}
    planned = {**event, **held, "event_key": "4", "due_on": date(2024, 10, 1), "state": "done_on_time"}
    nothing = dict.fromkeys(
        ("minimum", "planned", "done", "overdue", "people", "evidence_count", "formal"), 0
    )
    duty = {
        **half,
        **ruled,
        **PAIR,
        **nothing,
        "pair_id": "1",
        "hours": 0.0,
        "state": "none",
        "meets_minimum": True,
    }
    spell = {
        "municipality_code": TOWN,
        "pair_id": "1",
        **PAIR,
        "as_of": AS_OF,
        "is_stuck": False,
        "rule_version": "r1",
    }
    known = {"plan_version": "z", "is_official": False, "counts_people": False, **ruled}
    return {
        "bridge_partnership": [
            {
                "academic_year": NOW,
                "municipality_code": TOWN,
                "agreement_number": "1",
                "agreement_date": date(2024, 9, 1),
                **PAIR,
                **AGREED,
            }
        ],
        "roadmap_events": [
            {**planned, "plan_version": "baseline"},
            {**planned, "plan_version": "current"},
            {**event, **held, "plan_version": "unplanned", "event_key": "2", "state": "unplanned_done"},
        ],
        "partner_duties": [
            {**duty, "duty_code": "D1"},
            {**duty, "duty_code": "D4", "minimum": 1, "planned": 1, "done": 2, "people": 1, "evidence_count": 2,
             "state": "done"},
        ],
        "partnership_stages": [
            {**spell, "spell_number": 1, "stage": 1, "state": "passed", "entered_on": date(2024, 9, 1),
             "left_on": date(2024, 9, 21), "dwell_days": 20},
            {**spell, "spell_number": 2, "stage": 2, "state": "current", "entered_on": date(2024, 9, 21),
             "dwell_days": (AS_OF - date(2024, 9, 21)).days, "missing": "plan_closed"},
        ],
        "network_criteria": [
            {**half, **known, "scope": scope, "pair_id": pair, **component}
            for scope, pair in (("network", "z"), ("pair", "1"))
            for component in (
                {"criterion": "C1", "component": "presence", "numerator": 3, "denominator": 4, "value": 3.0},
                {"criterion": "C2", "component": "active", "numerator": 2, "value": 2.0},
                {"criterion": "C5", "component": "done", "plan_version": "current", "numerator": 1,
                 "denominator": 2, "value": 50.0},
            )
        ],
    }  # fmt: skip


def network() -> Lake:
    """Return the rows of agreements, roadmap and events; every list begins in row 2 of its sheet."""
    return {
        ("agreements", "agreements"): [
            {
                "academic_year": NOW,
                "agreement_number": "1",
                "agreement_date": date(2024, 9, 1),
                "supported_school_code": SCHOOLS[0],
                "partner_school_code": SCHOOLS[1],
                "valid_from": date(2024, 9, 1),
                "valid_to": date(2026, 8, 31),
                "source_row": 2,
            }
        ],
        ("roadmap", "versions"): [
            {
                "academic_year": NOW,
                "agreement_number": "1",
                "version_number": 1,
                "approved_on": date(2024, 9, 20),
                "source_row": 2,
            }
        ],
        ("roadmap", "planned_events"): [
            {
                **WHAT,
                "agreement_number": "1",
                "version_number": 1,
                "planned_event_number": "4",
                "due_on": date(2024, 10, 1),
                "source_row": 2,
            }
        ],
        ("events", "events"): [
            {
                **WHAT,
                "event_number": "1",
                "agreement_number": "1",
                "planned_event_number": "4",
                "source_row": 2,
            },
            {
                **WHAT,
                "event_number": "2",
                "agreement_number": "1",
                "planned_event_number": "Внеплановое",
                "source_row": 3,
            },
        ],
        ("events", "participants"): [
            {
                "academic_year": NOW,
                "event_number": "1",
                "school_code": code,
                "participant_role": "participant",
                "source_row": row,
            }
            for row, code in enumerate(SCHOOLS, start=2)
        ],
    }
