"""Later life of releases: list, diff, rollback, withdrawal, damage."""

from __future__ import annotations

from pathlib import Path

import pytest

from opora.errors import GateRefused, UsageError
from opora.home import Home
from publication import releases
from publication.changes import changes_text, figure_words, value_words
from publication.diff import ReleaseDiff, diff_releases
from publication.publish import publish
from publication.releases import (
    JOURNAL,
    Release,
    current_id,
    current_release,
    get_release,
    journal,
    list_releases,
    record,
)
from publication.rollback import rollback
from publication.verify import verify_release
from publication.withdraw import withdraw
from tests.publication.conftest import Prepare
from tests.publication.release_fixture import make_home, make_release
from tests.publication.test_publish import from_new_delivery
from tests.quality.world import World
from tests.quality.world_rows import BEFORE, SCHOOLS, TOWN, figure


def amend(world: World) -> None:
    """One figure changes by a new delivery, one appears, one disappears."""
    from_new_delivery(world)
    added = figure(5, indicator_code="I2", measure="older_grade", area_kind="municipality", area_code=TOWN)
    world.figures.append(added)
    gone = world.find(indicator_code="I3", area_code=TOWN, award="prize_winner")
    world.figures.remove(gone)
    links = world.cells["figure_deliveries"]
    world.cells["figure_deliveries"] = [row for row in links if row["figure_id"] != gone["figure_id"]]


@pytest.fixture
def two(prepare: Prepare) -> tuple[Home, Release, Release]:
    """Two releases; the second amends the first."""
    first = publish(prepare("aaaaaaaaaaaaaaaa").home)
    world = prepare("bbbbbbbbbbbbbbbb", amend)
    return world.home, first, publish(world.home, world.candidate.id)


def test_a_release_published_while_releases_are_listed_leaves_no_gap(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A reader who looks between the listing and the pointer sees the release before or the new one, never none."""
    home = make_home(tmp_path)
    make_release(home, 1)

    def published_meanwhile(place: Home) -> str | None:
        make_release(place, 2)
        return current_id(place)

    monkeypatch.setattr(releases, "current_id", published_meanwhile)
    seen = current_release(home)
    assert seen is not None
    assert seen.sequence == 2


def test_list_and_diff(two: tuple[Home, Release, Release]) -> None:
    home, first, second = two
    assert [(item.id, item.is_current) for item in list_releases(home)] == [
        (first.id, False),
        (second.id, True),
    ]
    diff = diff_releases(home, first.id, second.id)
    assert [(c.key["area_code"], c.before["numerator"], c.after["numerator"]) for c in diff.changed] == [
        (SCHOOLS[0], 20, 21)
    ]
    assert diff.added == {"2024-2025": 1} and diff.removed == {"2024-2025": 1}
    back = diff_releases(home, second.id, first.id)
    assert [(c.before["value"], c.after["value"]) for c in back.changed] == [(26.25, 25.0)]
    assert diff_releases(home, first.id, first.id).is_empty
    public = diff_releases(home, first.id, second.id, "public")
    assert public.changed == ()  # the school's figure is not public
    with pytest.raises(UsageError):
        diff_releases(home, first.id, "0009-00000000")


def test_rollback_moves_the_pointer_and_is_remembered(two: tuple[Home, Release, Release]) -> None:
    home, first, second = two
    assert rollback(home, first.id).is_current
    assert current_id(home) == first.id
    assert [event["event"] for event in journal(home)] == ["published", "published", "rolled_back"]
    # publishing the same candidate again does not undo a decision of a person
    again = publish(home, second.candidate_id)
    assert not again.is_new and current_id(home) == first.id
    assert verify_release(home, second.id) == []


def test_a_withdrawn_release_is_not_shown_again(two: tuple[Home, Release, Release]) -> None:
    home, first, second = two
    gone = withdraw(home, second.id, "опубликован не тот год")
    assert gone.withdrawn == "опубликован не тот год" and not gone.is_current
    assert current_id(home) == first.id
    with pytest.raises(GateRefused, match="не тот год"):
        rollback(home, second.id)
    with pytest.raises(GateRefused, match="отозван"):
        publish(home, second.candidate_id)
    with pytest.raises(UsageError, match="уже отозван"):
        withdraw(home, second.id, "ещё раз")
    assert verify_release(home, second.id) == []  # its bytes stay for the record
    withdraw(home, first.id, "тоже")
    assert current_release(home) is None


def test_withdrawal_needs_a_reason(two: tuple[Home, Release, Release]) -> None:
    home, _, second = two
    with pytest.raises(UsageError, match="причину"):
        withdraw(home, second.id, "  ")
    assert current_id(home) == second.id


def test_damage_is_seen_and_not_rolled_back_to(two: tuple[Home, Release, Release]) -> None:
    home, first, _ = two
    path = first.public / "report.html"
    path.chmod(0o644)
    path.write_text("changed")
    first.public.chmod(0o755)
    (first.public / "dictionary.html").unlink()
    (first.public / "extra.txt").write_text("x")
    assert verify_release(home, first.id) == [
        "нет файла public/dictionary.html",
        "лишний файл public/extra.txt",
        "файл изменён: public/report.html",
    ]
    with pytest.raises(GateRefused, match="повреждён"):
        rollback(home, first.id)


def test_a_cut_line_of_the_journal_harms_no_other(two: tuple[Home, Release, Release]) -> None:
    home, first, second = two
    path = home.releases / JOURNAL
    path.write_bytes(path.read_bytes()[:-10])  # a crash in the middle of the second line
    record(home, "rolled_back", first.id)
    assert [event["release"] for event in journal(home)] == [first.id, first.id]
    # the release whose line was cut is current or not; it is whole, and publishing it again finishes it
    assert publish(home, second.candidate_id).id == get_release(home, second.id).id


def test_words_of_figures_and_changes() -> None:
    share = figure(20, 80, indicator_code="I1", measure="share", area_kind="school", area_code="720001", gia_level="9",
                   cutoff="main", denominator_kind="admitted", academic_year=BEFORE)  # fmt: skip
    told = (
        "academic_year",
        "area_kind",
        "area_code",
        "indicator_code",
        "measure",
        "gia_level",
        "cutoff",
        "denominator_kind",
    )
    words = "2023-2024, школа 720001: I1 доля, % (уровень 9, основной период, от допущенных)"
    assert figure_words({key: share[key] for key in told}) == words
    assert value_words(share) == "25 (20 из 80)"
    assert value_words({"symbol": "x", "value": None}) == "нет данных"
    assert value_words({"value_low": 40.0, "value_high": 62.5}) == "от 40 до 62,50"
    assert changes_text(ReleaseDiff(), None, {}, is_first=True).endswith("Первый выпуск.\n")
    assert "Показатели не изменились" in changes_text(ReleaseDiff(), "0001-aa", {})
    assert "2023-2024 — 3" in changes_text(ReleaseDiff(added={"2023-2024": 3}), "0001-aa", {})
