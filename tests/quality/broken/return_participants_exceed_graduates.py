"""21 of 20 graduates took base mathematics."""

from tests.quality.world import World
from tests.quality.world_rows import BEFORE, RETURN_SCHOOLS, TOWN


def break_world(world: World) -> None:
    """The second school, row 9."""
    world.lake["gia_school_return", "subject_counts"][3]["participants"] = 21


EXPECTED = [
    {
        "column": "Математика базовая: Приняло участие",
        "rows": (9,),
        "scope": {
            "source": "gia_school_return",
            "academic_year": BEFORE,
            "gia_level": "11",
            "subject_code": "22",
            "school_code": RETURN_SCHOOLS[1],
            "municipality_code": TOWN,
        },
    }
]
