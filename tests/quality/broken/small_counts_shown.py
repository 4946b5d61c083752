"""Open tables with small counts: a share of nine people, one failure of thirty, one of fifteen, two participants."""

import pyarrow.parquet as pq

from tests.quality.world import World, mart_columns, write_rows
from tests.quality.world_rows import NOW, SCHOOLS, figure

EXAM = {
    "indicator_code": "I1",
    "measure": "share",
    "gia_level": "9",
    "cutoff": "main",
    "denominator_kind": "admitted",
}


def break_world(world: World) -> None:
    """The marts are sound: what is wrong is that the open side shows them."""


def after_write(world: World) -> None:
    """Put rows of schools into the open table as they stand in the marts; the last two may be shown."""
    path = world.candidate.public / "tables" / "indicator_values.parquet"
    place = {"area_kind": "school", "area_code": SCHOOLS[0]}
    stage = {"indicator_code": "I2", "measure": "pupils", "stage": "school", "subject": "any"}
    rows = [
        figure(5, 9, **EXAM, **place),
        figure(29, 30, **EXAM, **place),
        figure(1, 15, **EXAM, **place),
        figure(2, **stage, **place),
        figure(27, 30, **EXAM, **place),
        figure(30, 30, **EXAM, **place),
    ]
    write_rows(path, pq.read_table(path).to_pylist() + rows, mart_columns("indicator_values"))


EXPECTED = [
    {"severity": "blocker", "count": 4, "scope": {"academic_year": NOW}, "words": "строк: 4 (school)"}
]
