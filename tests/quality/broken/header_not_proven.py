"""24 rows landed from a sheet without a header row, and 3 from one that no layout knows."""

from tests.quality.world import World
from tests.quality.world_rows import BEFORE, digest, file_name


def break_world(world: World) -> None:
    """A sheet without rows needs no proof; one with a header has it."""
    proved = {
        "entity": "subject_counts",
        "layout": "wide",
        "sheet": "Лист1",
        "rows": {"header": 2, "landed": 24},
    }
    world.records[digest("gia_school_return", BEFORE)] = {
        "sheets": [
            proved,
            {**proved, "sheet": "Лист2", "rows": {"landed": 24}},
            {**proved, "sheet": "Лист3", "layout": None, "rows": {"header": 1, "landed": 3}},
            {**proved, "sheet": "Обложка", "layout": None, "rows": {"blank": 3}},
        ]
    }


_PLACE = {"source": "gia_school_return", "academic_year": BEFORE}
EXPECTED = [
    {
        "file": file_name("gia_school_return", BEFORE),
        "sheet": sheet,
        "count": count,
        "scope": _PLACE,
        "severity": "blocker",
    }
    for sheet, count in (("Лист2", 24), ("Лист3", 3))
]
