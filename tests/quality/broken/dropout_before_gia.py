"""22 enrolled, 20 admitted, 16 passed: 80 % of the admitted, 72.7 % of the enrolled."""

from tests.quality.world import World
from tests.quality.world_rows import SCHOOLS, figure


def break_world(world: World) -> None:
    """The second school lost one of 21: a gap of 3.8 points, within what is allowed."""
    keys = {
        "indicator_code": "I1",
        "measure": "share",
        "gia_level": "9",
        "cutoff": "main",
        "area_kind": "school",
    }
    for code, enrolled in zip(SCHOOLS[:2], (22, 21), strict=True):
        world.figures.append(figure(16, enrolled, denominator_kind="enrolled", area_code=code, **keys))


EXPECTED = [
    {
        "severity": "warning",
        "words": "отсев до ГИА: к допущенным (20) 80,0 %, к обучавшимся (22) 72,7 %",
        "count": 1,
    }
]
