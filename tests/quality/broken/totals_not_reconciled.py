"""The total row says 250 participants of physics, the schools add up to 240."""

from tests.quality.world import World
from tests.quality.world_rows import BEFORE, digest, file_name


def break_world(world: World) -> None:
    """Row 32 of the sheet; a differing mean beside it belongs to another rule."""
    place = {"entity": "subject_counts", "sheet": "Лист1", "row": 32, "subject_code": 3, "gia_level": 11}
    total = {**place, "academic_year": BEFORE, "field": "participants", "stated": 250, "computed": 240}
    mean = {**total, "field": "mean_score", "stated": 54.0, "computed": 55.0}
    world.records[digest("gia_school_return", BEFORE)] = {"total_mismatches": [total, mean]}


EXPECTED = [
    {
        "file": file_name("gia_school_return", BEFORE),
        "sheet": "Лист1",
        "column": "Физика: Приняло участие",
        "rows": (32,),
        "words": "указано 250, сумма по школам 240",
        "scope": {
            "source": "gia_school_return",
            "academic_year": BEFORE,
            "gia_level": "11",
            "subject_code": "3",
        },
    }
]
