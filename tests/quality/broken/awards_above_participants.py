"""Five with an award of four participants."""

from tests.quality.world import World
from tests.quality.world_rows import SCHOOLS


def break_world(world: World) -> None:
    """Russian, municipal stage, first school."""
    world.find(indicator_code="I3", area_code=SCHOOLS[0], subject="russian", award="any")["numerator"] = 5


EXPECTED = [{"severity": "blocker", "words": "победителей и призёров 5, а участников этапа 4"}]
