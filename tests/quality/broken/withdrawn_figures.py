"""A covered finding about I4 of a school, and its figure is still there with numbers."""

import json

from tests.quality.world import World
from tests.quality.world_rows import NOW, SCHOOLS


def break_world(world: World) -> None:
    """Nothing is broken in the tables: they should have been."""


def after_write(world: World) -> None:
    """The list of findings says that a waiver covers I4 of the first school."""
    scope = {"academic_year": NOW, "school_code": SCHOOLS[0], "indicator_code": "I4"}
    world.candidate.findings.write_text(json.dumps([{"scope": scope, "covered_by": "waivers/a.yaml"}]))


EXPECTED = [{"severity": "blocker", "count": 1, "words": "не изъято показателей: 1"}]
