"""A disk without room ends the run: nobody is sent a file back for it, and the next run reads what was not read."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import Any

import pytest

from ingestion import run as module
from ingestion.run import ingest
from ingestion.vault import Vault
from opora.errors import OporaError
from opora.files import atomic_path
from opora.home import Home
from tests.ingestion.conftest import admission, sidecar, write_csv


def _full(*_: Any, **__: Any) -> Any:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@pytest.mark.parametrize("place", ["keep_original", "read_delivery", "write_reading"])
def test_a_full_disk_returns_no_file(home: Home, monkeypatch: pytest.MonkeyPatch, place: str) -> None:
    path = write_csv(home.inbox / "gia_admission" / "a.csv", admission(["Иванов Иван"]))
    sidecar(path, academic_year="2024-2025")
    owner = {"keep_original": Vault, "read_delivery": module}.get(place) or __import__("ingestion.lake").lake
    with monkeypatch.context() as patch:
        patch.setattr(owner, place, _full)
        with pytest.raises((OporaError, OSError), match=r"нет места|No space"):
            ingest(home)
    assert not list(home.returns.iterdir())
    again = ingest(home)
    assert len(again.readings) == 1 and not again.returned


def test_a_cut_line_of_the_log_harms_no_other(home: Home) -> None:
    """A full disk may cut a line of the depersonalisation log: the next one begins on its own."""
    vault = Vault.open(home)
    vault.record_depersonalisation("r1", 3, ["name"])
    log = vault.acts / "depersonalisation.jsonl"
    with log.open("ab") as stream:
        stream.write(b'{"reading_id": "r2", "ro')
    vault.record_depersonalisation("r3", 5, ["name"])
    assert [act["reading_id"] for act in vault.acts_of("depersonalisation")] == ["r1", "r3"]


def test_a_part_that_could_not_be_written_is_gone(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="No space"), atomic_path(tmp_path / "a") as part:
        part.write_text("x")
        _full()
    assert list(tmp_path.iterdir()) == []
