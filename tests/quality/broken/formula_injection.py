"""A cell that a spreadsheet would run; a negative number is none."""

from tests.quality.world import World


def break_world(world: World) -> None:
    """Row 3 of a csv."""
    world.files["public/tables/indicator_values.csv"] = "name;value\nШкола;-2,5\n=HYPERLINK(1);3\n".encode()


EXPECTED = [{"file": "public/tables/indicator_values.csv", "rows": (3,), "count": 1}]
