"""81 of 80 pupils."""

from tests.quality.world import World
from tests.quality.world_rows import SCHOOLS


def break_world(world: World) -> None:
    """I4 of the first school."""
    world.find(indicator_code="I4", area_code=SCHOOLS[0])["numerator"] = 81


EXPECTED = [{"severity": "blocker", "words": "числитель 81, знаменатель 80"}]
