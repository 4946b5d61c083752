"""A total of 20 where the stages have 10 and 4."""

from tests.quality.world import World
from tests.quality.world_rows import SCHOOLS


def break_world(world: World) -> None:
    """I2 in Russian, any stage, first school: over 14 people cannot be. The subject total of 16 is too few then."""
    world.find(indicator_code="I2", area_code=SCHOOLS[0], stage="any", subject="russian")["numerator"] = 20


EXPECTED = [{"words": "сумма частей 14"}, {"words": "наибольшая часть 20"}]
