"""Publication: what a release is, and everything that must never become one."""

from __future__ import annotations

import json
import os
import signal
import stat
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from opora.errors import GateRefused, UsageError
from opora.files import sha256_file
from opora.home import Home
from publication import publish as module
from publication.publish import publish
from publication.releases import current_release, journal, list_releases, remove_tree
from publication.verify import release_problems, verify_release
from tests.publication.conftest import Prepare
from tests.quality.world import World
from tests.quality.world_rows import NOW, SCHOOLS, digest, wilson


def nothing_published(home: Home) -> bool:
    """True when there is neither a release nor a pointer nor a leftover."""
    return not list_releases(home) and not any(
        path.name != "journal.jsonl" for path in home.releases.iterdir()
    )


def restate(world: World) -> None:
    """I4 of the first school is 21 of 80 in place of 20 of 80."""
    low, high = wilson(21, 80)
    row = world.find(indicator_code="I4", area_code=SCHOOLS[0])
    row.update(numerator=21, value=26.25, ci_low=low, ci_high=high)


def from_new_delivery(world: World) -> None:
    """The same, and a new delivery stands behind that figure."""
    restate(world)
    row = world.find(indicator_code="I4", area_code=SCHOOLS[0])
    world.cells["figure_deliveries"].append(
        {
            "figure_id": row["figure_id"],
            "delivery_id": digest("delivery", "vsosh_municipal_protocol", NOW, length=64),
        }
    )


def forge_identity(world: World) -> None:
    """A figure carries another one's id: a blocker."""
    world.find(indicator_code="I4", area_code=SCHOOLS[0]).update(figure_id="0" * 16)


def test_a_release_is_whole_sealed_and_current(prepare: Prepare) -> None:
    world = prepare()
    release = publish(world.home)
    assert release.is_new and release.is_current and release.sequence == 1
    assert (world.home.releases / "current").readlink() == Path(release.id)
    assert (world.home.releases / "current" / "public" / "report.html").is_file()
    assert verify_release(world.home, release.id) == []
    for path in release.path.rglob("*"):
        assert not stat.S_IMODE(path.stat().st_mode) & 0o222, path
    assert "Первый выпуск" in (release.public / "CHANGES.md").read_text(encoding="utf-8")
    for name, wanted in json.loads((release.public / "manifest.json").read_text())["files"].items():
        assert sha256_file(release.public / name) == wanted
    assert [event["event"] for event in journal(world.home)] == ["published"]


def test_the_public_manifest_tells_nothing_internal(prepare: Prepare) -> None:
    world = prepare()
    release = publish(world.home)
    text = (release.public / "manifest.json").read_text(encoding="utf-8")
    inside = json.loads((release.internal / "manifest.json").read_text(encoding="utf-8"))
    shown = {value for name, value in inside["files"].items() if name.startswith("public/")}
    hidden = {value for name, value in inside["files"].items() if name.startswith("internal/")} - shown
    assert hidden and not any(value in text for value in hidden)
    assert ".xlsx" not in text  # people put surnames into file names
    assert inside["deliveries"][0]["file_name"].endswith(".xlsx")


def test_the_same_candidate_is_published_once(prepare: Prepare) -> None:
    world = prepare()
    first = publish(world.home)
    again = publish(world.home, world.candidate.id)
    assert again.id == first.id and not again.is_new
    assert len(list_releases(world.home)) == 1


def test_equal_candidates_give_equal_releases(prepare: Prepare, tmp_path: Path) -> None:
    world = prepare()
    first = publish(world.home)
    kept = {
        path.relative_to(first.path): path.read_bytes() for path in first.path.rglob("*") if path.is_file()
    }
    remove_tree(first.path)
    (world.home.releases / "current").unlink()
    (world.home.releases / "journal.jsonl").unlink()
    second = publish(world.home)
    assert second.id == first.id
    assert kept == {
        path.relative_to(second.path): path.read_bytes() for path in second.path.rglob("*") if path.is_file()
    }


def test_without_evidence_nothing_is_published(prepare: Prepare) -> None:
    world = prepare()
    world.candidate.evidence.unlink()
    with pytest.raises(GateRefused, match="нет доказательств"):
        publish(world.home)
    assert nothing_published(world.home)


def test_a_refused_candidate_is_not_published(prepare: Prepare) -> None:
    world = prepare(change=forge_identity)
    with pytest.raises(GateRefused, match="figure_identity"):
        publish(world.home)
    assert nothing_published(world.home)


def test_evidence_of_another_candidate_is_none(prepare: Prepare) -> None:
    first, second = prepare("aaaaaaaaaaaaaaaa"), prepare("bbbbbbbbbbbbbbbb")
    second.candidate.evidence.write_bytes(first.candidate.evidence.read_bytes())
    with pytest.raises(GateRefused, match="другому кандидату"):
        publish(second.home, second.candidate.id)


@pytest.mark.parametrize("verdict", ["pass", "refused"])
def test_a_forged_verdict_does_not_help(prepare: Prepare, verdict: str) -> None:
    from quality.evidence import self_hash

    world = prepare(change=forge_identity)
    value = json.loads(world.candidate.evidence.read_text())
    value.update(verdict=verdict, reasons=[])
    value.pop("self_hash")
    world.candidate.evidence.write_text(json.dumps(value | {"self_hash": self_hash(value)}))
    with pytest.raises(GateRefused, match="блокирующих замечаний"):
        publish(world.home)


def test_a_check_registered_since_the_audit_refuses(
    prepare: Prepare, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = prepare()
    monkeypatch.setattr("publication.verify.registered_rules", lambda: ("a_new_rule",))
    with pytest.raises(GateRefused, match="a_new_rule"):
        publish(world.home)


def test_changed_code_refuses(prepare: Prepare, monkeypatch: pytest.MonkeyPatch) -> None:
    world = prepare()
    monkeypatch.setattr("quality.evidence.code_hash", lambda: "other code")
    with pytest.raises(GateRefused, match="программа изменилась"):
        publish(world.home)
    assert nothing_published(world.home)


@pytest.mark.parametrize(
    ("place", "reason"),
    [("acts/waivers/new.yaml", "acts/"), ("rules/exam_minimums.csv", "rules/")],
)
def test_changed_acts_or_rules_refuse(prepare: Prepare, place: str, reason: str) -> None:
    world = prepare()
    path = world.home.root / place
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("a")
    with pytest.raises(GateRefused, match=reason):
        publish(world.home)


def test_one_byte_of_any_file_refuses(prepare: Prepare) -> None:
    world = prepare()
    root = world.candidate.root
    files = sorted(path for path in root.rglob("*") if path.is_file())
    assert len(files) > 20
    for path in files:
        content = path.read_bytes()
        middle = len(content) // 2
        path.write_bytes(content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :])
        with pytest.raises(GateRefused):
            publish(world.home, world.candidate.id)
        path.write_bytes(content)
    for name in ("public/extra.html", "internal/extra.csv", "marts/extra.parquet"):
        (root / name).write_text("x")
        with pytest.raises(GateRefused, match="появились"):
            publish(world.home)
        (root / name).unlink()
    (root / "public" / "dictionary.html").unlink()
    with pytest.raises(GateRefused, match="исчезли"):
        publish(world.home)
    assert nothing_published(world.home)


def test_a_file_that_changes_during_the_copy_refuses(
    prepare: Prepare, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = prepare()
    verified = module.verified_evidence

    def then_changed(home: Home, candidate: Any) -> Any:
        evidence = verified(home, candidate)
        (candidate.public / "report.html").write_text("other")
        return evidence

    monkeypatch.setattr(module, "verified_evidence", then_changed)
    with pytest.raises(GateRefused, match=r"report\.html изменился"):
        publish(world.home)
    assert nothing_published(world.home)


@pytest.mark.parametrize("candidate_id", ["../aaaa", "none", "a/b"])
def test_an_unknown_candidate_is_a_mistake_of_the_command(prepare: Prepare, candidate_id: str) -> None:
    world = prepare()
    with pytest.raises(UsageError):
        publish(world.home, candidate_id)


def test_an_amendment_without_a_cause_needs_a_note(prepare: Prepare) -> None:
    first = publish(prepare("aaaaaaaaaaaaaaaa").home)

    def with_other_acts(world: World) -> None:
        world.act(
            "explanations/none.yaml", []
        )  # another cause than a delivery: the check warns, a note is asked for
        restate(world)

    with_other_acts.changes_acts = True  # type: ignore[attr-defined]
    world = prepare("bbbbbbbbbbbbbbbb", with_other_acts)
    with pytest.raises(UsageError, match="--note"):
        publish(world.home, world.candidate.id)
    assert current_release(world.home) == replace(first, is_new=False)
    release = publish(world.home, world.candidate.id, note="Ошибка в списке")
    assert release.is_amendment and release.note == "Ошибка в списке"
    assert "Ошибка в списке" in (release.internal / "CHANGES.md").read_text(encoding="utf-8")
    assert "Ошибка в списке" not in (release.public / "CHANGES.md").read_text(encoding="utf-8")


def test_a_new_delivery_explains_an_amendment(prepare: Prepare) -> None:
    publish(prepare("aaaaaaaaaaaaaaaa").home)
    world = prepare("bbbbbbbbbbbbbbbb", from_new_delivery)
    release = publish(world.home, world.candidate.id)
    assert (
        release.note
        == f"исправление по поставке vsosh_municipal_protocol: vsosh_municipal_protocol_{NOW}.xlsx"
    )
    text = (release.internal / "CHANGES.md").read_text(encoding="utf-8")
    assert "школа 720001: I4 доля, %" in text
    assert (
        "25 (20 из 80) → 26,25 (21 из 80) — vsosh_municipal_protocol: vsosh_municipal_protocol_2024-2025.xlsx"
        in text
    )


@pytest.mark.parametrize(
    "moment", ["_copy_editions", "_seal", "_show", "point_to", "record", "make_read_only", "_diff"]
)
def test_a_kill_leaves_the_last_release_and_the_next_run_converges(
    prepare: Prepare, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    first = publish(prepare("aaaaaaaaaaaaaaaa").home)
    world = prepare("bbbbbbbbbbbbbbbb", from_new_delivery)
    killed = os.fork()
    if not killed:
        setattr(module, moment, lambda *_, **__: os.kill(os.getpid(), signal.SIGKILL))
        publish(world.home, world.candidate.id)
        os._exit(0)
    assert os.WIFSIGNALED(os.waitpid(killed, 0)[1])
    shown = current_release(world.home)
    assert shown is not None and release_problems(shown.path) == []
    assert shown.id == first.id or moment == "record"
    second = publish(world.home, world.candidate.id)
    assert second.sequence == 2 and second.is_current
    assert verify_release(world.home, second.id) == []
    assert not list(world.home.releases.glob(".*"))
    assert [event["release"] for event in journal(world.home)] == [first.id, second.id]


def test_a_full_disk_leaves_nothing(prepare: Prepare, monkeypatch: pytest.MonkeyPatch) -> None:
    world = prepare()

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(module.shutil, "copyfile", full)
    with pytest.raises(OSError, match="No space"):
        publish(world.home)
    assert nothing_published(world.home)


def test_a_reader_of_the_old_release_keeps_its_bytes(prepare: Prepare) -> None:
    first = publish(prepare("aaaaaaaaaaaaaaaa").home)
    with (first.public / "tables" / "indicator_values.parquet").open("rb") as reader:
        before = reader.read(10)
        world = prepare("bbbbbbbbbbbbbbbb", from_new_delivery)
        publish(world.home, world.candidate.id)
        reader.seek(0)
        assert reader.read(10) == before
    assert verify_release(world.home, first.id) == []


def test_a_release_can_be_pruned(prepare: Prepare) -> None:
    release = publish(prepare().home)
    remove_tree(release.path)
    assert not release.path.exists()
