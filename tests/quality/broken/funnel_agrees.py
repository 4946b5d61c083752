"""A step of the funnel with other pupils than its figure, and a share of the step before that is not theirs."""

from tests.quality.world import World


def break_world(world: World) -> None:
    """Two rows of the first school."""
    rows = world.cells["olympiad_funnel"]
    rows[0]["pupils"] += 1
    next(row for row in rows if row["share_of_previous"])["share_of_previous"] += 1.0


EXPECTED = [{"words": "не то, что в показателях", "count": 2}]
