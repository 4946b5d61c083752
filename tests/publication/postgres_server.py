"""A real PostgreSQL server for tests: Debian's binaries on a temporary folder, never run as root."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

PASSWORD = "тайна-7Kq"  # of the test server only


def binaries() -> Path | None:
    """The folder of ``initdb`` and ``postgres``; None where no server is installed."""
    found = shutil.which("initdb")
    folders = [Path(found).resolve().parent] if found else []
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next((folder for folder in folders if (folder / "postgres").exists()), None)


@contextmanager
def running_server() -> Iterator[str]:
    """Start a server and give its URL (a superuser with a password); stop it and remove its files afterwards.

    As root the server runs as ``postgres`` or ``nobody``: PostgreSQL refuses to run as root.
    """
    folder = binaries()
    assert folder is not None
    root = Path(tempfile.mkdtemp(prefix="opora-pg-"))
    as_user = _other_user(root)
    data, secret, port = root / "data", root / "secret", _free_port()
    secret.write_text(PASSWORD, encoding="utf-8")
    secret.chmod(0o644)
    environment = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "HOME": str(root)}
    quiet: dict[str, Any] = {"stdout": subprocess.DEVNULL, "stderr": subprocess.STDOUT, "cwd": root}
    subprocess.run(
        [folder / "initdb", "-D", data, "-U", "keeper", "-A", "scram-sha-256", f"--pwfile={secret}",
         "-E", "UTF8", "-N"],
        check=True, env=environment, **quiet, **as_user,
    )  # fmt: skip
    server = subprocess.Popen(
        [folder / "postgres", "-D", data, "-p", str(port), "-k", root, "-h", "127.0.0.1", "-F"],
        env=environment, **quiet, **as_user,
    )  # fmt: skip
    try:
        _wait_for(port)
        yield f"postgresql://keeper:{PASSWORD}@127.0.0.1:{port}/postgres"
    finally:
        server.terminate()
        server.wait(20)
        shutil.rmtree(root)


def _other_user(root: Path) -> dict[str, Any]:
    if os.geteuid() != 0:
        return {}
    names = {entry.pw_name: entry for entry in pwd.getpwall()}
    user = names.get("postgres") or names["nobody"]
    os.chown(root, user.pw_uid, user.pw_gid)
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_for(port: int) -> None:
    deadline = time.monotonic() + 30
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)
