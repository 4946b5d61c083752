"""One edition of a candidate: what is written once, and what is written of every municipality.

Belongs here: which files an edition consists of and where they stand. Does not belong here: the order of editions and
municipalities (``run``), what stands in a document (``content``), how it is written (``html``, ``docx``, ``xlsx``).
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from opora.config import Config
from opora.files import write_text
from reporting.content import facts as reading
from reporting.content import region, report, school
from reporting.content.facts import Edition, Facts
from reporting.content.model import Row
from reporting.database.write import write_database
from reporting.dictionary import page as dictionary
from reporting.docx.render import write_docx
from reporting.html import render as html
from reporting.package import write_package
from reporting.tables import TableStore
from reporting.xlsx.render import write_xlsx

_TITLE: Mapping[Edition, str] = {
    "public": "Показатели межшкольной поддержки: публичная редакция",
    "internal": "Показатели межшкольной поддержки: внутренняя редакция",
}
_DESCRIPTION: Mapping[Edition, str] = {
    "public": "Таблицы после контроля раскрытия: значения, по которым можно узнать о конкретных людях, скрыты (c).",
    "internal": "Полные таблицы. Сведения ограниченного доступа: не подлежат передаче и публикации.",
}


@dataclass(frozen=True)
class EditionPlaces:
    """Where an edition is read from and written to; all that another process has to be told of it."""

    edition: Edition
    tables: Path
    inputs: Path
    before: Path | None
    target: Path
    models: Path | None = None


@dataclass(frozen=True)
class Told:
    """What the page of the region says of a municipality that was written: its name, its row, the newest delivery."""

    edition: Edition
    name: str
    row: Row
    as_of: date | None


class EditionWriter:
    """Writes one edition; raises ``ValueError`` when its tables hold no figure at all. Close it in the end."""

    def __init__(self, places: EditionPlaces, config: Config, findings: list[dict[str, Any]]) -> None:
        self._places, self._config, self._findings = places, config, findings
        self._store = TableStore(places.tables, places.inputs, places.before)
        self.codes: tuple[str, ...] = tuple(reading.municipalities(self._store))
        if not self.codes:
            self.close()
            raise ValueError(f"no figures in the tables of the {places.edition} edition")
        configured = {m.code: m.name for m in (config.municipality,) if m}
        self._names = reading.municipality_names(self._store, configured)

    def close(self) -> None:
        """Release the tables."""
        self._store.close()

    @property
    def _is_region(self) -> bool:
        return len(self.codes) > 1

    def write_tables(self) -> None:
        """Write the tables, the data package, the dictionary and dbt's site about the models."""
        edition, target, models = self._places.edition, self._places.target, self._places.models
        write_package(self._store, target, _TITLE[edition], _DESCRIPTION[edition])
        page = dictionary_html(self._store, edition, self._config, with_models=models is not None)
        write_text(target / "dictionary.html", page)
        if models:
            shutil.copyfile(models, target / "dbt_docs.html")

    def write_municipality(self, code: str) -> Told:
        """Write the reports of a municipality and the pages of its schools."""
        edition, target = self._places.edition, self._places.target
        facts = reading.read_facts(self._store, edition, code, self._names.get(code, code), self._findings)
        folder = target / "municipalities" / code if self._is_region else target
        write_municipality(facts, self._config, folder, depth=2 if self._is_region else 0)
        return Told(edition, facts.name, region.row_of(facts), facts.as_of)

    def write_whole(self, told: Iterable[Told]) -> None:
        """Write what stands over the municipalities: the page of a region, the internal database."""
        edition, target = self._places.edition, self._places.target
        own = sorted((each for each in told if each.edition == edition), key=lambda each: each.name)
        if self._is_region:
            name = self._config.region.name if self._config.region else "Регион"
            newest = max((each.as_of for each in own if each.as_of), default=None)
            rows = [each.row for each in own]
            document = region.build(rows, name, self._config.organisation, edition, newest)
            write_text(target / "report.html", html.page(document, body_class="region", with_contents=False))
        if edition == "internal":
            write_database(self._store, target / "opora.duckdb")


def write_municipality(facts: Facts, config: Config, folder: Path, depth: int) -> None:
    """Write the report of one municipality in three forms and the pages of its schools."""
    document = report.build(facts, config.organisation, depth)
    write_text(folder / "report.html", html.page(document))
    write_docx(document, folder / "report.docx")
    write_xlsx(document, folder / "report.xlsx")
    if not facts.school_codes:
        return
    index = school.index(facts, config.organisation)
    write_text(
        folder / "schools" / "index.html",
        html.page(index, body_class="index", with_contents=False, search="Найти школу"),
    )
    for code in facts.school_codes:
        profile = school.build(facts, code, config.organisation, "../" * (depth + 1))
        write_text(
            folder / "schools" / f"{code}.html", html.page(profile, body_class="profile", with_contents=False)
        )


def dictionary_html(store: TableStore, edition: Edition, config: Config, *, with_models: bool = False) -> str:
    """Return the dictionary page with its search box; ``with_models`` links dbt's site about the models."""
    document = dictionary.build(store, edition, config.organisation, with_models=with_models)
    return html.page(document, body_class="dictionary", search="Найти столбец, заголовок или показатель")
