"""A verdict that does not follow from its probability, and an adjustment that is not Benjamini and Hochberg's."""

from tests.quality.world import World


def break_world(world: World) -> None:
    """The primary outcome; the second of the two secondary ones."""
    primary, _, other, _ = world.analysis["support_effect"]
    primary["verdict"] = "beyond_noise"
    other["p_bh"] = 0.8


EXPECTED = [
    {"words": "числа не сходятся: all I1_9 difference_of_mean_changes", "count": 1},
    {"words": "поправка на число исходов не та: all I1_11 difference_of_mean_changes", "count": 1},
]
