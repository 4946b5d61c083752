"""One person has marks 3 and 5 of one exam on one day."""

from tests.quality.world import World
from tests.quality.world_rows import NOW, SCHOOLS


def break_world(world: World) -> None:
    """The first graduate stands a second time, in row 90, with another mark."""
    rows = world.lake["gia_protocol", "results"]
    rows.append({**rows[0], "mark": 5, "source_row": 90})


EXPECTED = [
    {
        "severity": "warning",
        "rows": (5, 90),
        "count": 1,
        "column": "Русский язык: Оценка",
        "scope": {
            "source": "gia_protocol",
            "academic_year": NOW,
            "gia_level": "9",
            "subject_code": "1",
            "school_code": SCHOOLS[0],
        },
    }
]
