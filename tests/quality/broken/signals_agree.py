"""A flag that the figure does not give: 25 per cent are within limits of 15 and 36."""

from tests.quality.world import World


def break_world(world: World) -> None:
    """The first school."""
    world.analysis["indicator_signals"][0]["flag"] = "below95"


EXPECTED = [{"words": "сигнал не следует из показателя", "count": 1}]
