"""A share that is not its counts; a component under two criteria; a pair with one component less than the network."""

from tests.quality.world import World


def break_world(world: World) -> None:
    """Rows 0 to 2 are the network's, 3 to 5 the pair's."""
    rows = world.cells["network_criteria"]
    rows[2]["value"] = 51.0
    rows[3]["criterion"] = "C3"
    del rows[4]


EXPECTED = [
    {"words": "числа не сходятся: 2024-2025 H1 71701000 network z done current", "count": 1},
    {"words": "составляющая описана по-разному: presence z"},
    {"words": "составляющих не столько, сколько у других: 2024-2025 H1 71701000 pair 1"},
]
