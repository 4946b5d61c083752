"""The national table: ``python -m bench.national [--scale 0.01]`` writes docs/national-speed.md.

Each measurement is a fresh process. The clock of a shared machine lies, so ratios are told by the clock and by
processor seconds. Figures of every side are compared before anything is told: a difference ends the run with exit 1.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from bench.ingestion import machine
from bench.national.figures import figures_path
from bench.national.fixed import fixed_costs
from bench.national.floor import different
from bench.national.incremental import correct
from bench.national.load import Load, opened
from bench.national.readers import compare
from bench.national.rooms import RELEASE, Facts, forget, measure, unpublish
from bench.national.table import page
from bench.national.usual import official_path

PAGE = Path(__file__).resolve().parents[2] / "docs" / "national-speed.md"
STEPS = ("floor", "usual", "figures", "profile", "release", "correction", "readers", "fixed")


def floor(root: Path) -> Facts:
    """The floor by hand."""
    return {"floor_duckdb": measure("floor_duckdb", root)}


def usual(root: Path) -> Facts:
    """pandas and Polars, official figures only."""
    return {name: measure(name, root) for name in ("floor_polars", "usual_pandas")}


def figures(root: Path) -> Facts:
    """The models of the floor's figures, and the proof that all sides found the same."""
    forget(opened(root))
    measure("plan", root)
    found = {"figures": measure("figures", root)}
    load = opened(root)
    for who, path in (
        (None, None),
        ("pandas", official_path(load, "pandas")),
        ("polars", official_path(load, "polars")),
    ):
        if path is None or path.exists():
            compared, wrong = different(load, figures_path(load), path)
            if wrong:
                raise SystemExit(f"{wrong} of {compared} figures differ from {who or 'the floor'}")
            found["figures"][f"equal_{who or 'floor'}"] = compared
    return found


def profile(root: Path) -> Facts:
    """Where the costliest models of the figures spend themselves; needs the step before."""
    return {"profile": measure("profile", root)}


def release(root: Path, until: str = RELEASE[-1]) -> Facts:
    """Every room from the lake to ``until``; a room that fails is told as such, and those after it are not run."""
    load = opened(root)
    forget(load)
    unpublish(load)
    found: Facts = {}
    for name in RELEASE[: RELEASE.index(until) + 1]:
        try:
            found[name] = measure(name, root)
        except RuntimeError as error:
            found[name] = {"failed": str(error).strip().splitlines()[-1][:200]}
            break
    return found


def correction(root: Path) -> Facts:
    """One school's protocol anew, on a copy of the load."""
    with tempfile.TemporaryDirectory(dir=root.parent) as name:
        copy = Path(name) / "home"
        shutil.copytree(root, copy, ignore=shutil.ignore_patterns("candidates", "cache", "releases"))
        found = correct(copy, opened(copy))
    return {"correction": asdict(found) | {"ratio": found.ratio}}


def readers(root: Path) -> Facts:
    """32 readers during publications."""
    with tempfile.TemporaryDirectory(dir=root.parent) as name:
        found = compare(Path(name) / "home")
    return {"readers": asdict(found) | {"beyond_share": found.beyond_share}}


def fixed(root: Path) -> Facts:
    """Costs without data."""
    del root
    return {"fixed": asdict(fixed_costs())}


_CALLS: dict[str, Callable[[Path], Facts]] = {
    call.__name__: call for call in (floor, usual, figures, profile, release, correction, readers, fixed)
}


def main() -> None:
    """Generate, measure the chosen steps, keep what was found beside the load, write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scale", type=float, default=0.01)
    parser.add_argument(
        "--home", type=Path, help="keeps load and findings here, so that steps can be run apart"
    )
    parser.add_argument("--steps", nargs="*", choices=STEPS, default=STEPS)
    parser.add_argument(
        "--beside", type=Path, nargs="*", default=[], help="homes of other scales, told in the same page"
    )
    parser.add_argument(
        "--until", choices=RELEASE, default=RELEASE[-1], help="the last room of the step «release»"
    )
    parser.add_argument("--page", type=Path, default=PAGE)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="opora-national-") as name:
        root = given.home or Path(name) / "home"
        findings = root / "findings.json"
        if not findings.exists():
            Load.create(root, given.scale)
            facts = {"machine": machine(), "scale": given.scale, "generate": measure("generate", root)}
            limits = {
                "memory_limit": os.environ.get("OPORA_MEMORY_LIMIT"),
                "models_at_once": os.environ.get("OPORA_MODELS_AT_ONCE", "2"),
            }
            _keep(findings, facts | limits)
        for step in given.steps:
            told = release(root, given.until) if step == "release" else _CALLS[step](root)
            _keep(findings, json.loads(findings.read_text(encoding="utf-8")) | told)
        text = page(*_read(findings), others=_read(*(home / "findings.json" for home in given.beside)))
    print(text)
    given.page.write_text(text, encoding="utf-8")


def _read(*paths: Path) -> list[dict[str, Any]]:
    return [json.loads(path.read_text(encoding="utf-8")) for path in paths]


def _keep(path: Path, found: dict[str, Any]) -> None:
    path.write_text(json.dumps(found, ensure_ascii=False), encoding="utf-8")


if __name__ == "__main__":
    main()
