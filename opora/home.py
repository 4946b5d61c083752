"""Where everything of one home lies. No room builds a path of a home by hand."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path

import yaml

from opora.config import CONFIG_NAME, Config, read_config
from opora.errors import UsageError
from opora.files import write_json, write_text

PRIVATE = 0o700
SHOWN = 0o755
VERSION = 2
"""Version of the tree of a home that this program writes; older ones are brought to it by ``opora migrate``."""
VERSION_FILE = "home.json"
FIRST_VERSION = 1
"""Homes of the first version hold no ``home.json``."""


@dataclass(frozen=True)
class Home:
    """A centre's home folder with its configuration. The vault lies outside of it."""

    root: Path
    config: Config

    @classmethod
    def open(cls, root: Path | str) -> Home:
        """Open an existing home, also one of an older version: its releases stay readable.

        Raises ``UsageError`` when there is none, its settings are wrong, or a newer program has written it.
        """
        path = Path(root).expanduser().resolve()
        home = cls(path, read_config(path / CONFIG_NAME))
        if home.version > VERSION:
            raise UsageError(
                f"{path}: дом версии {home.version}, эта программа знает версии до {VERSION}; "
                "поставьте программу не старше той, что писала дом"
            )
        return home

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
        """Create missing folders with the permissions that the threat model asks for, before anything is written.

        Raises ``UsageError`` when the home has another version than this program writes.
        """
        if self.version != VERSION:
            raise UsageError(
                f"{self.root}: дом версии {self.version}, программа пишет версию {VERSION}; "
                f"сделайте копию (opora backup) и выполните: opora migrate --home {self.root}"
            )
        for folder in (self.root, self.releases, self.rules, self.acts):
            if not folder.exists():
                folder.mkdir(parents=True)
                folder.chmod(SHOWN)  # the way to the public edition is open, whatever the umask
        for folder in self.private_folders:
            folder.mkdir(parents=True, exist_ok=True)
            folder.chmod(PRIVATE)
        if not (self.root / VERSION_FILE).exists():
            self.write_version(VERSION)

    @property
    def private_folders(self) -> tuple[Path, ...]:
        """Folders that hold names, pseudonyms or the history of runs: mode 0700."""
        return (
            self.inbox,
            self.returns,
            self.lake,
            self.cache,
            self.candidates,
            self.dagster,
            self.runs,
            self.vault,
        )

    @property
    def version(self) -> int:
        """Version of the home's tree: ``home.json``; without it the present one in a new home, else the first."""
        try:
            return int(json.loads((self.root / VERSION_FILE).read_text(encoding="utf-8"))["version"])
        except FileNotFoundError:
            return FIRST_VERSION if self._was_used() else VERSION
        except (ValueError, KeyError, TypeError) as error:
            raise UsageError(
                f"{self.root / VERSION_FILE}: не читается; возьмите файл из копии дома"
            ) from error

    def write_version(self, version: int) -> None:
        """Record the version of the tree; only ``ensure`` and a migration do."""
        write_json(self.root / VERSION_FILE, {"version": version})

    def _was_used(self) -> bool:
        """True when a run has left readings or a release here."""
        return any(
            folder.is_dir() and any(folder.iterdir()) for folder in (self.lake / "readings", self.releases)
        )

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
    def runs(self) -> Path:
        """Summary pages of runs: what came, what was returned, what changed, how long each step took."""
        return self.root / "runs"

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
