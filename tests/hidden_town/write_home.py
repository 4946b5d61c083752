"""The home of the hidden town: its inbox, its settings and the papers that its schools signed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import yaml

from opora.config import Config, Municipality, Organisation
from opora.home import Home
from tests.hidden_town.facts import PRIMARY, TOWN, TOWN_NAME, VILLAGE, YEARS, year_name
from tests.hidden_town.life import BASES, Life
from tests.hidden_town.write_exams import write_exams
from tests.hidden_town.write_olympiads import write_olympiads
from tests.hidden_town.write_registers import write_registers


def write_home(root: Path, life: Life) -> Home:
    """Create the home and fill its inbox."""
    settings = Config(
        register="given",
        municipality=Municipality(code=TOWN, name=TOWN_NAME),
        organisation=Organisation(name="Центр развития образования Заозёрного округа"),
    )
    home = Home.create(root, settings)
    home.inbox.mkdir(parents=True, exist_ok=True)
    write_registers(home.inbox, life)
    write_olympiads(home.inbox, life)
    write_exams(home.inbox, life)
    sign(home, "no_participants", list(_nobody_to_list()))
    return home


def _nobody_to_list() -> Iterator[dict[str, object]]:
    """Yield what schools without graduates sign: the primary one every year, the village in the year whose ninth
    grades stand in the base and whose lists are of the eleventh."""
    for year in YEARS:
        codes = [PRIMARY, VILLAGE] if (year, 9) in BASES else [PRIMARY]
        yield {
            "source": "gia_admission", "academic_year": year_name(year), "school_codes": codes,
            "reason": "Выпускников нет", "signer": "Методист центра",
        }  # fmt: skip


def sign(home: Home, kind: str, acts: list[dict[str, object]]) -> None:
    """Put signed papers into ``acts/<kind>``."""
    folder = home.acts / kind
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "бумаги.yaml").write_text(yaml.safe_dump(acts, allow_unicode=True), encoding="utf-8")
