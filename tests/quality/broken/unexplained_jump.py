"""From 16 of 20 to 1 of 20 in both schools; one of them has a written explanation."""

from tests.quality.world import World
from tests.quality.world_rows import NOW, SCHOOLS


def break_world(world: World) -> None:
    """Level 9, main period."""
    keys = {"indicator_code": "I1", "academic_year": NOW, "cutoff": "main", "gia_level": "9"}
    for code in SCHOOLS:
        world.find(**keys, area_code=code)["numerator"] = 1
    scope = {"school_code": int(SCHOOLS[1]), "academic_year": NOW, "indicator_code": "I1", "gia_level": 9}
    world.act("explanations/720002.yaml", {"scope": scope, "reason": "Эпидемия в мае", "signer": "Директор"})


EXPECTED = [
    {
        "severity": "blocker",
        "words": "с 16 из 20 до 1 из 20",
        "scope": {
            "academic_year": NOW,
            "municipality_code": "71701000",
            "indicator_code": "I1",
            "gia_level": "9",
            "school_code": SCHOOLS[0],
        },
    }
]
