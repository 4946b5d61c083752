"""Five figures whose numbers contradict each other, in the order of their keys."""

from tests.quality.world import World
from tests.quality.world_rows import NOW, SCHOOLS


def break_world(world: World) -> None:
    """A wrong share, a count that is not its value, an unavailable figure with numbers, a value off its interval."""
    world.find(indicator_code="I4", area_code=SCHOOLS[0])["value"] = 26.0
    world.find(indicator_code="I3", area_code=SCHOOLS[0], subject="mathematics")["value"] = 7.0
    world.find(indicator_code="I3", area_code=SCHOOLS[0], award="winner")["symbol"] = "x"
    municipality = world.find(indicator_code="I4", area_kind="municipality")
    municipality["ci_low"] += 1.0  # still around the value, but not the interval of these counts
    shares = {"indicator_code": "I1", "area_code": SCHOOLS[0], "academic_year": NOW, "cutoff": "main"}
    world.find(**shares, gia_level="9")["ci_high"] = 50.0


EXPECTED = [
    {"words": "I1 share 9", "scope": {"academic_year": NOW, "municipality_code": "71701000", "indicator_code": "I1",
                                       "gia_level": "9", "school_code": SCHOOLS[0]}},
    {"words": "I3 pupils municipal mathematics"},
    {"words": "I3 pupils municipal russian winner"},
    {"words": "I4 share", "scope": {"academic_year": NOW, "municipality_code": "71701000", "indicator_code": "I4",
                                    "school_code": SCHOOLS[0]}},
    {"words": "I4 share", "scope": {"academic_year": NOW, "municipality_code": "71701000", "indicator_code": "I4"}},
]  # fmt: skip
