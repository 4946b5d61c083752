"""16 took part in the olympiad, I4 counts 15."""

from tests.quality.world import World
from tests.quality.world_rows import SCHOOLS


def break_world(world: World) -> None:
    """I4 of the first school loses five."""
    world.find(indicator_code="I4", area_code=SCHOOLS[0])["numerator"] = 15


EXPECTED = [{"severity": "blocker", "words": "участников ВсОШ 16, а в показателе I4 учтено 15"}]
