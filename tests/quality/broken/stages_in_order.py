"""A spell with a day more than its dates say."""

from tests.quality.world import World


def break_world(world: World) -> None:
    """The first spell of the one pair."""
    world.cells["partnership_stages"][0]["dwell_days"] = 21


EXPECTED = [{"words": "даты и порядок стадий не сходятся: 1 1", "count": 1}]
