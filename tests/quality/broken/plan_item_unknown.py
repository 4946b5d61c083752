"""An event names item 5, which stands in the roadmap of another agreement only: a number alone proves nothing."""

from tests.quality.world import World
from tests.quality.world_network import WHAT
from tests.quality.world_rows import NOW, file_name


def break_world(world: World) -> None:
    """Agreement 2 plans the item, agreement 1 claims it."""
    plans = world.lake["roadmap", "planned_events"]
    plans.append({**plans[0], "agreement_number": "2", "planned_event_number": "5", "source_row": 3})
    world.lake["events", "events"].append(
        {**WHAT, "event_number": "3", "agreement_number": "1", "planned_event_number": "5", "source_row": 4}
    )


EXPECTED = [
    {
        "severity": "warning",
        "file": file_name("events", NOW),
        "rows": (4,),
        "words": "«5»",
        "scope": {"source": "events", "academic_year": NOW},
    }
]
