"""One table was counted by other rules than the rest."""

from tests.quality.world import World


def break_world(world: World) -> None:
    """The stages of the one pair."""
    world.cells["partnership_stages"][0]["rule_version"] = "r0"


EXPECTED = [{"words": "r0: partnership_stages", "count": 2}]
