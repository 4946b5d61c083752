"""A duty of a pair stands twice in a half-year."""

from tests.quality.world import World


def break_world(world: World) -> None:
    """The first duty, once more."""
    rows = world.cells["partner_duties"]
    rows.append(dict(rows[0]))


EXPECTED = [{"words": "partner_duties, ключ стоит не один раз: 2024-2025 H1 1 D1", "count": 1}]
