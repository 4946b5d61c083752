"""The release shows 21 of 80, the candidate 20 of 80; deliveries, rules, acts and code are the same."""

import json

from quality.evidence import binding
from tests.quality.world import World
from tests.quality.world_rows import SCHOOLS


def break_world(world: World) -> None:
    """Nothing is broken before the release stands."""


def after_write(world: World) -> None:
    """The release's table is the candidate's with one other value."""
    tables = world.home.releases / "0001-00000000" / "internal" / "tables"
    row = world.find(indicator_code="I4", area_code=SCHOOLS[0])
    row |= {"numerator": 21, "value": 26.25}
    world.release_tables(tables)
    (tables.parent / "manifest.json").write_text(
        json.dumps({"binding": binding(world.home, world.candidate)})
    )
    (world.home.releases / "current").symlink_to("0001-00000000")


EXPECTED = [{"severity": "blocker", "words": "ничего другого не изменилось"}]
