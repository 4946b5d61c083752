"""Physics of one school: 9 below + 2 high > 10; base mathematics: «100 points» holds another variable in every row."""

from tests.quality.world import World
from tests.quality.world_rows import BEFORE, RETURN_SCHOOLS, TOWN

_SCOPE = {"source": "gia_school_return", "academic_year": BEFORE, "gia_level": "11"}


def break_world(world: World) -> None:
    """One row breaks physics (told by school), 24 of 24 break base mathematics (told as a column)."""
    rows = world.lake["gia_school_return", "subject_counts"]
    rows[0]["below_minimum"] = 9
    for row in rows:
        if row["subject_code"] == 22:
            row["hundred"] = 50


EXPECTED = [
    {
        "column": "Физика: Получили 100 баллов",
        "rows": (8,),
        "scope": {**_SCOPE, "subject_code": "3", "school_code": RETURN_SCHOOLS[0], "municipality_code": TOWN},
    },
    {
        "column": "Математика базовая: Получили 100 баллов",
        "rows": tuple(range(8, 32)),
        "count": 24,
        "words": "весь столбец",
        "scope": {**_SCOPE, "subject_code": "22"},
    },
]
