"""A machine without any network, from the bundle to a run every morning with alerts, by docs/deployment.md as printed.

The machine is real as far as it can be here: its own systemd, users, /etc, /opt and /var, a network of a loopback only.
Budget: seven minutes (bundle 0.5, installation 1, the demo's run 1.5, everything else 4).
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from deployment.bundle import ROOT, BundleError, write_bundle
from opora.code import ROOMS
from tests.deployment.guide import blocks
from tests.deployment.machine import Machine, NoMachine

pytestmark = pytest.mark.slow

OUT_OF_REACH = (
    "Could not find a version",
    "No matching distribution",
    "Connection",
    "Temporary failure",
    "Max retries",
)
CALL_OUT = "import socket; socket.create_connection(('192.0.2.1', 80), timeout=5)"
HOME, VAULT, BACKUPS = "/var/lib/opora/home", "/var/lib/opora-vault", "/var/backups/opora"
# A web server and a mail server of the centre: what they are told goes into a file, a line each.
LISTENERS = """
import json, sys, time, threading
from http.server import BaseHTTPRequestHandler, HTTPServer
sys.path.insert(0, "/srv")
from mail_server import MailServer
def tell(channel, title, text):
    with open("/srv/told", "a") as stream:
        stream.write(json.dumps([channel, title, text]) + "\\n")
class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        tell("webhook", body["title"], body["text"])
        self.send_response(200)
        self.end_headers()
threading.Thread(target=HTTPServer(("127.0.0.1", 8065), Handler).serve_forever, daemon=True).start()
server, known = MailServer(port=2525), 0
open("/srv/told", "a").close()
while True:
    for letter in server.letters[known:]:
        tell("email", letter["Subject"], letter.get_content())
        known += 1
    time.sleep(0.1)
"""
SETTINGS = """
OPORA_ALERT_WEBHOOK_FILE=/etc/opora/webhook
OPORA_ALERT_SMTP=127.0.0.1:2525
OPORA_ALERT_FROM=opora@centre.local
OPORA_ALERT_TO=director@centre.local
"""

# Asks the pages: exit 0 when every daemon that is wanted beats; prints the sensor of the inbox as it is called.
HEALTH = """
import json, urllib.request
query = ("{ instance { daemonHealth { allDaemonStatuses { required healthy } } }"
         " sensorsOrError(repositorySelector: {repositoryName: \\"__repository__\\","
         " repositoryLocationName: \\"orchestration.definitions\\"}) { ... on Sensors { results { name } } } }")
asked = urllib.request.Request("http://127.0.0.1:3000/graphql", json.dumps({"query": query}).encode(),
                               {"Content-Type": "application/json"})
told = json.load(urllib.request.urlopen(asked, timeout=20))["data"]
daemons = [one for one in told["instance"]["daemonHealth"]["allDaemonStatuses"] if one["required"]]
assert len(daemons) > 2 and all(one["healthy"] for one in daemons), daemons
print(json.dumps([one["name"] for one in told["sensorsOrError"]["results"] if one["name"] == "inbox_sensor"]))
"""


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The real bundle as it is carried to a machine: a tar and its checksum."""
    folder = tmp_path_factory.mktemp("bundle")
    try:
        path = write_bundle(folder)
    except BundleError as error:
        if any(words in str(error) for words in OUT_OF_REACH):
            pytest.skip(f"no registry in reach to fetch wheels from: {error}")
        raise
    assert blocks(1)[0] == "make bundle\n"
    return path


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


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    try:
        made = Machine(tmp_path_factory.mktemp("machine") / "own")
    except NoMachine as error:
        pytest.skip(str(error))
    yield made
    made.close()


def told(machine: Machine) -> list[tuple[str, str]]:
    """Channel and title of everything that the listeners were told."""
    lines = machine.run("cat /srv/told").stdout.splitlines()
    return [(channel, title) for channel, title, _ in map(json.loads, lines)]


def test_the_wheel_holds_every_file_of_the_rooms(bundle: Path, tmp_path: Path) -> None:
    subprocess.run(["tar", "xf", str(bundle), "--wildcards", "*/wheels/opora-*"], cwd=tmp_path, check=True)
    (wheel,) = tmp_path.glob("*/wheels/opora-*.whl")
    held = set(zipfile.ZipFile(wheel).namelist())
    listed = subprocess.run(
        ["git", "ls-files", *ROOMS, "demo"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    tracked = set(listed.stdout.split("\n")) - {""}
    assert len(tracked) > 500 and tracked - held <= {"dbt_project/.sqlfluff"}
    assert not {name for name in held if name.startswith(("tests/", "deployment/", "bench/"))}


def test_a_machine_without_a_network_installs_runs_and_publishes(bundle: Path, tmp_path: Path) -> None:
    if in_no_network("true").returncode:
        pytest.skip("this machine does not permit network namespaces (unshare -rn)")
    assert in_no_network(sys.executable, "-c", CALL_OUT).returncode, "the namespace has a way out"
    subprocess.run(["tar", "xf", str(bundle)], cwd=tmp_path, check=True)
    (folder,) = tmp_path.glob("opora-*")
    target, home = tmp_path / "opt", tmp_path / "home"
    for _ in range(2):  # the second time nothing is left to do
        done = in_no_network("env", f"PYTHON={sys.executable}", "sh", str(folder / "install.sh"), str(target))
        assert done.returncode == 0, done.stderr
    assert (target / "current").readlink() == Path((folder / "VERSION").read_text().strip())
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


def test_1_the_bundle_is_installed_without_a_network(machine: Machine, bundle: Path) -> None:
    out = machine.tried(f'/usr/bin/python3 -c "{CALL_OUT}"')
    assert "unreachable" in out.stderr, "the machine has a way out"
    tag = machine.run("/usr/bin/python3 -c 'import sys; print(sys.version_info[:2])'").stdout.strip()
    if tag != str(sys.version_info[:2]):
        pytest.skip(f"the system's Python is {tag}: the bundle of this one does not fit it")
    for path in (bundle, bundle.with_name(bundle.name + ".sha256")):
        machine.run(f"ln -s {path} /srv/{path.name}")
    machine.run(blocks(1)[1])
    again = machine.run("sh opora-*/install.sh /opt/opora")  # the second time nothing is left to do
    assert "/opt/opora/current/bin/opora" in again.stdout and "Warning" not in again.stderr
    machine.run("test -f /opt/opora/current/systemd/opora-run.service")


def test_2_user_home_and_settings(machine: Machine) -> None:
    machine.run("test -x /opt/opora/current/bin/opora")
    prepare, check = blocks(2)
    machine.run(prepare)
    shutil.copy(ROOT / "tests" / "orchestration" / "mail_server.py", machine.path("/srv/mail_server.py"))
    machine.path("/srv/listeners.py").write_text(LISTENERS, encoding="utf-8")
    machine.path("/etc/opora/webhook").write_text("http://127.0.0.1:8065/hooks/s3cret\n", encoding="utf-8")
    machine.run("chown root:opora /etc/opora/webhook; chmod 640 /etc/opora/webhook")
    with machine.path("/etc/opora/opora.env").open("a", encoding="utf-8") as stream:
        stream.write(SETTINGS)
    machine.run("systemd-run --unit=listeners /usr/bin/python3 /srv/listeners.py")
    machine.run("until test -e /srv/told; do sleep 0.1; done")
    assert "sent: file, webhook, email" in machine.run(check).stdout
    _until(
        machine, "test $(wc -l < /srv/told) -ge 2"
    )  # the mail server hands its letters on ten times a second
    assert set(told(machine)) == {(name, "Опора: проверка оповещений") for name in ("webhook", "email")}


def test_3_the_timer_runs_and_a_refusal_is_told(machine: Machine) -> None:
    """The home holds one PDF, so the gate refuses: the shortest run there is."""
    install, look = blocks(3)
    machine.run(install)
    assert "opora-run.timer" in machine.run("systemctl list-timers 'opora-*'").stdout
    machine.run(
        f"printf '%%PDF-1.4\\n' > /srv/a.pdf; sudo -u opora cp /srv/a.pdf '{HOME}/inbox/Иванов Пётр.pdf'"
    )
    _fire_soon(machine)
    _until(machine, "systemctl is-failed opora-run.service")
    assert machine.wait("opora-run.service") == "exit-code"
    machine.run("rm /etc/systemd/system/opora-run.timer.d/soon.conf; systemctl daemon-reload\n"
                "systemctl restart opora-run.timer")  # fmt: skip
    stopped = "Опора: выпуск остановлен проверками"
    _until(machine, "test $(wc -l < /srv/told) -ge 4")
    assert told(machine)[2:4] == [("webhook", stopped), ("email", stopped)]
    printed = machine.journal("opora-run.service")
    assert "lake_not_empty" in printed and "s3cret" not in printed
    assert look.splitlines()[0].startswith("systemctl list-timers")
    # A service's umask closes everything that it writes, and others of the machine may not even look.
    for closed in (f"{HOME}/inbox", f"{HOME}/returns", f"{HOME}/lake", f"{HOME}/runs", VAULT, BACKUPS):
        assert machine.tried(f"sudo -u nobody ls {closed}").returncode, closed
    assert machine.run(f"find {VAULT} -perm /077").stdout == ""
    machine.run(f"sudo -u nobody ls {HOME}/releases")


def test_a_run_that_is_killed_is_told(machine: Machine) -> None:
    before = len(told(machine))
    machine.run(f"rm -f {HOME}/last_run.json; systemctl start --no-block opora-run.service; sleep 3\n"
                "systemctl kill -s KILL opora-run.service")  # fmt: skip
    assert machine.wait("opora-run.service") == "signal"
    _until(machine, f"test $(wc -l < /srv/told) -gt {before + 1}")
    assert told(machine)[before:] == [
        (channel, "Опора: служба opora-run.service не удалась") for channel in ("webhook", "email")
    ]


def test_4_dagster_takes_the_place_of_the_timer(machine: Machine) -> None:
    """Its pages answer on this machine and every daemon beats. What the sensor then does is seen in test_daemon."""
    (switch,) = blocks(4)
    machine.run(switch)
    assert machine.tried("systemctl is-active opora-run.timer").returncode
    machine.path("/srv/health.py").write_text(HEALTH, encoding="utf-8")
    _until(machine, "/usr/bin/python3 /srv/health.py")
    assert json.loads(machine.run("/usr/bin/python3 /srv/health.py").stdout) == ["inbox_sensor"]
    machine.run("systemctl is-active opora-dagster.service opora-dagster-web.service")


def test_5_a_new_version_takes_the_home_over(machine: Machine) -> None:
    """The same program under another number: what is seen is the way, `migrate` itself is tested on old homes."""
    before = machine.run("readlink /opt/opora/current").stdout
    machine.run("mv opora-*/ opora-next; echo 99.0 > opora-next/VERSION; cd opora-next\n"
                "sed -i '/ VERSION$/d' SHA256SUMS; sha256sum VERSION >> SHA256SUMS")  # fmt: skip
    (update,) = blocks(5)
    machine.run(update)
    assert machine.run("readlink /opt/opora/current").stdout == "99.0\n" != before
    assert len(machine.run(f"ls {BACKUPS}").stdout.splitlines()) == 2
    assert machine.tried("systemctl is-active opora-dagster.service").returncode
    machine.run("systemctl is-active opora-run.timer")
    machine.run(f"ln -sfn {before.strip()} /opt/opora/current; /opt/opora/current/bin/opora --help")


def test_6_a_lost_home_is_restored(machine: Machine) -> None:
    held = f"cd {HOME} && find inbox lake acts returns -type f | sort | xargs -d '\\n' sha256sum"
    key = f"cd {VAULT} && find . -type f | sort | xargs sha256sum"
    machine.run("systemctl stop opora-run.timer")
    files, names = machine.run(held).stdout, machine.run(key).stdout
    assert "Иванов" in files and names
    machine.run(f"rm -rf {HOME} {VAULT}/* {VAULT}/.[!.]*")
    home, vault = sorted(machine.run(f"ls {BACKUPS}").stdout.splitlines())
    (printed,) = blocks(6)
    for example, real in (("20260101T000000Z-home.tar.gz", home), ("20260101T000000Z-vault.tar.gz", vault)):
        assert real.endswith(example[16:]) and example in printed
        printed = printed.replace(example, f"{BACKUPS}/{real}")
    machine.run(printed)
    assert (machine.run(held).stdout, machine.run(key).stdout) == (files, names)
    machine.tried("systemctl start opora-run")
    assert machine.wait("opora-run.service") == "exit-code" and "lake_not_empty" in machine.journal(
        "opora-run.service"
    )


def _fire_soon(machine: Machine) -> None:
    """Let the timer fire within seconds instead of at five in the morning: nothing else of it changes."""
    folder = machine.path("/etc/systemd/system/opora-run.timer.d")
    folder.mkdir()
    soon = "[Timer]\nOnCalendar=\nOnCalendar=*:*:0/3\nRandomizedDelaySec=0\nAccuracySec=1s\n"
    (folder / "soon.conf").write_text(soon)
    machine.run("systemctl daemon-reload; systemctl restart opora-run.timer")


def _until(machine: Machine, command: str) -> None:
    machine.run(f"for _ in $(seq 1 1200); do ({command}) > /dev/null 2>&1 && exit 0; sleep 0.5; done; exit 1")
