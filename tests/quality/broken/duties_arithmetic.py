"""A duty of which nothing was done counts as done; of another the plan knows one item, the table two."""

from tests.quality.world import World


def break_world(world: World) -> None:
    """D1 and D4 of the one pair."""
    first, second = world.cells["partner_duties"]
    first["state"] = "done"
    second["planned"] = 2


EXPECTED = [
    {"words": "числа не сходятся: 2024-2025 H1 1 D1", "count": 1},
    {"words": "не столько, сколько в дорожной карте: 2024-2025 H1 1 D4", "count": 1},
]
