"""The parsed project as plain data, for whoever draws it (Dagster's asset graph, the dictionary)."""

from __future__ import annotations

import shutil
import tempfile
from argparse import Namespace
from pathlib import Path
from typing import Any

from dbt_project.build.invocation import dbt_arguments
from dbt_project.build.manifest import load_manifest, manifest_to_run, set_environment
from opora.config import Config
from opora.home import Home


def manifest_dict(home: Home) -> dict[str, Any]:
    """Return dbt's manifest as a dictionary (``nodes``, ``sources``, …); parsed once a version of the models."""
    from dbt.flags import set_from_args

    home.cache.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix=".describe-", dir=home.cache))
    try:
        set_environment(folder / "warehouse.duckdb")
        manifest = load_manifest(home, dbt_arguments(folder))
        # A manifest read back from the cache has seen no invocation, and its metadata asks for this flag.
        set_from_args(Namespace(send_anonymous_usage_stats=False), None)
        value: dict[str, Any] = manifest.writable_manifest().to_dict(omit_none=False)
        return value
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def prepare() -> None:
    """Parse and render the project now and keep both beside it: done once at installation, saved on the first run."""
    with tempfile.TemporaryDirectory() as folder:
        home = Home(Path(folder), Config.model_validate({}))
        manifest_dict(home)
        manifest_to_run(home, dbt_arguments(Path(folder)))


if __name__ == "__main__":
    prepare()
