"""«Не преодолели порог» counts those who passed: nine of ten below the minimum cannot have a mean of 70."""

from tests.quality.world import BEFORE, World


def break_world(world: World) -> None:
    """Every physics row is swapped; parts still add up to the participants."""
    for row in world.lake["gia_school_return", "subject_counts"]:
        if row["subject_code"] == 3:
            row |= {"below_minimum": 9, "high_80_99": 1, "mean_score": 70.0}


EXPECTED = [
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
    }
]
