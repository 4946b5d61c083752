"""«Не преодолели порог» counts those who passed: nine of ten below the minimum cannot have a mean of 70."""

from tests.quality.world import World
from tests.quality.world_rows import BEFORE, digest


def break_world(world: World) -> None:
    """Every physics row is swapped; parts still add up to the participants."""
    for row in world.lake["gia_school_return", "subject_counts"]:
        if row["subject_code"] == 3:
            row |= {"below_minimum": 9, "high_80_99": 1, "mean_score": 70.0}
    place = {"entity": "subject_counts", "academic_year": BEFORE, "gia_level": 11, "sheet": "Лист1"}
    pair = {**place, "column": "менее 160", "other_column": "220 и более", "rows": 626}
    world.records[digest("gia_school_return", BEFORE)] = {"nested_columns": [pair]}


EXPECTED = [
    {"column": "менее 160", "count": 626, "words": "220 и более"},
    {
        "column": "Физика: Не преодолели минимальный порог",
        "count": 24,
        "rows": tuple(range(8, 32)),
        "scope": {
            "source": "gia_school_return",
            "academic_year": BEFORE,
            "gia_level": "11",
            "subject_code": "3",
        },
    },
]
