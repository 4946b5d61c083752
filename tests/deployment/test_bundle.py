"""The offline bundle: what its installer refuses (fast); a machine without any route that installs and runs (slow)."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from deployment.bundle import ROOT, BundleError, checksums, pinned, python_tag, write_bundle
from opora.code import ROOMS

INSTALL = ROOT / "deployment" / "install.sh"
OUT_OF_REACH = (
    "Could not find a version",
    "No matching distribution",
    "Connection",
    "Temporary failure",
    "Max retries",
)
CALL_OUT = "import socket; socket.create_connection(('192.0.2.1', 80), timeout=5)"


def in_no_network(*command: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run a command in a network namespace of its own, where not even the loopback is up."""
    return subprocess.run(
        ["unshare", "-rn", *command],
        capture_output=True,
        text=True,
        check=False,
        cwd=cwd,
        env={"PATH": "/usr/bin:/bin"},
    )


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


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The real bundle, unpacked."""
    if in_no_network("true").returncode:
        pytest.skip("this machine does not permit network namespaces (unshare -rn)")
    folder = tmp_path_factory.mktemp("bundle")
    try:
        path = write_bundle(folder)
    except BundleError as error:
        if any(words in str(error) for words in OUT_OF_REACH):
            pytest.skip(f"no registry in reach to fetch wheels from: {error}")
        raise
    subprocess.run(["sha256sum", "-c", f"{path.name}.sha256"], cwd=folder, check=True, capture_output=True)
    subprocess.run(["tar", "xf", path.name], cwd=folder, check=True)
    return folder / path.name.removesuffix(".tar")


@pytest.mark.slow
def test_the_wheel_holds_every_file_of_the_rooms(bundle: Path) -> None:
    (wheel,) = (bundle / "wheels").glob("opora-*.whl")
    held = set(zipfile.ZipFile(wheel).namelist())
    listed = subprocess.run(
        ["git", "ls-files", *ROOMS, "demo"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    tracked = set(listed.stdout.split("\n")) - {""}
    assert len(tracked) > 500 and tracked - held <= {"dbt_project/.sqlfluff"}
    assert not {name for name in held if name.startswith(("tests/", "deployment/", "bench/"))}


@pytest.mark.slow
def test_a_machine_without_a_network_installs_and_runs(bundle: Path, tmp_path: Path) -> None:
    """Budget: four minutes (bundle 0.5, installation 0.5, demo and run 1.5, twice over on a busy machine)."""
    assert in_no_network(sys.executable, "-c", CALL_OUT).returncode, "the namespace has a way out"
    target, home = tmp_path / "opt", tmp_path / "home"
    for _ in range(2):  # the second time nothing is left to do
        done = in_no_network("env", f"PYTHON={sys.executable}", "sh", str(bundle / "install.sh"), str(target))
        assert done.returncode == 0, done.stderr
    assert (target / "current").readlink() == Path((bundle / "VERSION").read_text().strip())
    assert (target / "current" / "systemd" / "opora-run.service").exists()
    opora = str(target / "current" / "bin" / "opora")
    for words in (
        ["demo", str(home)],
        ["run", "--alert", "--home", str(home)],
        ["doctor", "--home", str(home)],
    ):
        done = in_no_network(opora, *words, cwd=tmp_path)
        assert done.returncode == 0, done.stdout + done.stderr
    assert (home / "releases" / "current" / "public" / "report.html").exists()
    assert not (home / "alerts.jsonl").exists()
