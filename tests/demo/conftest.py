"""One clean demo home a session, and ways to look into its files."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook, SheetVisibleEnum

from demo.run import create_demo_home
from demo.world import World, make_world
from opora.home import Home


@dataclass
class Written:
    """A written home."""

    home: Home

    @property
    def inbox(self) -> Path:
        return self.home.inbox

    def files(self, pattern: str) -> list[Path]:
        """Return the deliveries that match, sidecars left out."""
        return sorted(p for p in self.inbox.glob(pattern) if p.is_file() and p.suffix in (".csv", ".xlsx"))

    def truth(self, name: str = "indicator_values") -> list[dict[str, str]]:
        with (self.home.root / "truth" / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
            return list(csv.DictReader(stream))


def sheets(path: Path, hidden: bool = False) -> dict[str, list[list[Any]]]:
    """Return sheet → rows as they stand in the file, hidden sheets only on demand."""
    book = CalamineWorkbook.from_path(str(path))
    return {
        meta.name: book.get_sheet_by_name(meta.name).to_python(skip_empty_area=False)
        for meta in book.sheets_metadata
        if hidden or meta.visible == SheetVisibleEnum.Visible
    }


def csv_rows(path: Path, encoding: str, separator: str = ";") -> list[dict[str, str]]:
    return list(
        csv.DictReader(io.StringIO(path.read_bytes().decode(encoding), newline=""), delimiter=separator)
    )


@pytest.fixture(scope="session")
def demo_written(tmp_path_factory: pytest.TempPathFactory) -> Written:
    return Written(create_demo_home(tmp_path_factory.mktemp("demo") / "home"))


@pytest.fixture(scope="session")
def demo_world() -> World:
    return make_world(2026)
