"""Passed exams counted from a protocol of the olympiad, and a figure counted from a file of another year."""

from tests.quality.world import World
from tests.quality.world_rows import BEFORE, NOW, SCHOOLS, digest


def break_world(world: World) -> None:
    """I1 and I4 of the first school."""
    pairs = {row["figure_id"]: row for row in world.cells["figure_deliveries"]}
    keys = {"indicator_code": "I1", "academic_year": NOW, "gia_level": "9", "cutoff": "main"}
    passed = world.find(area_code=SCHOOLS[0], **keys)
    pairs[passed["figure_id"]]["delivery_id"] = digest("delivery", "vsosh_school_stage", NOW, length=64)
    movement = world.find(area_code=SCHOOLS[0], indicator_code="I4")
    pairs[movement["figure_id"]]["delivery_id"] = digest("delivery", "gia_school_return", BEFORE, length=64)


EXPECTED = [{"words": "поставка не этого показателя", "count": 2}]
