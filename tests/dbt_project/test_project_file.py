"""Settings of models in dbt_project.yml reach a folder or a model: dbt says nothing of a path that leads nowhere."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dbt_project.build.project import ROOT, seeds
from opora.yaml_files import read_yaml


def lost(settings: dict[str, Any], folder: Path) -> Iterator[str]:
    """Yield the keys of ``settings`` that are neither a setting, nor a folder below ``folder``, nor a model in it."""
    for key, below in settings.items():
        if key.startswith("+"):
            continue
        if not isinstance(below, dict) or not ((folder / key).is_dir() or (folder / f"{key}.sql").is_file()):
            yield f"{folder.name}/{key}"
        else:
            yield from lost(below, folder / key)


@pytest.mark.parametrize("kind", ["models", "seeds"])
def test_every_path_of_settings_leads_somewhere(kind: str) -> None:
    settings = read_yaml(ROOT / "dbt_project.yml")[kind]["opora"]
    assert list(lost(settings, ROOT / kind)) == []


def test_a_path_that_leads_nowhere_is_found() -> None:
    settings = {"staging": {"teaching_staff": {"+materialized": "table"}}, "marts": {"materialized": "table"}}
    assert list(lost(settings, ROOT / "models")) == ["staging/teaching_staff", "marts/materialized"]


@pytest.mark.parametrize("yml", sorted((ROOT / "seeds").glob("*.yml")), ids=lambda path: path.stem)
def test_every_column_of_a_seed_has_a_type(yml: Path) -> None:
    """DuckDB would guess the type of a column that the yml does not name."""
    for body in read_yaml(yml)["seeds"]:
        assert list(body["config"]["column_types"]) == list(seeds()[body["name"]].columns), body["name"]
