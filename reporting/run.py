"""The call of this room: writes both editions of a candidate."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

from opora.candidates import Candidate
from opora.config import Config
from opora.crew import hands, side_by_side
from opora.home import Home
from reporting.edition import EditionPlaces, EditionWriter, Told
from reporting.explain.rows import write_rows

MANY = 6
"""Municipalities from which on more than one process writes their documents: each costs a second to begin."""
_DOING = "писал документы муниципалитетов (ему нужно около 300 МБ)"


def render(home: Home, candidate: Candidate) -> None:
    """Write ``public/`` from ``public_tables/`` and ``internal/`` from ``marts/``; what stood there before is removed.

    ``internal/rows/`` keeps the source rows behind every figure, for ``opora explain``.

    Raises ``ValueError`` when an edition holds no figure at all.
    """
    findings = _read_findings(candidate.findings)
    places = _places(home, candidate)
    for each in places:
        if each.target.exists():
            shutil.rmtree(each.target)
    with ExitStack() as stack:
        writers = [
            stack.enter_context(closing(EditionWriter(each, home.config, findings))) for each in places
        ]
        for writer in writers:
            writer.write_tables()
        codes = sorted({code for writer in writers for code in writer.codes})
        # Documents share nothing, so their order does not matter.
        told = (
            [_write(writers, code) for code in codes]
            if len(codes) < MANY or hands() == 1
            else side_by_side(codes, _writers, (places, home.config, findings), _write, _DOING)
        )
        for writer in writers:
            writer.write_whole([each for municipality in told for each in municipality])
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


def _places(home: Home, candidate: Candidate) -> tuple[EditionPlaces, EditionPlaces]:
    before = release_before(home, candidate)
    models = candidate.dbt_docs if candidate.dbt_docs.exists() else None
    public, internal = ((before / name / "tables" if before else None) for name in ("public", "internal"))
    return (
        EditionPlaces("public", candidate.public_tables, candidate.inputs, public, candidate.public),
        EditionPlaces("internal", candidate.marts, candidate.inputs, internal, candidate.internal, models),
    )


def _write(writers: Sequence[EditionWriter], code: str) -> list[Told]:
    """Write a municipality in all editions one after the other: what both draw is drawn once."""
    return [writer.write_municipality(code) for writer in writers if code in writer.codes]


def _writers(
    places: Sequence[EditionPlaces], config: Config, findings: list[dict[str, Any]]
) -> list[EditionWriter]:
    """Return the writers of a process that writes documents and does nothing else."""
    return [EditionWriter(each, config, findings) for each in places]


def _read_findings(path: Path) -> list[dict[str, Any]]:
    if not path.exists():
        return []
    found = json.loads(path.read_text(encoding="utf-8"))
    return list(found)
