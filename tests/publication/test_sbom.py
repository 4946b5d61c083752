"""The bill of materials: valid CycloneDX, whole, of the runtime only, the same twice, and named by the release."""

from __future__ import annotations

import json
import re
from importlib import metadata
from pathlib import Path

import cyclonedx.schema
from jsonschema import Draft7Validator
from referencing import Registry, Resource

from opora.files import canonical_json, sha256_file
from publication.publish import publish
from publication.sbom import sbom
from tests.publication.conftest import Prepare

ROOT = Path(__file__).parents[2]


def test_it_is_valid_cyclonedx() -> None:
    """Against the published schema of CycloneDX 1.6, that refers to those of SPDX and of JSF."""
    folder = Path(cyclonedx.schema.__file__).parent / "_res"
    schemas = {
        name: json.loads((folder / f"{name}.SNAPSHOT.schema.json").read_text(encoding="utf-8"))
        for name in ("bom-1.6", "spdx", "jsf-0.82")
    }
    registry = Registry().with_resources(
        (schema["$id"], Resource.from_contents(schema)) for schema in schemas.values()
    )
    validator = Draft7Validator(schemas["bom-1.6"], registry=registry)
    assert [error.message for error in validator.iter_errors(sbom())] == []
    broken = sbom()
    broken["components"][0].pop("name")
    assert not validator.is_valid(broken)


def test_it_lists_what_the_lock_names_and_no_development_tool() -> None:
    """The lock is resolved by another program: what is listed must stand there, with the same version if locked so."""
    locked = dict(
        re.findall(
            r"^([a-z0-9-]+)==([^ ;\\]+)", (ROOT / "requirements.lock").read_text(encoding="utf-8"), re.M
        )
    )
    listed = {item["name"]: item["version"] for item in sbom()["components"]}
    assert listed.keys() <= locked.keys() | {"pip"}, sorted(listed.keys() - locked.keys())
    assert {"duckdb", "dbt-core", "dbt-duckdb", "dagster", "psycopg-binary", "lxml"} <= listed.keys()
    assert not {"pytest", "ruff", "mypy", "hypothesis"} & listed.keys()
    assert len(listed) > 100
    for name, version in listed.items():
        assert version == metadata.version(name)


def test_every_dependency_is_a_component() -> None:
    found = sbom()
    refs = {item["bom-ref"] for item in found["components"]} | {found["metadata"]["component"]["bom-ref"]}
    assert {item["ref"] for item in found["dependencies"]} == refs
    for item in found["dependencies"]:
        assert set(item["dependsOn"]) <= refs
    by_ref = {item["ref"].split("@")[0]: item["dependsOn"] for item in found["dependencies"]}
    assert any(ref.startswith("pkg:pypi/duckdb@") for ref in by_ref["pkg:pypi/dbt-duckdb"])


def test_the_same_environment_gives_the_same_bytes() -> None:
    assert canonical_json(sbom()) == canonical_json(sbom())


def test_the_release_names_it(prepare: Prepare) -> None:
    release = publish(prepare().home)
    inside = json.loads((release.internal / "manifest.json").read_text(encoding="utf-8"))
    path = release.path / inside["sbom"]["path"]
    assert sha256_file(path) == inside["sbom"]["sha256"] == inside["files"][inside["sbom"]["path"]]
    written = json.loads(path.read_text(encoding="utf-8"))
    assert inside["software"] == {"components": len(written["components"]), "sbom": written["serialNumber"]}
    outside = json.loads((release.public / "manifest.json").read_text(encoding="utf-8"))
    assert outside["software"] == inside["software"] and "sbom.cdx" not in json.dumps(outside)
