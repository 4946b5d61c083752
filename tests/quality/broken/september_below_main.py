"""Three fewer have passed with September: in one school without a reason, in the other with three appeals."""

from tests.quality.world import World
from tests.quality.world_rows import NOW, SCHOOLS, TOWN, digest


def break_world(world: World) -> None:
    """Level 9: 16 in the main period, 13 with September."""
    keys = {"indicator_code": "I1", "academic_year": NOW, "cutoff": "september", "gia_level": "9"}
    for code in SCHOOLS:
        world.find(**keys, area_code=code)["numerator"] = 13
    for row in world.lake["gia_protocol", "results"][4:7]:
        row["result_status"] = "appeal_changed"
    delivery = digest("d", length=64)
    world.inputs.setdefault("deliveries", []).append(
        {"delivery_id": delivery, "source": "gia_protocol", "file_name": "осень.xlsx", "state": "accepted"}
        | {"received_order": 99}
    )
    world.cells["september_falls"] = [
        {"academic_year": NOW, "municipality_code": TOWN, "school_code": SCHOOLS[1], "gia_level": "9"}
        | {"person_number": number, "subject_code": 2, "delivery_id": delivery, "source_row": row}
        for number, row in ((1, 12), (2, 13), (3, 40))
    ]


EXPECTED = [
    {"severity": "blocker", "count": 3, "words": "законно изменивших только 0"},
    {"severity": "warning", "count": 3, "words": "достаточно; снизившиеся: осень.xlsx, строки 12–13, 40"},
]
