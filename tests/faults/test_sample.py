"""A sample of the campaign of faults, in a process of its own; ``make test-faults`` runs all of it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

MINUTES = 4


@pytest.mark.slow
def test_a_sample_of_the_campaign_finds_no_fault(tmp_path: Path) -> None:
    """Two kills at borders, three at random moments, and every other fault once."""
    command = [sys.executable, "-m", "tests.faults.campaign", "--sample", "--minutes", str(MINUTES)]
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, env={**os.environ, "TMPDIR": str(tmp_path)}
    )
    print(done.stdout)
    assert done.returncode == 0, done.stdout + done.stderr[-3000:]
    assert "faults 0" in done.stdout
