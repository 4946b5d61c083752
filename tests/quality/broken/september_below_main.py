"""Three fewer have passed with September: in one school without a reason, in the other with three appeals."""

from tests.quality.world import World
from tests.quality.world_rows import NOW, SCHOOLS


def break_world(world: World) -> None:
    """Level 9: 16 in the main period, 13 with September."""
    keys = {"indicator_code": "I1", "academic_year": NOW, "cutoff": "september", "gia_level": "9"}
    for code in SCHOOLS:
        world.find(**keys, area_code=code)["numerator"] = 13
    for row in world.lake["gia_protocol", "results"][4:7]:
        row["result_status"] = "appeal_changed"


EXPECTED = [
    {"severity": "blocker", "count": 3, "words": "законно изменивших только 0"},
    {"severity": "warning", "count": 3, "words": "достаточно"},
]
