"""A hand mends a number between withdrawal and the report; the open table is written again by nobody knows whom."""

from tests.quality.world import World


def break_world(world: World) -> None:
    """The tables are as they were written."""


def after_write(world: World) -> None:
    """Bytes are put behind two tables."""
    for folder in (world.candidate.marts, world.candidate.public_tables):
        with (folder / "indicator_values.parquet").open("ab") as stream:
            stream.write(b"0")


EXPECTED = [
    {"severity": "blocker", "file": "marts/indicator_values.parquet"},
    {"severity": "blocker", "file": "public_tables/indicator_values.parquet"},
]
