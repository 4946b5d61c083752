"""The instance settings at the top of the repository are those that every home is given."""

from __future__ import annotations

from pathlib import Path

import yaml

from orchestration.settings import SHIPPED

TOP = Path(__file__).parents[2] / "dagster.yaml"


def test_the_settings_at_the_top_are_the_shipped_ones() -> None:
    assert TOP.read_bytes() == SHIPPED.read_bytes()


def test_nothing_is_told_to_anybody_and_one_run_writes() -> None:
    settings = yaml.safe_load(TOP.read_text(encoding="utf-8"))
    assert settings["telemetry"] == {"enabled": False}
    assert settings["concurrency"]["runs"]["max_concurrent_runs"] == 1
