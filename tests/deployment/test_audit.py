"""The audit of dependencies against a small advisory database of our own, and without any."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from deployment.audit import LOCK, Verdict, accepted_ids, audit, judge, main, pins

ADVISORY = {
    "id": "PYSEC-2099-1",
    "aliases": ["CVE-2099-1"],
    "summary": "made up",
    "affected": [
        {
            "package": {"name": "mdurl", "ecosystem": "PyPI"},
            "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "0.2.0"}]}],
        }
    ],
}


class _Database(BaseHTTPRequestHandler):
    """Answers as OSV does: one advisory about one package, nothing about the others."""

    vulnerable: str | None = None
    is_broken = False

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        found = {"vulns": [ADVISORY]} if asked["package"]["name"] == self.vulnerable else {}
        body = json.dumps(found).encode()
        self.send_response(503 if self.is_broken else 200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        return


@pytest.fixture
def database() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Database)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    _Database.vulnerable, _Database.is_broken = None, False
    yield f"http://127.0.0.1:{server.server_port}/v1/query"
    server.shutdown()
    server.server_close()


@pytest.fixture
def lock(tmp_path: Path) -> Path:
    """Two pins of the real lock."""
    pytest.importorskip("pip_audit", reason="pip-audit is a development dependency: make setup-dev")
    blocks = LOCK.read_text(encoding="utf-8").split("\n")
    kept, is_on = [], False
    for line in blocks:
        if line and not line.startswith(" "):
            is_on = line.startswith(("mdurl==", "six=="))
        if is_on and line:
            kept.append(line)
    path = tmp_path / "requirements.lock"
    path.write_text("\n".join(kept) + "\n", encoding="utf-8")
    assert sorted(pins(path)) == ["mdurl", "six"]
    return path


def test_a_clean_lock_passes_only_when_every_pin_was_looked_up(lock: Path, database: str) -> None:
    found = audit(lock, database)
    assert (found.verdict, found.looked_up) == (Verdict.CLEAN, 2), found.reason


def test_an_advisory_fails_the_audit(lock: Path, database: str, capsys: pytest.CaptureFixture[str]) -> None:
    _Database.vulnerable = "mdurl"
    assert main(["--lock", str(lock), "--osv-url", database]) == Verdict.VULNERABLE
    said = capsys.readouterr().out
    assert "VULNERABLE: mdurl" in said and "2099-1" in said


@pytest.mark.parametrize("known_as", ["PYSEC-2099-1", "CVE-2099-1"])
def test_an_accepted_advisory_is_told_and_passes(lock: Path, database: str, known_as: str) -> None:
    _Database.vulnerable = "mdurl"
    found = audit(lock, database, {known_as})
    assert found.verdict is Verdict.CLEAN and found.open == [] and len(found.accepted) == 1


def test_without_a_database_nothing_passes(lock: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--lock", str(lock), "--osv-url", "http://127.0.0.1:9/v1/query"]) == Verdict.NOT_AUDITED
    said = capsys.readouterr().out
    assert said.startswith("NOT AUDITED") and "audited:" not in said


def test_without_pip_audit_nothing_passes(lock: Path, database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("deployment.audit.importlib.util.find_spec", lambda name: None)
    found = audit(lock, database)
    assert found.verdict is Verdict.NOT_AUDITED and "not installed" in found.reason


def test_a_database_that_answers_with_errors_passes_nothing(lock: Path, database: str) -> None:
    _Database.is_broken = True
    assert audit(lock, database).verdict is Verdict.NOT_AUDITED


def test_a_pin_without_an_answer_leaves_the_lock_unaudited() -> None:
    answer = [{"name": "a", "version": "1", "vulns": []}, {"name": "b", "skip_reason": "unknown"}]
    found = judge({"a": "1", "b": "2"}, answer, set())
    assert found.verdict is Verdict.NOT_AUDITED and "b" in found.reason
    assert judge({"a": "2"}, answer, set()).verdict is Verdict.NOT_AUDITED
    assert judge({}, [], set()).verdict is Verdict.NOT_AUDITED


def test_acceptance_ends_and_needs_a_reason(tmp_path: Path) -> None:
    path = tmp_path / "accepted.toml"
    path.write_text('[[accepted]]\nid = "A-1"\nreason = "not called"\nuntil = 2026-06-30\n', encoding="utf-8")
    assert accepted_ids(path, date(2026, 6, 30)) == {"A-1"}
    assert accepted_ids(path, date(2026, 7, 1)) == set()
    path.write_text('[[accepted]]\nid = "A-1"\nuntil = 2026-06-30\n', encoding="utf-8")
    with pytest.raises(ValueError, match="reason"):
        accepted_ids(path, date(2026, 6, 30))


def test_the_real_lock_is_read_whole() -> None:
    named = {
        line.split("==")[0] for line in LOCK.read_text(encoding="utf-8").splitlines() if "==" in line[:60]
    }
    found = pins(LOCK)
    assert {"duckdb", "dbt-core", "dagster"} <= found.keys() <= named and len(found) > 100
