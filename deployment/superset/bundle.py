"""The dashboards as one archive that Superset imports: the files of ``assets/`` with the address of the database in."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import yaml

from opora.yaml_files import parse_yaml

ASSETS = Path(__file__).resolve().parent / "assets"
DATABASE = "databases/Opora.yaml"
_ROOT = "opora_dashboards"
_STAMP = (2026, 1, 1, 0, 0, 0)


def release_address(home: Path) -> str:
    """Return the address of the current release's database, whatever release that will be."""
    return f"duckdb:///{(home / 'releases' / 'current' / 'internal' / 'opora.duckdb').absolute()}"


def dashboards(address: str) -> bytes:
    """Return the archive; equal files and address give equal bytes.

    A DuckDB file is opened for reading only and may not reach other files of the machine from a query.
    """
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(ASSETS.rglob("*.yaml")):
            name = path.relative_to(ASSETS).as_posix()
            text = path.read_text(encoding="utf-8")
            if name == DATABASE:
                text = _with_address(text, address)
            archive.writestr(zipfile.ZipInfo(f"{_ROOT}/{name}", _STAMP), text)
    return stream.getvalue()


def _with_address(text: str, address: str) -> str:
    database = parse_yaml(text)
    database["sqlalchemy_uri"] = address
    arguments = {}
    if address.startswith("duckdb:"):
        arguments = {"read_only": True, "config": {"enable_external_access": False}}
    database["extra"]["engine_params"] = {"connect_args": arguments}
    return yaml.safe_dump(database, allow_unicode=True, sort_keys=False)
