"""A share that is not its counts, and a municipality with one person more than its schools."""

from tests.quality.world import World
from tests.quality.world_rows import TOWN


def break_world(world: World) -> None:
    """The first school's share; everything of the municipality agrees with itself, but its schools have 8 people."""
    first, _, town = world.cells["subject_results"]
    first["share_at_or_above"] = 76.0
    town["high_80_99"] = 1


EXPECTED = [
    {"words": "числа не сходятся: 2024-2025 71701000 school 720001 9 1", "count": 1},
    {"words": f"не равны сумме по школам: 2024-2025 71701000 municipality {TOWN} 9 1"},
]
