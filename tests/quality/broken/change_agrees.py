"""A change that no two years give, and a growth whose interval holds 0."""

from tests.quality.world import World
from tests.quality.world_rows import NOW, SCHOOLS


def break_world(world: World) -> None:
    """I1 of level 9 and of level 11 of the first school."""
    keys = {"indicator_code": "I1", "area_code": SCHOOLS[0], "academic_year": NOW, "cutoff": "main"}
    world.find(**keys, gia_level="9")["change"] = 3.0
    world.find(**keys, gia_level="11")["change_status"] = "growth"


EXPECTED = [{"words": "I1 share 11"}, {"words": "I1 share 9"}]
