"""Nothing was delivered."""

from tests.quality.world import World


def break_world(world: World) -> None:
    """No source, no reading."""
    world.lake = {}


EXPECTED = [{"severity": "blocker", "words": "не принято ни одной поставки"}]
