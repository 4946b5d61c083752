"""Two schools have not delivered; one of them signed that it has nobody."""

from tests.quality.world import World
from tests.quality.world_rows import NOW, SCHOOLS


def break_world(world: World) -> None:
    """Both rows of the board are missing; the second school's statement is there."""
    for row in world.inputs["submissions"]:
        row["state"] = "missing"
    act = {
        "source": "gia_protocol",
        "academic_year": NOW,
        "school_codes": [int(SCHOOLS[1])],
        "signer": "Директор",
    }
    world.act("no_participants/2025.yaml", act)


EXPECTED = [
    {
        "severity": "blocker",
        "scope": {"source": "gia_protocol", "academic_year": NOW, "school_code": SCHOOLS[0]},
    }
]
