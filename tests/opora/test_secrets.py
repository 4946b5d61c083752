"""Secrets: from the environment or a file it names; what is wrong is told without the value."""

from __future__ import annotations

from pathlib import Path

import pytest

from opora.errors import UsageError
from opora.secrets import secret

NAME, FILE = "OPORA_POSTGRES_URL", "OPORA_POSTGRES_URL_FILE"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    made = tmp_path / "secret"
    made.write_text("  postgresql://u:s3cret@h/d \n", encoding="utf-8")
    made.chmod(0o600)
    return made


def test_either_place_gives_the_value_and_neither_gives_none(path: Path) -> None:
    assert secret(NAME, {NAME: " a "}) == "a"
    assert secret(NAME, {FILE: str(path)}) == "postgresql://u:s3cret@h/d"
    assert secret(NAME, {}) is None and secret(NAME, {NAME: " ", FILE: ""}) is None


def test_two_places_are_a_mistake(path: Path) -> None:
    with pytest.raises(UsageError, match="оставьте одну"):
        secret(NAME, {NAME: "a", FILE: str(path)})


@pytest.mark.parametrize("what", ["missing", "empty", "binary", "large", "folder", "open"])
def test_a_file_that_will_not_do_is_told_by_name_and_never_by_value(path: Path, what: str) -> None:
    match what:
        case "missing":
            path.unlink()
        case "empty":
            path.write_text("\n")
        case "binary":
            path.write_bytes(b"s3cret\xff\xfe")
        case "large":
            path.write_text("s3cret" * 20_000)
        case "folder":
            path.unlink()
            path.mkdir(mode=0o700)
        case "open":
            path.chmod(0o604)
    with pytest.raises(UsageError) as told:
        secret(NAME, {FILE: str(path)})
    assert FILE in str(told.value) and str(path) in str(told.value) and "s3cret" not in str(told.value)
