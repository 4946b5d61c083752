"""The municipality counts more graduates than its schools."""

from tests.quality.world import World
from tests.quality.world_rows import NOW, TOWN


def break_world(world: World) -> None:
    """33 passed, the two schools have 32."""
    keys = {
        "indicator_code": "I1",
        "area_code": TOWN,
        "academic_year": NOW,
        "cutoff": "main",
        "gia_level": "9",
    }
    world.find(**keys)["numerator"] = 33


EXPECTED = [{"severity": "blocker", "words": "учтено 33"}]
