"""Planning: which candidate the present inputs make. No dbt here, so that «nothing new» costs little."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

import duckdb

from dbt_project.build.parts import all_parts, row_hashes
from dbt_project.build.platforms import check_platforms
from dbt_project.build.project import model_version
from dbt_project.build.rules import check_years, home_rules, rules_hash
from dbt_project.build.thresholds import check_thresholds
from opora.candidates import Candidate
from opora.code import code_hash
from opora.files import canonical_json, fsync_dir, sha256_text, sha256_tree, write_json
from opora.home import Home

WriteInputs = Callable[[Home, Path], None]
_GIA = ("gia_ris", "gia_protocol", "gia_admission")
_OLYMPIAD = ("vsosh_school_stage", "vsosh_sirius", "vsosh_codes", "vsosh_municipal_protocol", "vsosh_portal")
_CONTEST = ("contest_list", "contest_participation")
_PLATFORM = ("platform_persons", "platform_events", "platform_aggregate")
_PLANS = ("roadmap", "events")
_NETWORK = ("agreements", "programmes", "method_unions", "stage_gates", "goal_survey", "decisions", *_PLANS)
_FIGURES = (*_GIA, "gia_school_return", *_OLYMPIAD, *_CONTEST, *_PLATFORM)
SOURCES_OF_RULE: dict[str, tuple[str, ...]] = {
    "indicators": _FIGURES,
    "indicator_variants": _FIGURES,
    "subjects": (*_GIA, "gia_school_return", *_OLYMPIAD, *_CONTEST),
    "gve_subjects": _GIA,
    "ris_categories": ("gia_ris",),
    "exam_statuses": _GIA,
    "required_subjects": _GIA,
    "exam_calendar": _GIA,
    "exam_minimums": _GIA,
    "primary_minimums": _GIA,
    "half_years": _PLATFORM,
    "school_holidays": _PLATFORM,
    "network_halves": _NETWORK,
    "network_rules": _NETWORK,
    "network_components": _NETWORK,
    "network_duties": _NETWORK,
    "activity_types": _PLANS,
    "disclosure_thresholds": (*_FIGURES, *_NETWORK),
}
"""Seeds that must cover every year in which one of these sources delivered. The seed ``platforms`` must name every
platform that reports (``check_platforms``); a year without a row in ``series_breaks`` has no break."""


def plan(home: Home, write_inputs: WriteInputs) -> Candidate:
    """Take the snapshot of inputs, name the candidate by its hash and write ``inputs/`` and ``candidate.json``.

    Equal inputs (readings, people, rules, acts, code, configuration) give the same id; then the candidate that stands
    is returned untouched. Raises ``UsageError`` when a year or a platform lacks a rule.
    """
    home.candidates.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=".plan-", dir=home.candidates))
    try:
        inputs = draft / "inputs"
        inputs.mkdir()
        write_inputs(home, inputs)
        home_rules(home)
        check_years(home, years_of_rules(inputs))
        check_platforms(home, inputs)
        check_thresholds(home)
        facts = {
            "inputs": row_hashes(inputs),
            "rules": rules_hash(home),
            "acts": sha256_tree(home.acts) if home.acts.exists() else "",
            "code": code_hash(),
            "models": model_version(home.config.engine),
            "config": sha256_text(canonical_json(home.config.content())),
        }
        candidate = Candidate(home, sha256_text(canonical_json(facts))[:16])
        if candidate.manifest.exists():
            return candidate
        parts = [[part.domain, part.academic_year, part.key] for part in all_parts(home, inputs)]
        write_json(draft / "candidate.json", {"id": candidate.id, **facts, "parts": parts})
        if candidate.root.exists():  # a plan that died before it wrote its manifest
            shutil.rmtree(candidate.root)
        draft.chmod(0o700)
        os.replace(draft, candidate.root)
        fsync_dir(home.candidates)
        return candidate
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def years_of_rules(inputs: Path) -> dict[str, list[str]]:
    """Return, by seed, the academic years in which a source delivered whose rows need that seed's rules, sorted."""
    with duckdb.connect() as con:
        pairs = con.execute(
            "select distinct source, academic_year from read_parquet(?)", [str(inputs / "effective.parquet")]
        ).fetchall()
    needed = {
        seed: sorted({year for source, year in pairs if source in sources})
        for seed, sources in SOURCES_OF_RULE.items()
    }
    return {seed: years for seed, years in needed.items() if years}
