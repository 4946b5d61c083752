"""The call of this room: writes both editions of a candidate."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

from opora.candidates import Candidate
from opora.config import Config
from opora.files import write_text
from opora.home import Home
from reporting.content import facts as reading
from reporting.content import region, report, school
from reporting.content.facts import Edition, Facts
from reporting.content.model import Row
from reporting.database.write import write_database
from reporting.dictionary import page as dictionary
from reporting.docx.render import write_docx
from reporting.explain.rows import write_rows
from reporting.html import render as html
from reporting.package import write_package
from reporting.tables import TableStore
from reporting.xlsx.render import write_xlsx

_TITLE = {
    "public": "Показатели межшкольной поддержки: публичная редакция",
    "internal": "Показатели межшкольной поддержки: внутренняя редакция",
}
_DESCRIPTION = {
    "public": "Таблицы после контроля раскрытия: значения, по которым можно узнать о конкретных людях, скрыты (c).",
    "internal": "Полные таблицы. Сведения ограниченного доступа: не подлежат передаче и публикации.",
}


def render(home: Home, candidate: Candidate) -> None:
    """Write ``public/`` from ``public_tables/`` and ``internal/`` from ``marts/``; what stood there before is removed.

    ``internal/rows/`` keeps the source rows behind every figure, for ``opora explain``.

    Raises ``ValueError`` when an edition holds no figure at all.
    """
    findings = _read_findings(candidate.findings)
    before = release_before(home, candidate)
    for edition, tables, target in (
        ("public", candidate.public_tables, candidate.public),
        ("internal", candidate.marts, candidate.internal),
    ):
        if target.exists():
            shutil.rmtree(target)
        store = TableStore(tables, candidate.inputs, before / edition / "tables" if before else None)
        models = candidate.dbt_docs if edition == "internal" and candidate.dbt_docs.exists() else None
        try:
            write_edition(store, edition, home.config, findings, target, models)  # type: ignore[arg-type]
        finally:
            store.close()
    write_rows(candidate.warehouse, candidate.internal / "rows")


def release_before(home: Home, candidate: Candidate) -> Path | None:
    """Return the folder of the release that this candidate would follow; None for the first one.

    A candidate that is published already followed the release before its own: rendered again, it says the same.
    """
    current = home.releases / "current"
    manifest = current / "internal" / "manifest.json"
    if not manifest.exists():
        return None
    told = json.loads(manifest.read_text(encoding="utf-8"))
    if told["candidate"] != candidate.id:
        return current.resolve()
    earlier = told.get("previous_release")
    return home.releases / earlier if earlier and (home.releases / earlier).exists() else None


def write_edition(
    store: TableStore,
    edition: Edition,
    config: Config,
    findings: list[dict[str, Any]],
    target: Path,
    models: Path | None = None,
) -> None:
    """Write one edition: reports, pages of schools, tables, data package, dictionary, and the internal database.

    ``models`` is dbt's site about the models, taken over as ``dbt_docs.html``.
    """
    codes = reading.municipalities(store)
    if not codes:
        raise ValueError(f"no figures in the tables of the {edition} edition")
    configured = {m.code: m.name for m in (config.municipality,) if m}
    names = reading.municipality_names(store, configured)
    write_package(store, target, _TITLE[edition], _DESCRIPTION[edition])
    write_text(
        target / "dictionary.html", dictionary_html(store, edition, config, with_models=models is not None)
    )
    if models:
        shutil.copyfile(models, target / "dbt_docs.html")
    is_region = len(codes) > 1
    rows: list[tuple[str, Row]] = []
    newest = None
    for code in codes:
        facts = reading.read_facts(store, edition, code, names.get(code, code), findings)
        folder = target / "municipalities" / code if is_region else target
        write_municipality(facts, config, folder, depth=2 if is_region else 0)
        rows.append((facts.name, region.row_of(facts)))
        newest = max((d for d in (newest, facts.as_of) if d), default=None)
    if is_region:
        name = config.region.name if config.region else "Регион"
        ordered = [row for _, row in sorted(rows, key=lambda item: item[0])]
        document = region.build(ordered, name, config.organisation, edition, newest)
        write_text(target / "report.html", html.page(document, body_class="region", with_contents=False))
    if edition == "internal":
        write_database(store, target / "opora.duckdb")


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


def _read_findings(path: Path) -> list[dict[str, Any]]:
    if not path.exists():
        return []
    found = json.loads(path.read_text(encoding="utf-8"))
    return list(found)
