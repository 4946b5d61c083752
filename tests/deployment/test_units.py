"""The service units: systemd takes them, they run commands that exist, and they hold no more rights than they need."""

from __future__ import annotations

import configparser
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest
import typer

from opora.cli.app import app
from opora.config import Config
from opora.home import Home

UNITS = Path(__file__).parents[2] / "deployment" / "systemd"
SERVICES = sorted(UNITS.glob("*.service"))


def read(path: Path) -> configparser.ConfigParser:
    parser = configparser.ConfigParser(strict=False, interpolation=None)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read(path, encoding="utf-8")
    return parser


def test_all_units_are_here() -> None:
    assert {path.name for path in UNITS.iterdir()} == {
        "opora.env", "opora-run.service", "opora-run.timer", "opora-backup.service", "opora-backup.timer",
        "opora-dagster.service", "opora-dagster-web.service", "opora-failed@.service",
    }  # fmt: skip


def test_systemd_takes_them(tmp_path: Path) -> None:
    """`systemd-analyze verify` on copies whose programs exist: every directive is known, every value readable."""
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is not installed")
    for path in [*SERVICES, *UNITS.glob("*.timer")]:
        text = path.read_text(encoding="utf-8").replace("/opt/opora/current/bin/", str(tmp_path) + "/")
        (tmp_path / path.name).write_text(text, encoding="utf-8")
    for name in ("opora", "python", "dagster-daemon", "dagster-webserver"):
        (tmp_path / name).write_text("#!/bin/sh\n")
        (tmp_path / name).chmod(0o755)
    names = [str(path) for path in sorted(tmp_path.glob("opora-*"))]
    done = subprocess.run(["systemd-analyze", "verify", *names], capture_output=True, text=True, check=False)
    told = [line for line in done.stderr.splitlines() if "/opora-" in line or line.startswith("opora-")]
    assert told == [], done.stderr
    broken = tmp_path / "opora-run.service"
    broken.write_text(broken.read_text(encoding="utf-8") + "\nNoSuchDirective=1\n", encoding="utf-8")
    done = subprocess.run(
        ["systemd-analyze", "verify", str(broken)], capture_output=True, text=True, check=False
    )
    assert "NoSuchDirective" in done.stderr


@pytest.mark.parametrize("path", SERVICES, ids=lambda path: path.name)
def test_a_service_runs_as_nobody_special(path: Path) -> None:
    service = read(path)["Service"]
    assert service["User"] == "opora" and service["UMask"] == "0077"
    assert service["ProtectSystem"] == "strict" and service["NoNewPrivileges"] == "yes"
    assert service["CapabilityBoundingSet"] == ""
    assert service["ReadWritePaths"].split()[:2] == ["/var/lib/opora", "/var/lib/opora-vault"]
    assert service["EnvironmentFile"] == "/etc/opora/opora.env"


@pytest.mark.parametrize("path", SERVICES, ids=lambda path: path.name)
def test_the_commands_exist(path: Path) -> None:
    program, *words = shlex.split(read(path)["Service"]["ExecStart"])
    assert program.startswith("/opt/opora/current/bin/")
    if Path(program).name == "opora":
        command = typer.main.get_command(app)
        name, context = words[0], typer.Context(command)
        found = command.get_command(context, name)  # type: ignore[attr-defined]
        assert found is not None
        found.make_context(name, [*words[1:], "--home", "/h"], parent=context)
    elif Path(program).name == "python":
        assert words == ["-m", "orchestration.alerts", "%i"]
    else:
        assert words[-2:] == ["-m", "orchestration.definitions"]


def test_a_failed_unit_tells_people() -> None:
    for name in ("opora-run", "opora-backup", "opora-dagster"):
        assert read(UNITS / f"{name}.service")["Unit"]["OnFailure"] == "opora-failed@%n.service"
    assert "OnFailure" not in read(UNITS / "opora-failed@.service")["Unit"]


@pytest.mark.parametrize(
    ("unit", "result", "told"),
    [
        ("opora-run.service", "oom-kill", True),
        ("opora-run.service", "", True),  # an older systemd does not say how it ended
        ("opora-run.service", "exit-code", False),  # the run has told people itself
        ("opora-backup.service", "exit-code", True),
    ],
)
def test_people_are_told_once(tmp_path: Path, unit: str, result: str, told: bool) -> None:
    home = Home.create(tmp_path / "home", Config.model_validate({}))
    env = {"PATH": "/usr/bin:/bin", "OPORA_HOME": str(home.root), "PYTHONPATH": str(UNITS.parents[1])}
    env |= {"MONITOR_SERVICE_RESULT": result} if result else {}
    subprocess.run([sys.executable, "-m", "orchestration.alerts", unit], env=env, check=True, cwd=tmp_path)
    path = home.root / "alerts.jsonl"
    assert path.exists() is told
    assert not told or (
        unit in path.read_text(encoding="utf-8") and result in path.read_text(encoding="utf-8")
    )


def test_pages_without_a_login_stay_on_this_machine() -> None:
    words = shlex.split(read(UNITS / "opora-dagster-web.service")["Service"]["ExecStart"])
    assert words[words.index("-h") + 1] == "127.0.0.1"


def test_secrets_stand_in_the_environment_file_only() -> None:
    for path in [*SERVICES, *UNITS.glob("*.timer")]:
        text = path.read_text(encoding="utf-8")
        assert "Environment=" not in text and "ALERT" not in text and "://" not in text


def test_the_windows_task_is_well_formed_and_says_that_it_is_untested() -> None:
    path = UNITS.parent / "windows" / "opora-run.xml"
    root = ElementTree.parse(path).getroot()
    space = {"t": "http://schemas.microsoft.com/windows/2004/02/mit/task"}
    assert root.find(".//t:Arguments", space).text.startswith("run --alert")  # type: ignore[union-attr]
    assert "Untested" in path.read_text(encoding="utf-8")
