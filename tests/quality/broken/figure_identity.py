"""A figure carries the id of another one."""

from tests.quality.world import World
from tests.quality.world_rows import SCHOOLS


def break_world(world: World) -> None:
    """I4 of the first school."""
    world.find(indicator_code="I4", area_code=SCHOOLS[0])["figure_id"] = "0" * 16


EXPECTED = [{"severity": "blocker", "words": "идентификатор"}]
