"""A machine of its own for tests: systemd as its first process, its own /etc, /opt and /var, no network but a loopback.

It is made of namespaces and an overlay over this machine's root in memory: what happens inside leaves nothing outside.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

_CGROUPS = Path("/proc/mounts")
_SYSTEMD = Path("/usr/lib/systemd/systemd")
_BOOT = """
set -e
root={folder}/root
mount --make-rprivate /
mount -t tmpfs -o size=6g tmpfs {folder}
mkdir {folder}/upper {folder}/work $root
mount -t overlay overlay -o lowerdir=/,upperdir={folder}/upper,workdir={folder}/work $root
cd $root
rm -rf etc/systemd/system/*.wants etc/systemd/system/opora* etc/opora opt/opora var/lib/opora*
systemd-id128 new > etc/machine-id
mount -t proc proc proc
mount -t sysfs -o ro sysfs sys
mount -t tmpfs tmpfs sys/fs/cgroup
mount -t cgroup2 cgroup2 sys/fs/cgroup
mount -t tmpfs tmpfs run
mount -t tmpfs -o mode=755 tmpfs dev
for name in null zero full random urandom tty; do touch dev/$name; mount --bind /dev/$name dev/$name; done
mkdir dev/pts dev/shm
mount -t devpts -o newinstance,ptmxmode=0666 devpts dev/pts
ln -s pts/ptmx dev/ptmx
ln -sf /dev/null etc/tmpfiles.d/tmp.conf
mount -t tmpfs tmpfs dev/shm
ip link set lo up
exec env -i container=opora PATH=/usr/sbin:/usr/bin:/sbin:/bin chroot $root {systemd} --unit=basic.target
"""
# What the guide calls: as root here, so that «sudo -u NAME» has to work and plain «sudo» changes nothing.
_SUDO = """#!/bin/sh
if [ "$1" = -u ]; then user=$2; shift 2; else user=root; fi
exec runuser -u "$user" -- env "$@"
"""


class NoMachine(RuntimeError):
    """This place permits no machine of its own; the words say why."""


class Machine:
    """A booted machine; ``run`` a shell script in it, ``close`` it to end every process of it."""

    def __init__(self, folder: Path) -> None:
        """Boot; what is written inside stays in memory. Raise ``NoMachine`` where this place does not permit one."""
        if os.geteuid() or not _SYSTEMD.exists() or not shutil.which("nsenter"):
            raise NoMachine("a machine of its own needs root, systemd and nsenter")
        self.root = folder / "root"
        folder.mkdir()
        self._cgroup = _cgroup()
        self._log = (folder.parent / f"{folder.name}.log").open("wb+")
        boot = _BOOT.format(folder=folder, systemd=_SYSTEMD)
        join = f"echo $$ > {self._cgroup}/cgroup.procs; exec unshare --pid --fork --mount --cgroup --uts --ipc --net"
        self._process = subprocess.Popen(
            ["sh", "-c", f"{join} --kill-child sh -c '{boot}'"], stdout=self._log, stderr=subprocess.STDOUT
        )
        try:
            self._first = self._booted()
        except BaseException:
            self.close()
            raise
        if not shutil.which("sudo"):
            self.run(f"cat > /usr/bin/sudo <<'END'\n{_SUDO}END\nchmod 755 /usr/bin/sudo")

    def run(self, script: str, timeout: float = 600.0) -> subprocess.CompletedProcess[str]:
        """Run a shell script as the machine's administrator from ``/root``; raise with its output when it fails."""
        done = self.tried(script, timeout)
        assert done.returncode == 0, f"{script}\n→ {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done

    def path(self, inside: str) -> Path:
        """Return a path of the machine as this one sees it."""
        return Path(f"/proc/{self._first}/root{inside}")

    def tried(self, script: str, timeout: float = 600.0) -> subprocess.CompletedProcess[str]:
        """Run a shell script and return how it ended."""
        environment = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/root", "LANG": "C.UTF-8"}
        enter = ["nsenter", "--target", str(self._first), "--all", "--root"]
        return subprocess.run(
            [*enter, "sh", "-euc", f"cd /srv\n{script}"],
            capture_output=True, text=True, check=False, timeout=timeout, env=environment, cwd="/",
        )  # fmt: skip

    def wait(self, unit: str, timeout: float = 600.0) -> str:
        """Return how a service ended (``Result`` of systemd) once it is no longer at work."""
        end = time.monotonic() + timeout
        while time.monotonic() < end:
            shown = self.run(f"systemctl show -p ActiveState,Result {unit}").stdout.split()
            state = dict(line.split("=", 1) for line in shown)
            if state["ActiveState"] not in ("activating", "reloading", "deactivating"):
                return state["Result"]
            time.sleep(0.5)
        raise AssertionError(f"{unit} is still at work\n{self.journal(unit)}")

    def journal(self, unit: str) -> str:
        """Return what a unit has printed."""
        return self.tried(f"journalctl --no-pager -o cat -u {unit}").stdout

    def close(self) -> None:
        """End every process of the machine and take its cgroups away."""
        for child in _children(self._process.pid):
            os.kill(child, signal.SIGKILL)
        self._process.kill()
        self._process.wait()
        self._log.close()
        for _ in range(50):
            folders = sorted(self._cgroup.rglob("*/"), reverse=True)
            try:
                for folder in (*folders, self._cgroup):
                    folder.rmdir()
                return
            except OSError:  # the last processes are on their way out
                time.sleep(0.1)

    def _booted(self, timeout: float = 30.0) -> int:
        """Return the first process of the machine as this one numbers it, once systemd answers."""
        end = time.monotonic() + timeout
        while time.monotonic() < end and self._process.poll() is None:
            for child in _children(self._process.pid):
                self._first = child
                if self.tried("systemctl is-system-running").stdout.strip() in ("running", "degraded"):
                    return child
            time.sleep(0.3)
        self._log.seek(0)
        raise NoMachine(f"systemd did not start: {self._log.read()[-400:]!r}")


def _children(pid: int) -> list[int]:
    try:
        return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def _cgroup() -> Path:
    """Return a new group of the unified hierarchy: the machine's own root of groups."""
    for line in _CGROUPS.read_text(encoding="utf-8").splitlines():
        _, place, kind, *_ = line.split()
        if kind == "cgroup2":
            made = Path(place) / f"opora-machine-{os.getpid()}"
            try:
                made.mkdir()
            except OSError as error:
                raise NoMachine(f"no cgroup can be made: {error}") from error
            return made
    raise NoMachine("no unified hierarchy of cgroups")
