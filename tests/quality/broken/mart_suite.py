"""A figure of an unknown indicator."""

from tests.quality.world import World
from tests.quality.world_rows import SCHOOLS


def break_world(world: World) -> None:
    """I4 of the first school is called I9."""
    world.find(indicator_code="I4", area_code=SCHOOLS[0])["indicator_code"] = "I9"


EXPECTED = [{"column": "indicator_code", "count": 1, "words": "не из перечня"}]
