"""An agreement's date and an item of the plan that are not those of the register; a submission that nobody recorded."""

from datetime import date

from tests.quality.world import World
from tests.quality.world_rows import SCHOOLS


def break_world(world: World) -> None:
    """One row of each table."""
    world.cells["bridge_partnership"][0]["agreement_date"] = date(2024, 9, 2)
    world.cells["roadmap_events"][0]["event_level"] = "pupils"
    world.cells["submission_board"][1]["state"] = "returned"


EXPECTED = [
    {"words": "bridge_partnership, не так, как поставлено (agreements.agreements): 1"},
    {"words": "roadmap_events, не так, как поставлено (roadmap.planned_events): 4"},
    {"words": f"submission_board, не так, как поставлено (submissions): {SCHOOLS[1]}"},
]
