"""Where everything of one home lies. No room builds a path of a home by hand."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import yaml

from opora.config import CONFIG_NAME, Config, read_config
from opora.errors import UsageError
from opora.files import write_text

PRIVATE = 0o700


@dataclass(frozen=True)
class Home:
    """A centre's home folder with its configuration. The vault lies outside of it."""

    root: Path
    config: Config

    @classmethod
    def open(cls, root: Path | str) -> Home:
        """Open an existing home; raise ``UsageError`` when there is none or its settings are wrong."""
        path = Path(root).expanduser().resolve()
        return cls(path, read_config(path / CONFIG_NAME))

    @classmethod
    def create(cls, root: Path | str, config: Config) -> Home:
        """Create folders and ``opora.yaml``; an existing ``opora.yaml`` is never overwritten."""
        path = Path(root).expanduser().resolve()
        if (path / CONFIG_NAME).exists():
            raise UsageError(f"{path}: здесь уже есть дом (найден {CONFIG_NAME})")
        home = cls(path, config)
        home.ensure()
        body = config.model_dump(mode="json", by_alias=True, exclude_none=True)
        write_text(path / CONFIG_NAME, yaml.safe_dump(body, allow_unicode=True, sort_keys=False))
        return home

    def ensure(self) -> None:
        """Create missing folders with the permissions that the threat model asks for."""
        for folder in (
            self.root,
            self.lake,
            self.cache,
            self.candidates,
            self.releases,
            self.rules,
            self.acts,
        ):
            folder.mkdir(parents=True, exist_ok=True)
        for folder in (self.inbox, self.returns, self.lake, self.candidates, self.dagster, self.vault):
            folder.mkdir(parents=True, exist_ok=True)
            folder.chmod(PRIVATE)

    @property
    def inbox(self) -> Path:
        return self.root / "inbox"

    @property
    def returns(self) -> Path:
        return self.root / "returns"

    @property
    def lake(self) -> Path:
        return self.root / "lake"

    @property
    def cache(self) -> Path:
        return self.root / "cache"

    @property
    def candidates(self) -> Path:
        return self.root / "candidates"

    @property
    def releases(self) -> Path:
        return self.root / "releases"

    @property
    def rules(self) -> Path:
        return self.root / "rules"

    @property
    def acts(self) -> Path:
        return self.root / "acts"

    @property
    def dagster(self) -> Path:
        return self.root / "dagster"

    @property
    def lock_file(self) -> Path:
        return self.root / ".opora.lock"

    @property
    def vault(self) -> Path:
        """Key, identity, originals: ``OPORA_VAULT``, ``vault:`` in opora.yaml, or ``<home>-vault`` beside."""
        named = os.environ.get("OPORA_VAULT") or self.config.vault
        if named:
            return (self.root / Path(named).expanduser()).resolve()
        return self.root.with_name(self.root.name + "-vault")
