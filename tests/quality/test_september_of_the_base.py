"""A fall by September that the base of РИС explains: works repeated on a later day, and an accepted appeal."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from quality.checks.marts.september_below_main import CHECK
from tests.quality.test_checks import judged
from tests.quality.world import World
from tests.quality.world_rows import NOW, SCHOOLS

SUMMER, SEPTEMBER = date(2025, 6, 3), date(2025, 9, 5)
PLACE = {"academic_year": NOW, "gia_level": 9, "region_code": 72}


def base(
    days: dict[int, tuple[date, ...]], declined: bool | None
) -> dict[tuple[str, str], list[dict[str, Any]]]:
    """Return the tables of a base: every participant's works in mathematics, and an appeal to the first work of 1."""
    return {
        ("gia_ris", "schools"): [PLACE | {"ris_school_id": "{S1}", "school_code": SCHOOLS[0]}],
        ("gia_ris", "participants"): [
            PLACE | {"ris_participant_id": f"{{P{n}}}", "registered_school_id": "s1", "person_token": 100 + n}
            for n in days
        ],
        ("gia_ris", "tests"): [
            PLACE
            | {
                "ris_participant_id": f"p{n}",
                "ris_test_id": f"T{n}-{day}",
                "subject_code": 2,
                "exam_date": day,
            }
            for n, worked in days.items()
            for day in worked
        ],
        ("gia_ris", "appeals"): [
            PLACE | {"ris_appeal_id": "a", "ris_test_id": f"t1-{SUMMER}", "is_declined": declined}
        ],
    }


@pytest.mark.parametrize(
    ("days", "declined", "severity", "words"),
    [
        ({1: (SUMMER,), 2: (SUMMER, SEPTEMBER), 3: (SUMMER, SEPTEMBER)}, False, "warning", "достаточно"),
        ({1: (SUMMER,), 2: (SUMMER, SEPTEMBER), 3: (SUMMER, SEPTEMBER)}, True, "blocker", "только 2"),
        ({1: (SUMMER,), 2: (SUMMER,), 3: (SUMMER, SEPTEMBER)}, None, "blocker", "только 2"),
    ],
)
def test_the_base_explains_pupil_by_pupil(
    world: World, days: dict[int, tuple[date, ...]], declined: bool | None, severity: str, words: str
) -> None:
    keys = {"indicator_code": "I1", "academic_year": NOW, "cutoff": "september", "gia_level": "9"}
    world.find(**keys, area_code=SCHOOLS[0])["numerator"] = 13
    world.lake |= base(days, declined)
    world.inputs["person_map"] += [
        {"source": "gia_ris", "academic_year": NOW, "person_token": 100 + n, "person_id": 100 + n}
        for n in days
    ]
    world.write()
    (finding,) = judged(CHECK, world).findings
    assert finding.severity == severity and words in finding.message and finding.count == 3
