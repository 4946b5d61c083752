"""Dagster's settings of a home: written once, then they belong to the home. Imports nothing of Dagster."""

from __future__ import annotations

import shutil
from pathlib import Path

from opora.home import Home

SHIPPED = Path(__file__).with_name("dagster.yaml")


def write_settings(home: Home) -> Path:
    """Return ``dagster/dagster.yaml`` of the home; written when there is none, never overwritten."""
    path = home.dagster / "dagster.yaml"
    if not path.exists():
        shutil.copyfile(SHIPPED, path)
    return path
