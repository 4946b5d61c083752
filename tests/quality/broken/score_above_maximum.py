"""51 of 50 points at the municipal stage, 110 % at the school stage."""

from tests.quality.world import World
from tests.quality.world_rows import NOW, SCHOOLS


def break_world(world: World) -> None:
    """Row 6 of the municipal protocol and row 15 of the school stage exceed their maximum."""
    world.lake["vsosh_municipal_protocol", "results"][0]["score"] = 51.0
    world.lake["vsosh_school_stage", "results"][0]["percent_done"] = 1.1


_SCOPE = {"academic_year": NOW, "subject_code": "1", "school_code": SCHOOLS[0]}
EXPECTED = [
    {"rows": (6,), "scope": {**_SCOPE, "source": "vsosh_municipal_protocol"}},
    {"rows": (15,), "scope": {**_SCOPE, "source": "vsosh_school_stage"}},
]
