"""Leftovers of killed runs go, everything else stays; a disk that fails is told in words."""

from __future__ import annotations

import errno
import re
from pathlib import Path

import pytest

from opora.config import Config
from opora.disk_fault import disk_fault
from opora.errors import OporaError
from opora.home import Home
from opora.leftovers import sweep

GONE = (
    "home/lake/gia_protocol/results/academic_year=2024-2025/.a.parquet.x1y2z3w4.part",
    "home/lake/readings/.0a.json.abcd_123.part",
    "home/cache/quality/.k.json.abcd1234.part",
    "home/cache/.0123456789abcdef0123456789abcdef-abcd1234/part.json",
    "home/candidates/.plan-abcd1234/inputs/effective.parquet",
    "home/candidates/c1/.dbt-abcd1234/target/x",
    "home/candidates/c1/cells/.indicator_values.parquet.abcd1234.part",
    "home/returns/.r.xlsx.abcd1234.part",
    "home/.last_run.json.abcd1234.part",
    "home-vault/originals/.d.abcd1234.part",
    "home-vault/identity/.i.parquet.abcd1234.part",
    "home-vault/.key.abcd1234",
)
KEPT = (
    "home/inbox/.список.part",
    "home/lake/gia_protocol/results/academic_year=2024-2025/a.parquet",
    "home/cache/0123456789abcdef0123456789abcdef/part.json",
    "home/candidates/c1/candidate.json",
    "home/releases/0001-00000000/public/.x.part",
    "home/acts/.plan-abcd1234/a.yaml",
    "home-vault/key",
)


def test_leftovers_go_and_nothing_else(tmp_path: Path) -> None:
    home = Home(tmp_path / "home", Config())
    for name in (*GONE, *KEPT):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x")
    assert sweep(home) == len(GONE)
    assert [name for name in GONE if (tmp_path / name).exists()] == []
    assert [name for name in KEPT if not (tmp_path / name).exists()] == []
    assert sweep(home) == 0


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (OSError(errno.ENOSPC, "No space left on device", "/x/y"), "на диске нет места.*/x/y"),
        (OSError(errno.EROFS, "Read-only file system"), "только для чтения"),
        (PermissionError(errno.EACCES, "Permission denied"), "нет прав на запись"),
        (RuntimeError("IO Error: Could not write file: No space left on device"), "на диске нет места"),
    ],
)
def test_a_fault_of_the_disk_is_told_also_as_a_cause(error: Exception, words: str) -> None:
    outer = OporaError("модели не построены")
    outer.__cause__ = error
    for raised in (error, outer):
        assert re.search(words, str(disk_fault(raised)))


def test_other_errors_are_no_fault_of_the_disk() -> None:
    assert disk_fault(ValueError("x")) is None and disk_fault(FileNotFoundError(2, "x")) is None
    assert disk_fault(None) is None
