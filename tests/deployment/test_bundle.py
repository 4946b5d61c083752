"""The offline bundle: what its installer refuses. That it installs and runs: test_offline_machine.py."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

from deployment.bundle import ROOT, checksums, pinned, python_tag

INSTALL = ROOT / "deployment" / "install.sh"


def small_bundle(folder: Path, tag: str) -> Path:
    """A bundle without wheels: enough for what the installer looks at first."""
    folder.mkdir()
    shutil.copy2(INSTALL, folder)
    (folder / "VERSION").write_text("0.0.0-test\n")
    (folder / "PYTHON").write_text(tag + "\n")
    (folder / "SHA256SUMS").write_text(checksums(folder), encoding="utf-8")
    return folder


def install(bundle: Path, target: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["sh", str(bundle / "install.sh"), str(target)],
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": "/usr/bin:/bin", "PYTHON": sys.executable},
    )


def test_requirements_name_each_wheel_by_its_hash(tmp_path: Path) -> None:
    (tmp_path / "dbt_core-1.11.16-py3-none-any.whl").write_bytes(b"a")
    (tmp_path / "notes.txt").write_bytes(b"b")
    assert pinned(tmp_path) == f"dbt-core==1.11.16 --hash=sha256:{hashlib.sha256(b'a').hexdigest()}\n"


def test_a_damaged_bundle_is_refused(tmp_path: Path) -> None:
    bundle = small_bundle(tmp_path / "bundle", python_tag())
    (bundle / "VERSION").write_text("9.9.9\n")
    done = install(bundle, tmp_path / "target")
    assert done.returncode == 1 and "damaged" in done.stderr
    assert not (tmp_path / "target").exists()


def test_another_python_is_refused(tmp_path: Path) -> None:
    done = install(small_bundle(tmp_path / "bundle", "cp399"), tmp_path / "target")
    assert done.returncode == 1 and "cp399" in done.stderr and python_tag() in done.stderr
    assert not (tmp_path / "target").exists()
