"""The page about a run: true to Dagster's history, says what stopped it, and holds no message that may quote a row."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest

from ingestion.run import IngestReport, Outcome
from opora.candidates import Candidate
from opora.config import Config
from opora.files import write_json
from opora.home import Home
from orchestration.outcome import MAIN_JOB
from orchestration.sensors import SUMMARY_SENSOR, failure_alerts, run_summaries
from orchestration.summary import page
from orchestration.summary.facts import StepTime, run_facts
from orchestration.summary.page import write_summary
from quality.finding import Finding
from tests.orchestration.small_job import small_job
from tests.publication.release_fixture import make_release

REPORT = IngestReport(
    accepted=[
        Outcome("контингент.xlsx", "a" * 64, "contingent", "accepted", "", is_new=True),
        Outcome("старый.xlsx", "b" * 64, "contingent", "accepted", "", is_new=False),
    ],
    returned=[Outcome("<чужой>.pdf", "c" * 64, None, "returned", "не таблица", is_new=True)],
)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home.create(tmp_path / "home", Config.model_validate({}))


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.ephemeral() as made:
        yield made


def run(instance: dg.DagsterInstance, **how: object) -> str:
    job = small_job(REPORT, how.pop("release", {}), **how)  # type: ignore[arg-type]
    return job.execute_in_process(instance=instance, raise_on_error=False).run_id


def two_releases(home: Home) -> tuple[str, str]:
    first, second = make_release(home, 1), make_release(home, 2)
    path = home.releases / second / "internal" / "manifest.json"
    path.chmod(0o644)
    path.write_text(
        json.dumps(json.loads(path.read_text()) | {"previous_release": first, "note": "опечатка"})
    )
    return first, second


def test_a_published_run(home: Home, instance: dg.DagsterInstance) -> None:
    first, second = two_releases(home)
    run_id = run(instance, release={"release": second, "candidate": "c1", "is_new": True})
    path = write_summary(home, instance, run_id)
    text = path.read_text(encoding="utf-8")
    assert text == (home.runs / "latest.html").read_text(encoding="utf-8")
    assert path.stat().st_mode & 0o777 == 0o600
    assert f"Опубликован выпуск {second}." in text
    assert "Файлов во входящих: 3, новых или изменённых: 2, возвращено целиком: 1." in text
    assert "&lt;чужой&gt;.pdf: не таблица (новое)" in text and "<чужой>" not in text
    # 3000 figures: six of seven have a value, and every numerator differs
    assert (
        f"С выпуска {first}: исправлено показателей 3000, появилось 0, исчезло 0. Основание: опечатка."
        in text
    )
    for word in ("contingent", "входные данные и правила", "проверки данных", "публикация"):
        assert word in text
    assert "http" not in text


def test_a_run_that_publishes_nothing_new(home: Home, instance: dg.DagsterInstance) -> None:
    run_id = run(instance, release={"release": "0001-aaaaaaaa", "candidate": "c1", "is_new": False})
    text = write_summary(home, instance, run_id).read_text(encoding="utf-8")
    assert "ничего не изменилось" in text and "Нового выпуска нет." in text


def test_a_refused_run_says_what_stopped_it(home: Home, instance: dg.DagsterInstance) -> None:
    candidate = Candidate(home, "c1")
    candidate.root.mkdir()
    stopping = Finding("total_mismatch", "door", "blocker", "итог не сходится", "исправьте итог", "a.xlsx")
    covered = Finding("year_gap", "marts", "blocker", "пропуск года").covered("w.yaml")
    write_json(candidate.findings, [stopping.as_json(), covered.as_json()])
    run_id = run(instance, refused="выпуск остановлен, замечаний: 1")
    text = write_summary(home, instance, run_id).read_text(encoding="utf-8")
    assert ">Выпуск остановлен, замечаний: 1. Прошлый выпуск остаётся в силе." in text
    assert "total_mismatch" in text and "исправьте итог" in text and "year_gap" not in text
    assert "не завершён" in text and "публикация" not in text


def test_a_failure_is_told_without_its_message(home: Home, instance: dg.DagsterInstance) -> None:
    run_id = run(instance, broken=True)
    text = write_summary(home, instance, run_id).read_text(encoding="utf-8")
    assert "Сбой на шаге «findings: ValueError»" in text
    assert "Иванов" not in text


def test_times_stand_against_those_of_earlier_runs(instance: dg.DagsterInstance) -> None:
    runs = [run(instance, release={}) for _ in range(4)]
    broken = run(instance, broken=True)
    steps = {item.step: item for item in run_facts(instance, runs[-1]).steps}
    assert list(steps) == ["lake__contingent", "candidate_inputs", "findings", "release"]
    for name, step in steps.items():
        # by hand from the events of each earlier run
        expected = []
        for earlier in reversed(runs[:-1]):
            entries = [entry for entry in instance.all_logs(earlier) if entry.step_key == name]
            times = {
                entry.dagster_event.event_type_value: entry.timestamp
                for entry in entries
                if entry.dagster_event is not None
            }
            expected.append(times["STEP_SUCCESS"] - times["STEP_START"])
        assert step.earlier == pytest.approx(expected)
    after = {item.step: item for item in run_facts(instance, broken).steps}
    assert after["findings"].is_failed and len(after["findings"].earlier) == 4
    again = {item.step: item for item in run_facts(instance, run(instance, release={})).steps}
    assert len(again["findings"].earlier) == 4  # a failed step says nothing about how long it takes


@pytest.mark.parametrize(
    ("seconds", "earlier", "usual", "is_slow"),
    [
        (9.0, (4.0, 4.0), None, False),  # two runs are no history
        (9.5, (4.0, 5.0, 3.0), 4.0, True),
        (8.5, (4.0, 5.0, 3.0), 4.0, False),  # twice, but four and a half seconds only
        (30.0, (20.0, 20.0, 20.0), 20.0, False),  # ten seconds, but not twice
    ],
)
def test_slow_is_twice_and_five_seconds(
    seconds: float, earlier: tuple[float, ...], usual: float | None, is_slow: bool
) -> None:
    step = StepTime("x", seconds, earlier)
    assert (step.usual, step.is_slow) == (usual, is_slow)


def test_only_the_last_pages_stay(
    home: Home, instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page, "KEPT", 2)
    for day in ("01", "02"):
        (home.runs / f"202001{day}T000000Z-aaaaaaaa.html").write_text("")
    new = write_summary(home, instance, run(instance, release={}))
    assert sorted(path.name for path in home.runs.iterdir()) == [
        "20200102T000000Z-aaaaaaaa.html", new.name, "disk.jsonl", "latest.html",
    ]  # fmt: skip


def test_growth_is_told_since_the_run_before(home: Home, instance: dg.DagsterInstance) -> None:
    (home.lake / "a.parquet").write_bytes(b"x" * 2**20)
    first = write_summary(home, instance, run(instance, release={})).read_text(encoding="utf-8")
    assert '<td>принятые строки</td><td class="n">1,0</td><td class="n">—</td>' in first
    (home.lake / "b.parquet").write_bytes(b"x" * (3 * 2**20 // 2))
    with (home.runs / "disk.jsonl").open("a") as stream:
        stream.write('{"run": "cut')  # by a crash
    second = write_summary(home, instance, run(instance, release={})).read_text(encoding="utf-8")
    assert '<td>принятые строки</td><td class="n">2,5</td><td class="n">+1,5</td>' in second
    third = write_summary(home, instance, run(instance, release={})).read_text(encoding="utf-8")
    assert '<td>принятые строки</td><td class="n">2,5</td><td class="n">0,0</td>' in third


def test_the_daemon_writes_the_page_too(home: Home, instance: dg.DagsterInstance) -> None:
    """Asked as Dagster asks it after a run that it started."""
    job = small_job(REPORT, {"release": "r", "is_new": False})
    result = job.execute_in_process(instance=instance)
    sensor = next(item for item in run_summaries(home) if item.name == SUMMARY_SENSOR)
    event = next(item for item in result.all_events if item.event_type_value == "PIPELINE_SUCCESS")
    sensor(
        dg.build_run_status_sensor_context(
            sensor_name=sensor.name,
            dagster_event=event,
            dagster_instance=instance,
            dagster_run=instance.get_run_by_id(result.run_id),
        )
    )
    assert result.run_id in (home.runs / "latest.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("how", "title", "told"),
    [
        ({"refused": "выпуск остановлен, замечаний: 2"}, "остановлен проверками", "замечаний: 2"),
        ({"broken": True}, "не удался", "runs/latest.html"),
    ],
)
def test_an_alert_tells_a_refusal_from_a_failure(
    home: Home, instance: dg.DagsterInstance, how: dict[str, object], title: str, told: str
) -> None:
    result = small_job(REPORT, {}, **how).execute_in_process(instance=instance, raise_on_error=False)  # type: ignore[arg-type]
    event = next(item for item in result.all_events if item.event_type_value == "PIPELINE_FAILURE")
    context = dg.build_run_status_sensor_context(
        sensor_name="failure_alerts",
        dagster_event=event,
        dagster_instance=instance,
        dagster_run=instance.get_run_by_id(result.run_id),
    ).for_run_failure()
    failure_alerts(home)(context)
    line = json.loads((home.root / "alerts.jsonl").read_text(encoding="utf-8"))
    assert title in line["title"] and told in line["text"] and "Иванов" not in line["text"]
    assert result.job_def.name == MAIN_JOB
