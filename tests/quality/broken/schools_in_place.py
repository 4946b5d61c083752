"""A school outside the municipality of its register, a municipality that is another, a pair with another partner."""

from tests.quality.world import World
from tests.quality.world_rows import SCHOOLS


def break_world(world: World) -> None:
    """One row of the submissions, of the subjects, and of the stages."""
    world.cells["submission_board"][0]["municipality_code"] = "71702000"
    world.cells["subject_results"][2]["area_code"] = "71702000"
    world.cells["partnership_stages"][0]["partner_school_code"] = SCHOOLS[0]


EXPECTED = [
    {"words": f"submission_board, школа не своего муниципалитета: 71702000 {SCHOOLS[0]}"},
    {"words": "subject_results, муниципалитет не сам себя: 71701000 71702000"},
    {"words": "partnership_stages, пара не по своему соглашению: 1 720001 720001"},
]
