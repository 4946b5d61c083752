"""`publish` verifies the evidence itself: without it, or with a byte of it or of a file changed, it refuses."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from opora.candidates import Candidate
from opora.errors import GateRefused
from opora.home import Home
from orchestration import steps
from tests.faults.tiny import make_tiny_home


@pytest.fixture(scope="module")
def rendered(tmp_path_factory: pytest.TempPathFactory) -> tuple[Home, Candidate]:
    """A tiny home whose candidate is built, checked and rendered, and not audited."""
    home = make_tiny_home(tmp_path_factory.mktemp("refused") / "home")
    home.ensure()
    steps.ingest(home)
    candidate = steps.plan(home)
    steps.build(home, candidate)
    steps.refuse_on(steps.check_data(home, candidate))
    steps.finish_tables(home, candidate)
    steps.render(home, candidate)
    return home, candidate


def is_refused(home: Home, candidate: Candidate) -> bool:
    with pytest.raises(GateRefused):
        steps.publish(home, candidate.id, None)
    return not (home.releases / "current").exists()


def drop_a_check(candidate: Candidate) -> None:
    evidence = json.loads(candidate.evidence.read_text(encoding="utf-8"))
    evidence["checks"].pop()
    candidate.evidence.write_text(json.dumps(evidence, ensure_ascii=False), encoding="utf-8")


def claim_more(candidate: Candidate) -> None:
    evidence = json.loads(candidate.evidence.read_text(encoding="utf-8"))
    evidence["rows_seen"] += 1
    candidate.evidence.write_text(json.dumps(evidence, ensure_ascii=False), encoding="utf-8")


def cut_short(candidate: Candidate) -> None:
    candidate.evidence.write_bytes(candidate.evidence.read_bytes()[:-20])


def change_the_report(candidate: Candidate) -> None:
    report = candidate.public / "report.html"
    report.chmod(0o644)
    text = report.read_text(encoding="utf-8")
    changed = text.replace("15", "16", 1)
    assert changed != text
    report.write_text(changed, encoding="utf-8")


def test_nothing_is_published_without_evidence_or_with_a_spoiled_one(
    rendered: tuple[Home, Candidate],
) -> None:
    home, candidate = rendered
    assert is_refused(home, candidate)
    steps.audit(home, candidate)
    good = candidate.evidence.read_bytes()
    spoilers: list[Callable[[Candidate], None]] = [drop_a_check, claim_more, cut_short]
    for spoil in spoilers:
        spoil(candidate)
        assert is_refused(home, candidate), spoil.__name__
        candidate.evidence.chmod(0o644)
        candidate.evidence.write_bytes(good)
    report = candidate.public / "report.html"
    as_rendered = report.read_bytes()
    change_the_report(candidate)
    assert is_refused(home, candidate)
    # What was refused for its bytes alone is published when they are back: nothing else stood in the way.
    report.write_bytes(as_rendered)
    report.chmod(0o644)
    release = steps.publish(home, candidate.id, None)
    assert (home.releases / "current").resolve().name == release.id
