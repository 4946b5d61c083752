"""From an empty folder to Superset with the dashboards of Opora: metadata, administrator, roles, import, server."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
from pathlib import Path

from deployment.superset.bundle import dashboards

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = ROOT / ".venv-superset" / "bin" / "superset"
ADMIN = "admin"
PASSWORD_VARIABLE = "OPORA_SUPERSET_PASSWORD"  # noqa: S105  (the name of a variable)


class SupersetFailed(Exception):
    """Superset ended with an error; the text is the end of what it said."""


def is_installed() -> bool:
    """True when the environment of Superset stands (``make superset-env``)."""
    return PROGRAM.exists()


def environment(state: Path) -> dict[str, str]:
    """Return the environment of Superset's commands."""
    own = {
        "SUPERSET_CONFIG_PATH": str(Path(__file__).resolve().parent / "superset_config.py"),
        "OPORA_SUPERSET_STATE": str(state), "FLASK_APP": "superset", "SCARF_ANALYTICS": "false", "DO_NOT_TRACK": "1",
    }  # fmt: skip
    return {**os.environ, **own}


def prepare(state: Path, address: str) -> str:
    """Make or renew Superset's own database and import the dashboards; return the administrator's password.

    ``state`` (0700) keeps the metadata, the key and the password; ``address`` is the SQLAlchemy address of the data.
    The second time renews the dashboards and keeps users, roles and what they made.
    """
    state.mkdir(parents=True, exist_ok=True, mode=0o700)
    _secret(state / "secret_key", secrets.token_urlsafe(42))
    password = _secret(state / "password", os.environ.get(PASSWORD_VARIABLE) or secrets.token_urlsafe(12))
    is_new = not (state / "superset.db").exists()
    _run(state, "db", "upgrade")
    if is_new:
        _run(state, "fab", "create-admin", "--username", ADMIN, "--firstname", "Opora", "--lastname", "Opora",
             "--email", "opora@localhost", "--password", password)  # fmt: skip
    _run(state, "init")
    archive = state / "dashboards.zip"
    archive.write_bytes(dashboards(address))
    _run(state, "import-dashboards", "--path", str(archive), "--username", ADMIN)
    return password


def serve(state: Path, port: int) -> subprocess.Popen[bytes]:
    """Start the server on this machine's own address and return its process."""
    command = [str(PROGRAM), "run", "--host", "127.0.0.1", "--port", str(port), "--with-threads"]
    with (state / "server.log").open("ab") as log:
        return subprocess.Popen(command, env=environment(state), stdout=log, stderr=log)  # noqa: S603


def _secret(path: Path, value: str) -> str:
    if not path.exists():
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
            out.write(value)
    return path.read_text(encoding="utf-8").strip()


def _run(state: Path, *arguments: str) -> None:
    command = [str(PROGRAM), *arguments]
    done = subprocess.run(command, env=environment(state), capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        words = (done.stdout + done.stderr).strip().splitlines()[-15:]
        raise SupersetFailed(f"superset {arguments[0]}: " + "\n".join(words))


def state_of(home: Path) -> Path:
    """Return where Superset keeps its own things: beside the home, as the vault does."""
    return home.with_name(home.name + "-superset")


def missing() -> str:
    """Return what to do when the environment is not there."""
    return f"Superset is not installed ({PROGRAM.relative_to(ROOT)}); make superset-env"


def main(home: Path, address: str, port: int) -> int:
    """Prepare, start and wait; return the exit code."""
    if not is_installed():
        print(missing(), file=sys.stderr)
        return 2
    state = state_of(home)
    try:
        prepare(state, address)
    except SupersetFailed as failure:
        print(failure, file=sys.stderr)
        return 1
    server = serve(state, port)
    print(
        f"http://127.0.0.1:{port}/superset/dashboard/opora/  {ADMIN}, password in {state / 'password'}",
        flush=True,
    )
    try:
        return server.wait()
    except KeyboardInterrupt:
        server.terminate()
        return 0
