"""A code that no register has, and a name that nobody matched."""

from tests.quality.world import World
from tests.quality.world_rows import BEFORE, NOW, RETURN_SCHOOLS, file_name


def break_world(world: World) -> None:
    """Row 5 of the protocol names school 999999; the first school of the return is not in ``school_map``."""
    world.lake["gia_protocol", "results"][0]["school_code"] = "999999"
    world.inputs["school_map"] = [
        row for row in world.inputs["school_map"] if row["school_code"] != RETURN_SCHOOLS[0]
    ]


EXPECTED = [
    {
        "file": file_name("gia_protocol", NOW),
        "rows": (5,),
        "words": "999999",
        "scope": {"source": "gia_protocol", "academic_year": NOW, "school_code": "999999"},
    },
    {
        "file": file_name("gia_school_return", BEFORE),
        "rows": (8,),
        "words": "не опознана",
        "scope": {"source": "gia_school_return", "academic_year": BEFORE},
    },
]
