"""A number of a table changes after the calculation wrote it; another table is gone, a third one is new."""

import shutil

from tests.quality.world import World


def break_world(world: World) -> None:
    """The tables are as they were computed."""


def after_write(world: World) -> None:
    """A byte of one table turns over, one table vanishes, one is put beside."""
    cells = world.candidate.cells
    path = cells / "area_members.parquet"
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(bytes(content))
    shutil.copyfile(cells / "dim_subject.parquet", cells / "one_more.parquet")
    (cells / "dim_subject.parquet").unlink()


EXPECTED = [
    {"severity": "blocker", "file": "cells/area_members.parquet"},
    {"severity": "blocker", "file": "cells/dim_subject.parquet"},
    {"severity": "blocker", "file": "cells/one_more.parquet"},
]
