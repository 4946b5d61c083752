"""The software bill of materials of a release: every package that the program ran with, as CycloneDX 1.6 JSON.

It is read from what is installed (names, versions, licences, who needs whom), starting from Opora's own dependencies,
so development tools in the same environment stay out. Equal environments give equal bytes: no time, no random number.
"""

from __future__ import annotations

import platform
import uuid
from collections.abc import Iterable
from functools import cache
from importlib import metadata
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import opora
from opora.code import ROOT, code_hash
from opora.files import canonical_json

PRODUCT = "opora"
_NAMESPACE = uuid.UUID("6d6f0a50-3d3c-5f0e-9a56-0c6f0f6e7a11")
_LICENCE = "License :: "


def sbom() -> dict[str, Any]:
    """Return the CycloneDX document of this process's environment.

    ``components`` hold one entry a package, sorted by name; ``dependencies`` say who needs whom, by ``bom-ref``.
    """
    needs = _closure(_own_requirements())
    product_ref = _purl(PRODUCT, opora.__version__)
    refs = {name: _purl(name, _stated(name)["Version"]) for name in needs}
    direct = sorted(refs[name] for name in _names(_own_requirements(), frozenset({""})) if name in refs)
    body = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "bom-ref": product_ref,
                "name": PRODUCT,
                "version": opora.__version__,
                "properties": [
                    {"name": "opora:code_sha256", "value": code_hash()},
                    {"name": "opora:python", "value": platform.python_version()},
                ],
            }
        },
        "components": [_component(name, ref) for name, ref in sorted(refs.items())],
        "dependencies": [
            {"ref": product_ref, "dependsOn": direct},
            *(
                {"ref": ref, "dependsOn": sorted({refs[other] for other in needs[name] if other in refs})}
                for name, ref in sorted(refs.items())
            ),
        ],
    }
    return {"serialNumber": f"urn:uuid:{uuid.uuid5(_NAMESPACE, canonical_json(body))}", **body}


@cache
def _stated(name: str) -> metadata.PackageMetadata:
    """Return what an installed package says of itself, read once; raise ``PackageNotFoundError``."""
    return metadata.metadata(name)


def _own_requirements() -> list[str]:
    """Return Opora's direct dependencies: of the installed distribution, or in a bare clone of pyproject.toml."""
    try:
        return metadata.requires(PRODUCT) or []
    except metadata.PackageNotFoundError:
        import tomllib

        stated = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
        return list(stated["project"]["dependencies"])


def _closure(roots: list[str]) -> dict[str, set[str]]:
    """Return every installed package that the roots need, directly or not, with the names that it needs itself.

    Extras are followed: ``psycopg[binary]`` needs ``psycopg-binary``. A package that is met again with more extras is
    looked at again.
    """
    found: dict[str, set[str]] = {}
    asked: dict[str, set[str]] = {}
    waiting = [(name, extras) for name, extras in _named(roots, frozenset({""}))]
    while waiting:
        name, extras = waiting.pop()
        if extras <= asked.get(name, set()):
            continue
        extras = frozenset(extras | asked.get(name, set()))
        asked[name] = set(extras)
        try:
            stated = _stated(name).get_all("Requires-Dist") or []
        except metadata.PackageNotFoundError:
            continue  # a dependency that this platform does without
        needed = list(_named(stated, extras))
        found[name] = {other for other, _ in needed}
        waiting += needed
    return found


def _named(requirements: Iterable[str], extras: frozenset[str]) -> Iterable[tuple[str, frozenset[str]]]:
    """Yield (name, extras asked for) of the requirements that apply here under any of ``extras``."""
    for line in requirements:
        need = Requirement(line)
        if need.marker is None or any(need.marker.evaluate({"extra": extra}) for extra in extras):
            yield canonicalize_name(need.name), frozenset({"", *need.extras})


def _names(requirements: Iterable[str], extras: frozenset[str]) -> set[str]:
    return {name for name, _ in _named(requirements, extras)}


def _component(name: str, ref: str) -> dict[str, Any]:
    said = _stated(name)
    component: dict[str, Any] = {
        "type": "library",
        "bom-ref": ref,
        "name": name,
        "version": said["Version"],
        "purl": ref,
    }
    (expression, *_) = said.get_all("License-Expression") or (None,)
    classified = sorted(
        {
            item.rsplit(" :: ", maxsplit=1)[-1]
            for item in said.get_all("Classifier") or ()
            if item.startswith(_LICENCE) and not item.endswith("OSI Approved")
        }
    )
    if expression:
        component["licenses"] = [{"expression": expression}]
    elif classified:
        component["licenses"] = [{"license": {"name": item}} for item in classified]
    return component


def _purl(name: str, version: str) -> str:
    return f"pkg:pypi/{name}@{version}"
