"""The summary page: one HTML file without any outside address, kept for the last runs."""

from __future__ import annotations

import json
from datetime import tzinfo
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import dagster as dg

from opora.candidates import Candidate
from opora.files import write_text
from opora.home import Home
from opora.operations.disk import Disk, measure
from orchestration.summary.facts import RunFacts, run_facts

LATEST = "latest.html"
KEPT = 100
"""Pages that stay; older ones go when a new one is written."""
_PRIVATE = 0o600
_ZONE = ZoneInfo("Asia/Yekaterinburg")
_SHOWN = 50
STEPS = {
    "read_inbox": "приём входящих",
    "candidate_inputs": "входные данные и правила",
    "dbt_build": "расчёт показателей",
    "findings": "проверки данных",
    "release_tables": "анализ и защита сведений",
    "editions": "отчёт и таблицы",
    "evidence": "проверка готовых файлов",
    "release": "публикация",
    "postgres_tables": "PostgreSQL",
}
PARTS = {
    "inbox": "входящие",
    "returns": "возвраты",
    "lake": "принятые строки",
    "cache": "готовые части",
    "candidates": "кандидаты",
    "releases": "выпуски",
    "dagster": "журнал запусков",
    "vault": "хранилище имён",
}
CAUSES = {"inbox": "изменились входящие", "calendar": "по календарю", "": "вручную или таймером"}


def write_summary(home: Home, instance: dg.DagsterInstance, run_id: str, zone: tzinfo = _ZONE) -> Path:
    """Write ``runs/<start>-<run>.html`` and ``runs/latest.html``; return the first."""
    facts = run_facts(instance, run_id)
    disk = measure(home, run_id)
    text = render(facts, changes_of(home, facts), blockers_of(home, facts), disk, zone)
    page = home.runs / f"{facts.started:%Y%m%dT%H%M%SZ}-{run_id[:8]}.html"
    for path in (page, home.runs / LATEST):
        write_text(path, text, _PRIVATE)
    for old in sorted(home.runs.glob("[0-9]*.html"))[:-KEPT]:
        old.unlink()
    return page


def render(
    facts: RunFacts,
    changes: dict[str, Any] | None,
    blockers: list[dict[str, str]],
    disk: Disk,
    zone: tzinfo = _ZONE,
) -> str:
    """Return the page; ``changes`` compares the new release with the one before, ``blockers`` stopped the release."""
    import jinja2

    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["seconds"] = lambda value: f"{value:.1f}".replace(".", ",")
    environment.filters["mebibytes"] = lambda value: f"{value / 2**20:.1f}".replace(".", ",")
    slowest = max((item.seconds for item in facts.steps), default=0.0) or 1.0
    return environment.get_template("page.html.j2").render(
        facts=facts,
        started=facts.started.astimezone(zone).strftime("%d.%m.%Y %H:%M"),
        outcome=_outcome(facts),
        cause=CAUSES.get(facts.cause, facts.cause),
        sources=sorted(facts.sources.items()),
        returned=facts.inbox.get("returned", []),
        changes=changes,
        blockers=blockers,
        titles=STEPS,
        slowest=slowest,
        disk=disk,
        names=PARTS,
    )


def changes_of(home: Home, facts: RunFacts) -> dict[str, Any] | None:
    """Return how a release made by this run differs from the one before it; None when it made none or the first."""
    from publication.diff import diff_releases
    from publication.releases import get_release, read_manifest

    release = facts.published.get("release")
    if not release or not facts.published.get("is_new"):
        return None
    manifest = read_manifest(get_release(home, release).path)
    previous = manifest["previous_release"]
    if previous is None:
        return {"previous": None}
    diff = diff_releases(home, previous, release)
    return {
        "previous": previous,
        "changed": len(diff.changed),
        "added": sum(diff.added.values()),
        "removed": sum(diff.removed.values()),
        "note": manifest.get("note"),
    }


def blockers_of(home: Home, facts: RunFacts) -> list[dict[str, str]]:
    """Return rule, words and guidance of what stopped a refused run, as people are told it."""
    from quality.evidence import read_evidence
    from quality.finding import Finding, merge_for_people

    if facts.refusal is None or facts.candidate is None:
        return []
    candidate = Candidate(home, facts.candidate)
    try:
        found = read_evidence(candidate.evidence).findings
    except ValueError:  # the run was stopped before the audit
        written = candidate.findings.read_text(encoding="utf-8") if candidate.findings.exists() else "[]"
        found = tuple(Finding.from_json(item) for item in json.loads(written))
    stopping = merge_for_people(item for item in found if item.severity == "blocker" and not item.covered_by)
    return [
        {"rule": item.rule, "told": item.told(), "guidance": item.guidance or ""}
        for item in stopping[:_SHOWN]
    ]


def _outcome(facts: RunFacts) -> str:
    if facts.refusal is not None:
        return f"{facts.refusal[:1].upper()}{facts.refusal[1:]}. Прошлый выпуск остаётся в силе."
    if not facts.is_success:
        return f"Сбой на шаге «{facts.failure or 'неизвестно'}». Прошлый выпуск не тронут."
    if facts.published.get("is_new"):
        return f"Опубликован выпуск {facts.published['release']}."
    return f"Выпуск {facts.published.get('release', '')} уже опубликован, ничего не изменилось."
