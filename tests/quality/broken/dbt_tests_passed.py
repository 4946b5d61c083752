"""A dbt test failed on two rows."""

from tests.quality.world import World


def break_world(world: World) -> None:
    """The only test fails."""
    world.dbt_results = [{"unique_id": "test.opora.unique_figure_id", "status": "fail", "failures": 2}]


EXPECTED = [{"severity": "blocker", "count": 2, "words": "unique_figure_id"}]
