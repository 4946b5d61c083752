"""``CHANGES.md`` in Russian words: what differs from the release before, and why."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from publication.diff import FigureChange, ReleaseDiff

_MOST_LINES = 500
_AREAS = {"school": "школа", "group": "группа", "municipality": "муниципалитет", "region": "регион"}
_SYMBOLS = {
    "z": "неприменимо",
    "x": "нет данных",
    "c": "скрыто",
    "low": "меньше половины единицы",
    "u": "ненадёжно",
}
_NOT_TOLD = frozenset(
    {"academic_year", "municipality_code", "area_kind", "area_code", "indicator_code", "measure"}
)
_WORDS = {
    "share": "доля, %",
    "pupils": "обучающихся",
    "participations": "участий",
    "diplomas": "дипломов",
    "per_100": "на 100 обучающихся",
    "share_of_participants": "доля от участников, %",
    "older_grade": "выступают за старший класс",
    "teachers": "педагогов",
    "main": "основной период",
    "september": "с сентябрём",
    "admitted": "от допущенных",
    "enrolled": "от контингента",
    "russian": "русский язык",
    "mathematics": "математика",
    "winner": "победители",
    "prize_winner": "призёры",
    "school": "школьный этап",
    "municipal": "муниципальный этап",
    "year": "год",
}
_TITLES = {
    "gia_level": "уровень",
    "stage": "этап",
    "subject": "предмет",
    "award": "награда",
    "period": "период",
}


def changes_text(
    diff: ReleaseDiff,
    previous: str | None,
    deliveries: Mapping[str, str],
    note: str | None = None,
    is_first: bool = False,
) -> str:
    """Return the text of ``CHANGES.md``; ``deliveries`` gives the words for a delivery's id."""
    if is_first:
        return "# Что изменилось\n\nПервый выпуск.\n"
    lines = ["# Что изменилось", "", f"Сравнение с выпуском {previous}."]
    if note:
        lines += ["", f"Основание: {note}"]
    if diff.is_empty:
        return "\n".join([*lines, "", "Показатели не изменились.", ""])
    for title, counts in (("Появились показатели", diff.added), ("Больше нет показателей", diff.removed)):
        if counts:
            listed = "; ".join(f"{year} — {count}" for year, count in counts.items())
            lines += ["", f"{title} по учебным годам: {listed}."]
    if diff.changed:
        lines += ["", f"## Исправлены опубликованные показатели: {len(diff.changed)}", ""]
        lines += [f"- {_line(change, deliveries)}" for change in diff.changed[:_MOST_LINES]]
        if len(diff.changed) > _MOST_LINES:
            lines.append(f"- … и ещё {len(diff.changed) - _MOST_LINES}; все — «opora releases diff».")
    return "\n".join([*lines, ""])


def figure_words(key: Mapping[str, str]) -> str:
    """Return how a figure is called: year, area, indicator, and the keys that apply to it."""
    area = f"{_AREAS.get(key.get('area_kind', ''), '')} {key.get('area_code', '')}".strip()
    what = f"{key.get('indicator_code', '')} {_WORDS.get(key.get('measure', ''), key.get('measure', ''))}".strip()
    details = [
        f"{_TITLES[name]} {_WORDS.get(value, value)}"
        if name in _TITLES and value not in _WORDS
        else _WORDS.get(value, value)
        for name, value in key.items()
        if name not in _NOT_TOLD and value not in ("z", "any", "all")
    ]
    told = ", ".join(details)
    return f"{key.get('academic_year', '')}, {area}: {what}" + (f" ({told})" if told else "")


def _line(change: FigureChange, deliveries: Mapping[str, str]) -> str:
    causes = [deliveries.get(item, f"поставка {item[:12]}") for item in change.deliveries]
    if change.is_rule_changed:
        causes.append("изменилось правило")
    why = f" — {'; '.join(causes)}" if causes else ""
    return f"{figure_words(change.key)}: {value_words(change.before)} → {value_words(change.after)}{why}"


def value_words(values: Mapping[str, Any]) -> str:
    """Return a figure's value as a person reads it: number with its counts, interval, or the symbol's meaning."""
    symbol = values.get("symbol")
    if symbol and values.get("value") is None:
        return _SYMBOLS.get(symbol, symbol)
    if values.get("value") is None and values.get("value_low") is not None:
        return f"от {_number(values['value_low'])} до {_number(values.get('value_high'))}"
    counts = (values.get("numerator"), values.get("denominator"))
    told = _number(values.get("value"))
    return told + (f" ({_number(counts[0])} из {_number(counts[1])})" if None not in counts else "")


def _number(value: Any) -> str:
    if value is None:
        return "—"
    number = float(value)
    return str(int(number)) if number.is_integer() else f"{number:.2f}".replace(".", ",")
