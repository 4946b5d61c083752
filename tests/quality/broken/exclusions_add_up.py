"""A reason for two people where the figure says that nobody was excluded, and a reason of no figure."""

from tests.quality.world import World
from tests.quality.world_rows import SCHOOLS


def break_world(world: World) -> None:
    """I4 of the first school."""
    figure = world.find(indicator_code="I4", area_code=SCHOOLS[0])["figure_id"]
    world.cells["figure_exclusions"] = [
        {"figure_id": figure, "reason": "not_approved", "n": 2},
        {"figure_id": "0" * 16, "reason": "not_approved", "n": 1},
    ]


EXPECTED = [
    {"words": "исключённые по причинам не дают их числа"},
    {"words": "причины исключения без показателя", "count": 1},
]
