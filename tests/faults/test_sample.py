"""A sample of the campaign of faults, in minutes: every kind of fault once on a tiny home, and nothing is found."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.faults.other import OTHER

ROOT = Path(__file__).resolve().parents[2]
MINUTES = 7
"""Minutes of the processor in which the sample may begin anything; it takes about six of them. The hour of everything
is ``make test-faults`` (docs/faults.md)."""


@pytest.mark.campaign
def test_after_every_kind_of_fault_the_next_run_comes_to_the_undisturbed_release(tmp_path: Path) -> None:
    """A process of its own: victims are forks, and a fork must not inherit the threads of other tests."""
    report = tmp_path / "report.json"
    command = [sys.executable, "-m", "tests.faults.campaign", "--sample", "--minutes", str(MINUTES)]
    ended = subprocess.run(
        [*command, "--report", str(report)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert report.exists(), ended.stdout[-3000:] + ended.stderr[-3000:]
    tally = json.loads(report.read_text(encoding="utf-8"))
    assert tally["faults"] == [] and ended.returncode == 0
    assert tally["left_out"] == []
    assert tally["kills"] >= 3  # at a border, at a file operation, at a moment of the processor
    assert tally["others"].keys() == OTHER.keys()
    for name, outcome in tally["others"].items():
        assert outcome == "converged" or outcome.startswith("skipped: "), name
