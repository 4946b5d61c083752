"""A vault of its own for every test."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingestion.vault import Vault
from opora.config import Config
from opora.home import Home


@pytest.fixture
def vault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Vault:
    monkeypatch.delenv("OPORA_VAULT", raising=False)
    return Vault.open(Home.create(tmp_path / "home", Config()))
