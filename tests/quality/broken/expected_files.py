"""No report, an empty page, a leftover."""

from tests.quality.world import World


def break_world(world: World) -> None:
    """Three faults of three kinds."""
    del world.files["public/report.html"]
    world.files["public/dictionary.html"] = b""
    world.files["internal/opora.duckdb.wal"] = b"log"


EXPECTED = [
    {"file": "internal/opora.duckdb.wal", "words": "посторонний"},
    {"file": "public/dictionary.html", "words": "пуст"},
    {"file": "public/report.html", "words": "нет файла"},
]
