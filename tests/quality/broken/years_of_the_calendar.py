"""A year that ends a month early, and figures of a year that the calendar does not have."""

from datetime import date

from tests.quality.world import World
from tests.quality.world_rows import NOW


def break_world(world: World) -> None:
    """The earlier year's last day; the later year is not there."""
    before, now = world.cells["dim_academic_year"]
    before["last_day"] = date(2024, 7, 31)
    world.cells["dim_academic_year"].remove(now)


EXPECTED = [
    {"words": "дни года не те: 2023-2024"},
    {"words": f"нет года, за который есть показатели: {NOW}"},
]
