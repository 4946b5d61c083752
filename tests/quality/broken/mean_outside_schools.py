"""All schools have 55 in physics, the total row says 9.74; base mathematics says 3 where schools have 4."""

from tests.quality.world import World
from tests.quality.world_rows import BEFORE, digest


def break_world(world: World) -> None:
    """Schools of base mathematics lie between 3 and 5, so that 3 is inside but a quarter away from the mean."""
    numbers = [row for row in world.lake["gia_school_return", "subject_counts"] if row["subject_code"] == 22]
    for number, row in enumerate(numbers):
        row["mean_score"] = 3.0 if number < 2 else 5.0 if number < 4 else 4.0
    place = {"entity": "subject_counts", "sheet": "Лист1", "row": 32, "gia_level": 11, "field": "mean_score"}
    physics = {**place, "subject_code": 3, "stated": 9.74, "computed": 55.0}
    base = {**place, "subject_code": 22, "stated": 3.0, "computed": 4.0}
    world.records[digest("gia_school_return", BEFORE)] = {"total_mismatches": [physics, base]}


EXPECTED = [
    {"severity": "blocker", "column": "Физика: Средний балл", "rows": (32,), "words": "9,74"},
    {"severity": "warning", "column": "Математика базовая: Средний балл"},
]
