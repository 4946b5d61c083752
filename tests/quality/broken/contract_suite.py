"""A status that the contract does not know, and a column that no contract names (it could hold a name)."""

from tests.quality.world import World
from tests.quality.world_rows import NOW, file_name

_SCOPE = {"source": "gia_protocol", "academic_year": NOW}


def break_world(world: World) -> None:
    """Rows 5 and 6 of the protocol get an unknown status; the school stage gets a column of its own."""
    for row in world.lake["gia_protocol", "results"][:2]:
        row["result_status"] = "неизвестно"
    for row in world.lake["vsosh_school_stage", "results"]:
        row["full_name"] = "кто-то"


EXPECTED = [
    {
        "file": file_name("gia_protocol", NOW),
        "sheet": "Лист1",
        "column": "Статус результата",
        "rows": (5, 6),
        "scope": _SCOPE,
        "words": "не из перечня",
    },
    {"words": "набор столбцов", "scope": {"source": "vsosh_school_stage", "academic_year": NOW}},
]
