"""An event of agreement 9, which nobody signed; participants of event 7, which nobody held."""

from tests.quality.world import World
from tests.quality.world_network import WHAT
from tests.quality.world_rows import NOW, SCHOOLS, file_name


def break_world(world: World) -> None:
    """The rows beside the sound ones name what does not exist."""
    world.lake["events", "events"].append(
        {**WHAT, "event_number": "3", "agreement_number": "9", "source_row": 4}
    )
    world.lake["events", "participants"] += [
        {
            "academic_year": NOW,
            "event_number": "7",
            "school_code": SCHOOLS[0],
            "participant_role": "participant",
            "source_row": row,
        }
        for row in (4, 5)
    ]


EXPECTED = [
    {
        "severity": "blocker",
        "file": file_name("events", NOW),
        "rows": (4,),
        "words": "«9»",
        "scope": {"source": "events", "academic_year": NOW},
    },
    {
        "severity": "blocker",
        "file": file_name("events", NOW),
        "rows": (4, 5),
        "words": "«7»",
        "scope": {"source": "events", "academic_year": NOW},
    },
]
