"""Two protocols of one date that differ."""

from tests.quality.world import World
from tests.quality.world_rows import NOW, digest, file_name


def break_world(world: World) -> None:
    """A tie between the protocol and itself under another reading."""
    reading = digest("gia_protocol", NOW)
    keys = {"source": "gia_protocol", "entity": "results", "academic_year": NOW, "scope_key": "s"}
    world.inputs["ties"] = [
        {**keys, "reading_id_a": reading, "reading_id_b": digest("vsosh_school_stage", NOW)}
    ]


EXPECTED = [
    {
        "severity": "blocker",
        "file": file_name("gia_protocol", NOW),
        "words": "описывают одно и то же",
        "scope": {"source": "gia_protocol", "academic_year": NOW},
    }
]
