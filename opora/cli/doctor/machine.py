"""What the machine gives a home: version, permissions, disk, lock, Dagster's settings, secrets."""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import yaml
from filelock import FileLock, Timeout

from opora.errors import UsageError
from opora.home import PRIVATE, VERSION, Home
from opora.operations.backup import last_backup
from opora.secrets import secret
from opora.yaml_files import read_yaml

_LOW_DISK = 2 << 30
_OLD_BACKUP_DAYS = 14
_OTHERS = stat.S_IRWXG | stat.S_IRWXO
SECRETS = (
    "OPORA_POSTGRES_URL",
    "OPORA_ALERT_WEBHOOK",
    "OPORA_ALERT_SMTP_PASSWORD",
)
_CHANNELS = ("OPORA_ALERT_WEBHOOK", "OPORA_ALERT_WEBHOOK_FILE", "OPORA_ALERT_SMTP")


def version(home: Home) -> Iterator[str]:
    """The tree of the home is of this program's version."""
    if home.version < VERSION:
        yield f"{home.version}, программа пишет {VERSION}: opora backup, затем opora migrate"


def permissions(home: Home) -> Iterator[str]:
    """Private folders are their owner's alone, so is every file of the vault, and the owner is who runs this."""
    for folder in home.private_folders:
        if not folder.exists():
            yield f"{folder.name}: нет папки; её создаст «opora run»"
        elif (mode := stat.S_IMODE(folder.stat().st_mode)) & _OTHERS:
            yield f"{folder.name}: открыта другим ({mode:o}); выполните chmod {PRIVATE:o} {folder}"
        elif folder.stat().st_uid != os.geteuid() and os.geteuid():
            yield f"{folder.name}: принадлежит другому пользователю; запускайте Опору от владельца дома"
    for path in sorted(home.vault.rglob("*")) if home.vault.exists() else ():
        if not path.is_symlink() and (mode := stat.S_IMODE(path.stat().st_mode)) & _OTHERS:
            name = path.relative_to(home.vault)
            yield f"хранилище имён: {name} открыт другим ({mode:o}); выполните chmod -R go= {home.vault}"


def disk(home: Home) -> Iterator[str]:
    """There is room for the next run, and the home and its vault take files."""
    for name, folder in (("дом", home.root), ("хранилище имён", home.vault)):
        if not folder.exists():
            continue
        free = shutil.disk_usage(folder).free
        if free < _LOW_DISK:
            yield f"{name}: осталось {free >> 20} МиБ; освободите место (opora prune) или перенесите дом"
        try:
            with tempfile.TemporaryFile(dir=folder):
                pass
        except OSError as error:
            yield f"{name}: запись не удаётся ({error.strerror}); проверьте права, диск и файловую систему"


def lock(home: Home) -> Iterator[str]:
    """No run holds the home."""
    try:
        with FileLock(str(home.lock_file), timeout=0):
            return
    except Timeout:
        yield "идёт запуск; если его нет, найдите процесс: fuser .opora.lock"
    except OSError as error:
        yield f"файл замка недоступен ({error.strerror})"


def dagster_settings(home: Home) -> Iterator[str]:
    """Dagster's settings can be read, keep one writer and call nobody."""
    path = home.dagster / "dagster.yaml"
    if not path.exists():
        yield "нет dagster/dagster.yaml; его запишет «opora run»"
        return
    try:
        settings = read_yaml(path) or {}
        concurrency = settings.get("concurrency") or {}
        limits = (
            (concurrency.get("runs") or {}).get("max_concurrent_runs"),
            (concurrency.get("pools") or {}).get("default_limit"),
        )
        is_silent = (settings.get("telemetry") or {}).get("enabled") is False
    except (yaml.YAMLError, AttributeError, UnicodeDecodeError):
        yield "dagster/dagster.yaml не читается; удалите его, «opora run» запишет новый"
        return
    if limits != (1, 1):
        yield "dagster.yaml: max_concurrent_runs и default_limit должны быть 1: у дома один писатель"
    if not is_silent:
        yield "dagster.yaml: telemetry.enabled должно быть false"


def secrets(_home: Home) -> Iterator[str]:
    """Each secret stands in one place that can be read by its owner only."""
    for name in SECRETS:
        try:
            secret(name)
        except UsageError as error:
            yield str(error)
    if os.environ.get("OPORA_ALERT_SMTP"):
        for name in ("OPORA_ALERT_FROM", "OPORA_ALERT_TO"):
            if not os.environ.get(name):
                yield f"OPORA_ALERT_SMTP задан, а {name} нет: письма не уйдут"


def notes(home: Home) -> Iterator[str]:
    """What is no fault and worth knowing: who is told about failures, and how old the last backup is."""
    if not any(os.environ.get(name) for name in _CHANNELS):
        yield "о сбоях пишется только в alerts.jsonl: каналы OPORA_ALERT_… не заданы в этом окружении"
    made = last_backup(home)
    if made is None:
        yield "копий этого дома ещё не делали: opora backup ПАПКА"
    elif (age := (datetime.now(UTC) - made).days) > _OLD_BACKUP_DAYS:
        yield f"последней копии {age} дн.: opora backup ПАПКА"
    size = _size(home.candidates) + _size(home.cache)
    yield f"кандидаты и готовые части занимают {size >> 20} МиБ; лишнее убирает opora prune"


def _size(folder: Path) -> int:
    return sum(path.lstat().st_size for path in folder.rglob("*") if path.is_file())
