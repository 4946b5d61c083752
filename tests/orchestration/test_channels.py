"""Alerts against a real web server and a real mail server: what arrives, what is tried again and why, what is secret.

Only what passes by itself is tried again: a server that is away, busy or asks to come later. A wrong address, a refused
sender or a certificate that nobody vouches for is the same the third time, and people would wait for their alert.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from opora.config import Config
from opora.home import Home
from orchestration import channels
from orchestration.alerts import alert
from tests.orchestration.mail_server import MailServer, certificate

PEOPLE = {"OPORA_ALERT_FROM": "opora@example.org", "OPORA_ALERT_TO": "director@example.org, z@example.org"}
TITLE, TEXT = (
    "Опора: служба opora-run.service не удалась, стоп",
    "Прошлый выпуск остаётся в силе. Подробности: runs/latest.html",
)


class _Hook(HTTPServer):
    codes: list[int]
    bodies: list[dict[str, str]]


class _Handler(BaseHTTPRequestHandler):
    server: _Hook

    def do_POST(self) -> None:
        self.server.bodies.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(self.server.codes.pop(0) if self.server.codes else 200)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        return


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home.create(tmp_path / "home", Config.model_validate({}))


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    slept: list[float] = []
    monkeypatch.setattr(channels.time, "sleep", slept.append)
    return slept


@pytest.fixture
def hook() -> Iterator[_Hook]:
    server = _Hook(("127.0.0.1", 0), _Handler)
    server.codes, server.bodies = [], []
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()


def at(hook: _Hook) -> dict[str, str]:
    return {"OPORA_ALERT_WEBHOOK": f"http://127.0.0.1:{hook.server_port}/hooks/s3cret-path"}


def mail(server: MailServer, security: str = "none") -> dict[str, str]:
    return {
        **PEOPLE,
        "OPORA_ALERT_SMTP": f"localhost:{server.port}",
        "OPORA_ALERT_SMTP_SECURITY": security,
    }


def written(home: Home) -> dict[str, object]:
    text = (home.root / "alerts.jsonl").read_text(encoding="utf-8")
    return dict(json.loads(text.splitlines()[-1]))


def test_people_read_russian_in_all_three_places(home: Home, hook: _Hook) -> None:
    server = MailServer()
    assert alert(home, TITLE, TEXT, at(hook) | mail(server)) == ["file", "webhook", "email"]
    assert hook.bodies == [{"title": TITLE, "text": TEXT}]
    (letter,) = server.letters
    assert letter["Subject"] == TITLE and letter.get_content().strip() == TEXT
    assert letter["To"] == PEOPLE["OPORA_ALERT_TO"] and letter["Date"] and letter["Message-ID"]
    line = written(home)
    assert (line["title"], line["text"], line["failed"]) == (TITLE, TEXT, [])
    assert (home.root / "alerts.jsonl").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("codes", "tries", "failed"),
    [
        ([], 1, []),
        ([503, 429], 3, []),  # busy, then asked to come later, then well
        ([500, 502, 504], 3, ["webhook: HTTPError 504"]),  # three tries are all
        ([404], 1, ["webhook: HTTPError 404"]),  # a wrong address stays wrong
        ([401], 1, ["webhook: HTTPError 401"]),
    ],
)
def test_a_webhook_is_asked_again_only_while_it_is_busy(
    home: Home, hook: _Hook, no_pauses: list[float], codes: list[int], tries: int, failed: list[str]
) -> None:
    hook.codes = list(codes)
    alert(home, TITLE, TEXT, at(hook))
    assert len(hook.bodies) == tries and written(home)["failed"] == failed
    assert no_pauses == list(channels.PAUSES)[: tries - 1]


@pytest.mark.parametrize(
    ("answers", "tries", "failed"),
    [
        (["451 later"], 2, []),  # grey lists answer so to whom they do not know yet
        (["550 no such sender"], 1, ["email: SMTPSenderRefused 550"]),
        (["451 later"] * 3, 3, ["email: SMTPSenderRefused 451"]),
    ],
)
def test_a_mail_server_is_asked_again_only_when_it_says_later(
    home: Home, answers: list[str], tries: int, failed: list[str]
) -> None:
    server = MailServer(list(answers))
    alert(home, TITLE, TEXT, mail(server))
    assert server.conversations == tries and written(home)["failed"] == failed
    assert len(server.letters) == (0 if failed else 1)


def test_a_server_that_is_away_is_tried_three_times(home: Home, no_pauses: list[float]) -> None:
    gone = PEOPLE | {"OPORA_ALERT_WEBHOOK": "http://127.0.0.1:9/", "OPORA_ALERT_SMTP": "127.0.0.1:9"}
    assert alert(home, TITLE, TEXT, gone) == ["file"]
    assert written(home)["failed"] == ["webhook: URLError", "email: ConnectionRefusedError"]
    assert no_pauses == list(channels.PAUSES) * 2


def test_a_login_goes_over_tls_only(home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pair = certificate(tmp_path)
    login = {"OPORA_ALERT_SMTP_USER": "opora", "OPORA_ALERT_SMTP_PASSWORD": "s3cret-mail"}
    plain = MailServer(pair=pair)
    alert(home, TITLE, TEXT, mail(plain, "none") | login)
    assert written(home)["failed"] == ["email: ValueError"] and plain.conversations == 0

    unknown = MailServer(pair=pair)
    alert(home, TITLE, TEXT, mail(unknown, "starttls") | login)
    assert written(home)["failed"] == ["email: SSLCertVerificationError"]
    assert unknown.conversations == 1 and b"s3cret" not in unknown.heard  # a stranger gets no password

    monkeypatch.setenv("SSL_CERT_FILE", str(pair[0]))  # the machine trusts it
    for security, server in (
        ("starttls", MailServer(pair=pair)),
        ("tls", MailServer(pair=pair, is_tls=True)),
    ):
        assert alert(home, TITLE, TEXT, mail(server, security) | login) == ["file", "email"]
        assert server.logins == ["\0opora\0s3cret-mail"] and server.letters[0]["Subject"] == TITLE
    assert "s3cret" not in (home.root / "alerts.jsonl").read_text(encoding="utf-8")


def test_secrets_may_stand_in_files(home: Home, hook: _Hook, tmp_path: Path) -> None:
    path = tmp_path / "webhook"
    path.write_text(at(hook)["OPORA_ALERT_WEBHOOK"] + "\n")
    path.chmod(0o640)
    assert alert(home, TITLE, TEXT, {"OPORA_ALERT_WEBHOOK_FILE": str(path)}) == ["file", "webhook"]
    path.chmod(0o644)  # everybody on the machine reads it: refused, and the alert is not lost
    assert alert(home, TITLE, TEXT, {"OPORA_ALERT_WEBHOOK_FILE": str(path)}) == ["file"]
    assert written(home)["failed"] == ["webhook: UsageError"]
    assert "s3cret" not in (home.root / "alerts.jsonl").read_text(encoding="utf-8")


def test_an_address_that_is_no_web_address_is_refused(home: Home) -> None:
    assert alert(home, TITLE, TEXT, {"OPORA_ALERT_WEBHOOK": "file:///etc/passwd"}) == ["file"]
    assert written(home)["failed"] == ["webhook: ValueError"]


def test_a_full_disk_loses_no_alert(home: Home, hook: _Hook) -> None:
    (home.root / "alerts.jsonl").mkdir()  # nothing can be written there, not even by the administrator
    assert alert(home, TITLE, TEXT, at(hook)) == ["webhook"]
