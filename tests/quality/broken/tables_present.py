"""A mart was not built, another is empty."""

from tests.quality.world import World


def break_world(world: World) -> None:
    """``figure_exclusions`` is gone, ``dim_school`` has no row."""
    del world.cells["figure_exclusions"]
    world.cells["dim_school"] = []


EXPECTED = [{"words": "dim_school пуста"}, {"words": "нет таблицы figure_exclusions"}]
