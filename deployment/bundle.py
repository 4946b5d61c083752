"""The offline bundle: one tar with every wheel that a machine without any network needs, and its installer.

``python -m deployment.bundle [--out FOLDER]`` (or ``make bundle``) takes the committed state of the clone, the wheels
that ``requirements.lock`` names (checked by their hashes) and the installer that ``make setup`` uses, and writes
``opora-<version>-<commit>-<python>-<platform>.tar`` with its ``.sha256`` beside it. The bundle fits machines with the
Python and platform that its name says.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import tempfile
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LOCK, TOOLS_LOCK = "requirements.lock", "requirements-bootstrap.lock"
SUMS = "SHA256SUMS"
_DOCS = ("CHANGELOG.md", "LICENSE", "docs/deployment.md", "docs/centre.md", "docs/engineer.md")


class BundleError(RuntimeError):
    """The bundle could not be made; nothing was written."""


def main(arguments: list[str] | None = None) -> None:
    """Write the bundle and print its path; exit 1 with one line when a step fails."""
    parser = argparse.ArgumentParser(
        prog="python -m deployment.bundle", description="Write the offline bundle."
    )
    parser.add_argument("--out", type=Path, default=ROOT / "dist", help="folder for the bundle")
    try:
        print(write_bundle(parser.parse_args(arguments).out))
    except BundleError as error:
        sys.exit(str(error))


def write_bundle(out: Path) -> Path:
    """Write the bundle of the committed state into ``out`` and return the path of its tar.

    Raises ``BundleError`` when the clone has no commit, or a wheel is neither in reach nor what its hash says.
    """
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="opora-bundle-") as name:
        work = Path(name)
        source = _committed_source(work / "source")
        release = f"{_version(source)}-{_git('rev-parse', '--short=8', 'HEAD')}"
        folder = work / f"opora-{release}-{python_tag()}-{sysconfig.get_platform().replace('-', '_')}"
        folder.mkdir()
        _collect_wheels(source, folder, work)
        (folder / "requirements.txt").write_text(pinned(folder / "wheels"), encoding="utf-8")
        (folder / "VERSION").write_text(release + "\n", encoding="utf-8")
        (folder / "PYTHON").write_text(python_tag() + "\n", encoding="utf-8")
        shutil.copy2(source / "deployment" / "install.sh", folder)
        shutil.copytree(source / "deployment" / "systemd", folder / "systemd")
        for document in _DOCS:
            (folder / document).parent.mkdir(exist_ok=True)
            shutil.copy2(source / document, folder / document)
        (folder / SUMS).write_text(checksums(folder), encoding="utf-8")
        return _tar(folder, out)


def python_tag() -> str:
    """Return the tag of this Python's compiled wheels, such as ``cp311``: they fit no other minor version."""
    return f"cp{sys.version_info.major}{sys.version_info.minor}"


def pinned(wheels: Path) -> str:
    """Return requirements that name exactly the wheels of a folder by version and hash."""
    lines = []
    for path in sorted(wheels.glob("*.whl")):
        project, version, *_ = path.name.split("-")
        lines.append(f"{project.replace('_', '-').lower()}=={version} --hash=sha256:{_sha256(path)}")
    return "\n".join(lines) + "\n"


def checksums(folder: Path) -> str:
    """Return the lines that ``sha256sum -c`` reads, for every file below the folder."""
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != SUMS)
    return "".join(f"{_sha256(path)}  {path.relative_to(folder).as_posix()}\n" for path in files)


def _committed_source(target: Path) -> Path:
    """Unpack the committed state: what is not committed is nobody's version."""
    target.mkdir()
    archive = target.with_suffix(".tar")
    _run(["git", "-C", str(ROOT), "archive", "--output", str(archive), "HEAD"])
    with tarfile.open(archive) as packed:
        packed.extractall(target, filter="data")
    return target


def _version(source: Path) -> str:
    import tomllib

    return str(tomllib.loads((source / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"])


def _collect_wheels(source: Path, folder: Path, work: Path) -> None:
    """Fill ``wheels/`` (the product and its runtime) and ``tools/`` (the installer) through pip, hashes checked."""
    venv.create(work / "venv", with_pip=True)
    pip = [str(work / "venv" / "bin" / "python"), "-m", "pip", "--disable-pip-version-check", "--quiet"]
    tools = folder / "tools"
    _run(
        [*pip, "download", "--no-deps", "--require-hashes", "-r", str(source / TOOLS_LOCK), "-d", str(tools)]
    )
    _run([*pip, "install", "--no-index", *map(str, tools.glob("setuptools-*.whl"))])
    for path in tools.glob("setuptools-*.whl"):
        path.unlink()  # it builds the product's wheel here; a target machine builds nothing
    wheels = ["--no-deps", "--wheel-dir", str(folder / "wheels")]
    _run([*pip, "wheel", *wheels, "--require-hashes", "-r", str(source / LOCK)])
    _run([*pip, "wheel", *wheels, "--no-build-isolation", str(source)])


def _tar(folder: Path, out: Path) -> Path:
    """Write the tar aside, then rename it; wheels are compressed already."""
    target = out / f"{folder.name}.tar"
    part = target.with_suffix(".part")
    with tarfile.open(part, "w") as archive:
        archive.add(folder, arcname=folder.name, filter=_owned_by_nobody)
    digest = _sha256(part)
    os.replace(part, target)
    target.with_name(target.name + ".sha256").write_text(f"{digest}  {target.name}\n", encoding="utf-8")
    return target


def _owned_by_nobody(item: tarfile.TarInfo) -> tarfile.TarInfo:
    item.uid = item.gid = 0
    item.uname = item.gname = "root"
    return item


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _git(*words: str) -> str:
    return _run(["git", "-C", str(ROOT), *words]).strip()


def _run(command: list[str]) -> str:
    """Run a command and return what it printed; raise ``BundleError`` with its last words when it fails."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603  (fixed commands)
    if done.returncode:
        words = (done.stderr or done.stdout).strip().splitlines()[-3:]
        raise BundleError(f"{Path(command[0]).name} {command[1]}: " + " / ".join(words))
    return done.stdout


if __name__ == "__main__":
    main()
