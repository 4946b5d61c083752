"""``HOME/acts/schools``: what people decided and what the system proposes about names of schools.

``confirmed.yaml``    a person's decisions, the only ones that count; entries moved here from the proposals:
                      ``municipality_name``, ``school_name`` (as in the file), ``school_code``, ``signer``.
``proposed.yaml``     written by the system at every run: near names with their score. Never read back.
``provisional.yaml``  provisional codes of schools and municipal bodies, kept so that they stay stable.

Every ``*.yaml`` other than the last two counts as confirmations.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ingestion.schools.names import fold_municipality, fold_school_name
from opora.errors import UsageError
from opora.files import write_text
from opora.home import Home
from opora.yaml_files import read_yaml

PROPOSED = "proposed.yaml"
PROVISIONAL = "provisional.yaml"

_HEADING = """\
# Похожие названия школ. Программа сама их не соединяет.
# Если школа та же, перенесите запись в confirmed.yaml и допишите signer (кто решил).
# Этот файл переписывается при каждом запуске.
"""


def folder(home: Home) -> Path:
    """Return ``HOME/acts/schools``."""
    return home.acts / "schools"


def confirmed_codes(home: Home) -> dict[tuple[str, str], str]:
    """Return (folded municipality or '', folded school) → school code that a person confirmed.

    Raises ``UsageError`` naming file and entry when a field is missing or two entries contradict each other.
    """
    found: dict[tuple[str, str], str] = {}
    for path in sorted(folder(home).glob("*.yaml")):
        if path.name in {PROPOSED, PROVISIONAL}:
            continue
        for number, entry in enumerate(_read(path) or [], 1):
            key, code = _confirmation(path, number, entry)
            if found.setdefault(key, code) != code:
                raise UsageError(f"{path}: решение {number}: для этого названия уже подтверждён другой код")
    return found


def _confirmation(path: Path, number: int, entry: Any) -> tuple[tuple[str, str], str]:
    place = f"{path}: решение {number}"
    if not isinstance(entry, dict):
        raise UsageError(f"{place}: ожидаются поля school_name, school_code, signer")
    missing = [name for name in ("school_name", "school_code", "signer") if not entry.get(name)]
    if missing:
        raise UsageError(f"{place}: не заполнено: {', '.join(missing)}")
    key = (fold_municipality(entry.get("municipality_name")), fold_school_name(entry["school_name"]))
    code = str(entry["school_code"]).strip().upper()
    return key, code.zfill(6) if code.isdigit() else code


def write_proposals(home: Home, proposals: list[dict[str, Any]]) -> None:
    """Write ``proposed.yaml``; no file when there is nothing to propose."""
    path = folder(home) / PROPOSED
    if not proposals:
        path.unlink(missing_ok=True)
        return
    _write(path, proposals, _HEADING)


def read_provisional(home: Home) -> dict[str, list[dict[str, Any]]]:
    """Return the kept provisional codes: lists ``municipalities`` and ``schools``."""
    kept = _read(folder(home) / PROVISIONAL) or {}
    return {"municipalities": kept.get("municipalities", []), "schools": kept.get("schools", [])}


def write_provisional(home: Home, kept: dict[str, list[dict[str, Any]]]) -> None:
    """Keep provisional codes; the file is left alone when nothing changed."""
    if kept != read_provisional(home):
        _write(
            folder(home) / PROVISIONAL, kept, "# Временные коды школ. Не правьте и не удаляйте этот файл.\n"
        )


def _read(path: Path) -> Any:
    import yaml

    if not path.exists():
        return None
    try:
        return read_yaml(path)
    except yaml.YAMLError as error:
        raise UsageError(f"{path}: не читается как YAML") from error


def _write(path: Path, value: Any, heading: str) -> None:
    import yaml

    body = yaml.safe_dump(value, allow_unicode=True, sort_keys=False, width=1000)
    write_text(path, heading + body)
