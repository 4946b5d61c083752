"""A mark 6 at level 9 and a test mark 101 at level 11."""

from tests.quality.world import World
from tests.quality.world_rows import NOW, SCHOOLS

_SCOPE = {"source": "gia_protocol", "academic_year": NOW, "subject_code": "1", "school_code": SCHOOLS[0]}


def break_world(world: World) -> None:
    """Row 5 gets mark 6; row 6 becomes a result of level 11 with 101 points."""
    rows = world.lake["gia_protocol", "results"]
    rows[0]["mark"] = 6
    rows[1] |= {"gia_level": 11, "exam_form": "ege", "mark": None, "test_mark": 101.0}


EXPECTED = [
    {"rows": (5,), "column": "Русский язык: Оценка", "scope": {**_SCOPE, "gia_level": "9"}},
    {"rows": (6,), "column": "Русский язык: Тестовый балл", "scope": {**_SCOPE, "gia_level": "11"}},
]
