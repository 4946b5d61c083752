"""``opora doctor`` on a home that is well and on many that are not: says what is wrong, alone, and changes nothing."""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from ingestion.run import ingest
from opora.cli.app import app
from opora.config import Config
from opora.home import Home
from opora.locks import writer_lock
from opora.operations.backup import LAST, STAMP
from orchestration.settings import write_settings
from publication.releases import make_read_only, remove_tree
from tests.ingestion.conftest import admission, sidecar, write_csv
from tests.publication.release_fixture import make_release


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A real home: one delivery read, two releases by hand, settings of Dagster."""
    home = Home.create(tmp_path_factory.mktemp("model") / "home", Config.model_validate({}))
    write_settings(home)
    path = write_csv(home.inbox / "gia_admission" / "допуск.csv", admission(["Иванов Иван", "Петров Пётр"]))
    sidecar(path, academic_year="2024-2025", as_of=date(2025, 5, 1))
    assert not ingest(home).returned
    for sequence in (1, 2):
        make_read_only(home.releases / make_release(home, sequence))
    return home


@pytest.fixture
def home(model: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Home]:
    for name in [name for name in os.environ if name.startswith("OPORA_")]:
        monkeypatch.delenv(name)
    root = tmp_path / "home"
    shutil.copytree(model.root, root, symlinks=True)
    shutil.copytree(model.vault, root.with_name("home-vault"))
    yield Home.open(root)
    remove_tree(root)


def examined(home: Home, *options: str) -> tuple[int, list[str], str]:
    """Return the exit code, the names of the examinations that failed, and all that was printed."""
    before = state(home)
    done = CliRunner().invoke(app, ["doctor", "--home", str(home.root), *options])
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    assert state(home) == before, "a doctor changes nothing"
    return done.exit_code, [line[2:] for line in done.output.splitlines() if line[:1] == "✗"], done.output


def state(home: Home) -> dict[str, tuple[int, bytes]]:
    return {
        str(path): (path.lstat().st_mode, path.read_bytes() if path.is_file() and not path.is_symlink() else b"")
        for root in (home.root, home.vault)
        for path in sorted(root.rglob("*"))
        if path.suffix != ".lock"
    }  # fmt: skip


def lake_file(home: Home) -> Path:
    return next(home.lake.glob("gia_admission/*/*/*.parquet"))


def cut(path: Path) -> None:
    path.parent.chmod(0o700)
    path.chmod(0o600)
    path.write_bytes(path.read_bytes()[:-9])


def fewer_rows(home: Home) -> None:
    table = pq.read_table(lake_file(home))
    pq.write_table(table.slice(1), lake_file(home))


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def original(home: Home) -> Path:
    return next((home.vault / "originals").iterdir())


LEDGER, RELEASE = "учёт поставок и озеро", "выпуски"
VAULT, INBOX = "хранилище имён и ключ", "входящие файлы"
RIGHTS, DAGSTER = "права на папки и файлы", "настройки Dagster"
ACTS, RULES = "акты и решения (acts/)", "правила центра (rules/)"
DAMAGES: list[tuple[str, Callable[[Home], object], str]] = [
    (RIGHTS, lambda h: h.lake.chmod(0o755), "lake: открыта другим (755)"),
    (RIGHTS, lambda h: h.vault.chmod(0o750), "chmod 700"),
    (RIGHTS, lambda h: (h.vault / "key").chmod(0o644), "key открыт другим (644)"),
    (RIGHTS, lambda h: shutil.rmtree(h.runs), "runs: нет папки"),
    (VAULT, lambda h: (h.vault / "key").write_bytes(b"short"), "ключ повреждён (5 байт"),
    (VAULT, lambda h: (h.vault / "key").unlink(), "восстановите ключ из копии"),
    (LEDGER, lambda h: original(h).unlink(), "нет исходного файла поставки"),
    (LEDGER, lambda h: lake_file(h).unlink(), "восстановите дом из копии"),
    (LEDGER, lambda h: cut(lake_file(h)), "повреждён"),
    (LEDGER, fewer_rows, "строк 1, принято 2"),
    (LEDGER, lambda h: cut(h.lake / "ledger" / "deliveries.json"), "JSONDecodeError"),
    (LEDGER, lambda h: next((h.lake / "readings").iterdir()).unlink(), "FileNotFoundError"),
    (INBOX, lambda h: (h.inbox / "всё.csv").symlink_to("/etc/passwd"), "ссылка, её не читают"),
    (INBOX, lambda h: (h.inbox / "папка").symlink_to("/etc"), "ссылка, её не читают"),
    (INBOX, lambda h: os.mkfifo(h.inbox / "труба.csv"), "не файл"),
    (DAGSTER, lambda h: write(h.dagster / "dagster.yaml", "concurrency: ["), "не читается"),
    (DAGSTER, lambda h: write(h.dagster / "dagster.yaml", "telemetry: {enabled: false}"), "один писатель"),
    (DAGSTER, lambda h: (h.dagster / "dagster.yaml").unlink(), "нет dagster/dagster.yaml"),
    (ACTS, lambda h: write(h.acts / "waivers" / "a.yaml", "rule: ["), "acts/waivers/a.yaml"),
    (ACTS, lambda h: write(h.acts / "waivers" / "a.yaml", "rule: x"), "acts/waivers/a.yaml: scope"),
    (ACTS, lambda h: write(h.acts / "persons" / "a.yaml", "- same: [1]"), "решение 1"),
    (RULES, lambda h: write(h.rules / "no_such.csv", "a,b"), "нет такого справочника"),
    (RULES, lambda h: write(h.rules / "exam_minimums.csv", "a,b"), "столбцы должны быть"),
    (RELEASE, lambda h: cut(h.releases / "0002-00000002/public/datapackage.json"), "файл изменён"),
    (RELEASE, lambda h: (h.releases / "0002-00000002/internal").chmod(0o755), "chmod 500"),
    (RELEASE, lambda h: cut(h.releases / "0001-00000001/internal/manifest.json"), "JSONDecodeError"),
    (RELEASE, lambda h: remove_tree(h.releases / "0002-00000002"), "а его нет"),
]  # fmt: skip


def test_a_home_that_is_well(home: Home) -> None:
    code, failed, text = examined(home)
    assert (code, failed) == (0, []) and text.count("✓") == 12
    assert "копий этого дома ещё не делали" in text and "только в alerts.jsonl" in text
    code, failed, text = examined(home, "--deep")
    assert (code, failed) == (0, []) and text.count("✓") == 14


@pytest.mark.parametrize(("name", "damage", "told"), DAMAGES)
def test_what_is_wrong_is_told_alone(
    home: Home, name: str, damage: Callable[[Home], object], told: str
) -> None:
    damage(home)
    code, failed, text = examined(home)
    assert (code, failed) == (1, [name]), text
    assert told in text.replace("\n", "")


def test_only_the_deep_look_reads_every_byte(home: Home) -> None:
    original(home).write_bytes(b"changed")
    cut(home.releases / "0001-00000001/public/datapackage.json")
    assert examined(home)[:2] == (0, [])
    code, failed, _ = examined(home, "--deep")
    assert (code, failed) == (1, ["исходные файлы, байт за байтом", "все выпуски, байт за байтом"])


def test_a_vault_that_is_elsewhere_is_missed(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPORA_VAULT", str(tmp_path / "nowhere"))
    code, failed, text = examined(home)
    assert code == 1 and VAULT in failed and "проверьте OPORA_VAULT" in text
    assert not (tmp_path / "nowhere").exists()


def test_secrets_are_proved_and_never_printed(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "password"
    path.write_text("s3cret")
    path.chmod(0o644)
    monkeypatch.setenv("OPORA_ALERT_SMTP_PASSWORD_FILE", str(path))
    monkeypatch.setenv("OPORA_ALERT_SMTP", "mail.local")
    monkeypatch.setenv("OPORA_POSTGRES_URL", "postgresql://u:s3cret@h/d")
    monkeypatch.setenv("OPORA_POSTGRES_URL_FILE", str(path))
    code, failed, text = examined(home)
    assert (code, failed) == (1, ["секреты и каналы оповещений"]) and "s3cret" not in text
    assert "chmod 640" in text and "OPORA_ALERT_TO нет" in text and "оставьте одну" in text


def test_a_run_at_work_is_told(home: Home) -> None:
    child = os.fork()
    if not child:  # another process holds the home until it is ended
        with writer_lock(home):
            (home.root.parent / "held").touch()
            signal.pause()
    try:
        while not (home.root.parent / "held").exists():
            pass
        assert examined(home)[:2] == (1, ["замок записи свободен"])
    finally:
        os.kill(child, 9)
        os.waitpid(child, 0)


def test_old_backups_are_told_and_no_fault(home: Home) -> None:
    old = datetime.now(UTC) - timedelta(days=40)
    write(home.root / LAST, f'{{"stamp": "{old.strftime(STAMP)}"}}')
    code, _, text = examined(home)
    assert code == 0 and "последней копии 40 дн." in text


@pytest.mark.parametrize(
    ("file", "text", "told"),
    [
        ("opora.yaml", "municipality: [", "не читается как YAML"),
        ("opora.yaml", "munincipality: {}", "munincipality"),
        ("home.json", "{", "не читается"),
        ("home.json", '{"version": 99}', "дом версии 99"),
    ],
)
def test_a_home_that_cannot_be_opened_says_why(home: Home, file: str, text: str, told: str) -> None:
    write(home.root / file, text)
    done = CliRunner().invoke(app, ["doctor", "--home", str(home.root)])
    assert told in str(done.exception)
