"""The network of the sound world: one agreement, its roadmap of one item, the event that closed it."""

from __future__ import annotations

from datetime import date
from typing import Any

from tests.quality.world_rows import NOW, SCHOOLS

Lake = dict[tuple[str, str], list[dict[str, Any]]]
WHAT = {
    "academic_year": NOW,
    "event_title": "Семинар",
    "duty_code": "D4",
    "activity_type": "семинар",
    "event_format": "full_time",
    "event_level": "teachers",
}


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
