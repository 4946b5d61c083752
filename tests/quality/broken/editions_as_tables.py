"""A reader's csv says another number than the table; the internal edition misses a table that was audited."""

from tests.quality.world import World


def break_world(world: World) -> None:
    """The editions are as they were written."""


def after_write(world: World) -> None:
    """One cell of the public csv becomes another number; one internal table vanishes."""
    path = world.candidate.public / "tables" / "indicator_values.csv"
    text = path.read_text(encoding="utf-8-sig")
    assert ";80,0;" in text
    path.write_text(text.replace(";80,0;", ";81,0;", 1), encoding="utf-8-sig")
    (world.candidate.internal / "tables" / "area_members.parquet").unlink()


EXPECTED = [
    {"severity": "blocker", "file": "public/tables/indicator_values.csv", "count": 1, "words": "строк: 1"},
    {"severity": "blocker", "file": "internal/tables/area_members.parquet"},
]
