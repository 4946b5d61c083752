"""One of the ten people of the first school has two possible identities: more than 1 %."""

from tests.quality.world import World
from tests.quality.world_rows import NOW, SCHOOLS


def break_world(world: World) -> None:
    """Token 1 (school 720001) stays ambiguous."""
    for row in world.inputs["person_map"]:
        if row["person_token"] == 1:
            row["alternative_person_id"] = 99


EXPECTED = [{"severity": "blocker", "count": 1, "scope": {"academic_year": NOW, "school_code": SCHOOLS[0]}}]
