"""``HOME/acts/deliveries/*.yaml``: deliveries made by mistake, taken out of the figures and put back by a person's act.

    - act: withdraw            # or restore
      delivery: 5f0c…          # the SHA-256 of the file, 64 hex digits
      reason: прислан чужой файл
      signer: Петрова А. В., методист
      date: 2025-06-20

Nothing is deleted: bytes, readings and rows stay, they stop counting. The last act about a delivery (by date, then file
and place in it) holds. The same bytes sent again are the same delivery and stay withdrawn. No name of a file stands
here: acts are read by more people than the ledger, and names of files may be names of people.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from opora.errors import UsageError
from opora.files import write_text
from opora.home import Home
from opora.yaml_files import read_yaml

WITHDRAW, RESTORE = "withdraw", "restore"
_FIELDS = ("act", "delivery", "reason", "signer", "date")
_HEADING = "# Отзыв поставки и его отмена. Записи не удаляют: действует последняя.\n"


@dataclass(frozen=True)
class Act:
    """One decision about one delivery. ``kind`` is ``withdraw`` or ``restore``."""

    kind: str
    delivery_id: str
    reason: str
    signer: str
    day: date

    @property
    def told(self) -> str:
        """Return the decision in words, for the list of deliveries."""
        return f"отозвано {self.day:%d.%m.%Y} ({self.signer}): {self.reason}"


def folder(home: Home) -> Path:
    """Return ``HOME/acts/deliveries``."""
    return home.acts / "deliveries"


def read_acts(home: Home) -> list[Act]:
    """Return all acts, oldest first; raise ``UsageError`` naming file and entry when one is not complete."""
    found: list[tuple[date, str, int, Act]] = []
    for path in sorted(folder(home).glob("*.yaml")):
        for number, entry in enumerate(_entries(path), start=1):
            act = _act(f"{path}: запись {number}", entry)
            found.append((act.day, path.name, number, act))
    return [item[3] for item in sorted(found, key=lambda item: item[:3])]


def withdrawn(home: Home) -> dict[str, Act]:
    """Return the act that holds by delivery, for deliveries that are withdrawn now."""
    last = {act.delivery_id: act for act in read_acts(home)}
    return {delivery: act for delivery, act in last.items() if act.kind == WITHDRAW}


def record(home: Home, kind: str, delivery_id: str, reason: str, signer: str, day: date) -> Path:
    """Append an act to the delivery's own file and return the file; the caller holds the writer's lock.

    Raises ``UsageError`` for a withdrawal of what is withdrawn, a restoration of what is not, and an empty reason.
    """
    if not reason.strip() or not signer.strip():
        raise UsageError("укажите основание (--reason) и кто решил (--signer)")
    acts = read_acts(home)
    is_withdrawn = delivery_id in withdrawn(home)
    if kind == WITHDRAW and is_withdrawn:
        raise UsageError(f"поставка {delivery_id[:12]} уже отозвана")
    if kind == RESTORE and not is_withdrawn:
        raise UsageError(f"поставка {delivery_id[:12]} не отозвана, возвращать нечего")
    # A clock that was set back must not let an older act hold.
    day = max([day, *(act.day for act in acts if act.delivery_id == delivery_id)])
    path = folder(home) / f"{delivery_id}.yaml"
    entries = _entries(path) if path.exists() else []
    entry = {
        "act": kind,
        "delivery": delivery_id,
        "reason": reason.strip(),
        "signer": signer.strip(),
        "date": day,
    }
    _write(path, [*entries, entry])
    if (delivery_id in withdrawn(home)) == is_withdrawn:
        raise UsageError(
            f"о поставке {delivery_id[:12]} в {folder(home)} есть записи и в других файлах; соберите их в {path.name}"
        )
    return path


def find(deliveries: Iterable[str], beginning: str) -> str:
    """Return the only delivery whose id begins so; raise ``UsageError`` when there is none or several."""
    wanted = beginning.strip().lower()
    matching = [delivery for delivery in deliveries if wanted and delivery.startswith(wanted)]
    if not matching:
        raise UsageError(f"нет поставки «{beginning}»; номера показывает opora deliveries")
    if len(matching) > 1:
        raise UsageError(f"«{beginning}» — начало {len(matching)} номеров; допишите знаки")
    return matching[0]


def _entries(path: Path) -> list[Any]:
    import yaml

    try:
        value = read_yaml(path) or []
    except yaml.YAMLError as error:
        raise UsageError(f"{path}: не читается как YAML") from error
    return value if isinstance(value, list) else [value]


def _act(place: str, entry: Any) -> Act:
    if not isinstance(entry, dict) or set(entry) != set(_FIELDS) or not all(entry.values()):
        raise UsageError(f"{place}: нужны поля {', '.join(_FIELDS)}, все заполнены")
    if entry["act"] not in (WITHDRAW, RESTORE):
        raise UsageError(f"{place}: act — {WITHDRAW} или {RESTORE}")
    if not re.fullmatch(r"[0-9a-f]{64}", str(entry["delivery"])):
        raise UsageError(f"{place}: delivery — контрольная сумма файла, 64 знака (имя файла в returns/)")
    if not isinstance(entry["date"], date):
        raise UsageError(f"{place}: date — дата вида 2025-06-20")
    return Act(
        entry["act"], str(entry["delivery"]), str(entry["reason"]), str(entry["signer"]), entry["date"]
    )


def _write(path: Path, entries: list[Any]) -> None:
    import yaml

    path.parent.mkdir(parents=True, exist_ok=True)
    write_text(path, _HEADING + yaml.safe_dump(entries, allow_unicode=True, sort_keys=False, width=1000))
