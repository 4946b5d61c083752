"""From the first version to the second: private cache, a folder for summaries of runs, Dagster's newer settings.

The first version left ``cache/`` readable for the group, though its parts hold pseudonyms; it had no ``runs/`` and no
``home.json``; its ``dagster.yaml`` asked for no freshness.
"""

from __future__ import annotations

from opora.files import sha256_file
from opora.home import PRIVATE, Home

_SHIPPED = "77cfd510365e692fb35a736d68866234b854af15b7c2f5ae466eeac2d33c911a"
"""SHA-256 of the ``dagster.yaml`` that the first version wrote into a home."""


def to_version_2(home: Home) -> list[str]:
    """Return in Russian what was changed. A ``dagster.yaml`` that a person has edited stays as it is."""
    said = []
    for folder in home.private_folders:
        if not folder.exists():
            folder.mkdir(parents=True, mode=PRIVATE)
            said.append(f"{folder.name}/: создана")
        if folder.stat().st_mode & 0o777 != PRIVATE:
            folder.chmod(PRIVATE)
            said.append(f"{folder.name}/: доступ только владельцу")
    settings = home.dagster / "dagster.yaml"
    if settings.exists() and sha256_file(settings) == _SHIPPED:
        settings.unlink()  # the present one is written in its place
        said.append("dagster/dagster.yaml: будет записан заново, прежний не правили")
    elif settings.exists():
        said.append("dagster/dagster.yaml: оставлен, его правили; сравните с orchestration/dagster.yaml")
    return said
