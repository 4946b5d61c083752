"""Russian typography: the only module that turns numbers, dates and years into printed text.

Rules: decimal comma, thousands and units behind a non-breaking space, minus sign U+2212, ranges with an en dash,
«п.п.» for a change of a share, plural forms by the Russian rule. Functions are pure and return plain text.
"""

from __future__ import annotations

import re
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

NBSP = "\u00a0"
MINUS = "\u2212"
EN_DASH = "–"

_MONTHS = [
    "января",
    "февраля",
    "марта",
    "апреля",
    "мая",
    "июня",
    "июля",
    "августа",
    "сентября",
    "октября",
    "ноября",
    "декабря",
]  # genitive, as in a date
_SHORT_WORDS = re.compile(
    r"(?<![\w-])(в|во|и|а|но|к|ко|с|со|о|об|у|на|за|по|от|до|из|не|ни|для|без|при|над|под|или|их|№|п\.|г\.|стр\.) ",
    re.IGNORECASE,
)
_NUMBER_UNIT = re.compile(r"(\d) (?=[%а-яёА-ЯЁ])")
_DASH = re.compile(r" (?=[—–] )")

SYMBOL_MEANING = {
    "z": "неприменимо: показатель для этой строки не определён или знаменатель равен нулю",
    "x": "нет данных: источник не сдан, отозван по акту или не позволяет посчитать",
    "c": "скрыто, чтобы по опубликованным числам нельзя было узнать о конкретных людях",
    "low": "величина есть, но при округлении даёт ноль",
    "u": "малая надёжность: читать вместе с интервалом",
}
SYMBOL_WORDS = {
    "z": "неприменимо",
    "x": "нет данных",
    "c": "скрыто",
    "low": "около нуля",
    "u": "малая надёжность",
}


def _rounded(value: float, digits: int) -> Decimal:
    """Round half up on the shortest decimal form of the number, as an office clerk would."""
    quantum = Decimal(1).scaleb(-digits)
    return Decimal(repr(float(value))).quantize(quantum, rounding=ROUND_HALF_UP)


def number(value: float, digits: int = 0) -> str:
    """Return ``1234.56`` as «1 234,6» with ``digits`` decimals; a rounded −0 is printed as 0."""
    rounded = _rounded(value, digits)
    body = f"{abs(rounded):,.{digits}f}".replace(",", NBSP).replace(".", ",")
    return MINUS + body if rounded < 0 else body


def signed(value: float, digits: int = 0) -> str:
    """Return a change with an explicit sign: «+2,3», «−0,4», «0,0»."""
    text = number(value, digits)
    return "+" + text if _rounded(value, digits) > 0 else text


def percent(value: float, digits: int = 1) -> str:
    """Return a share given in per cent: «87,5 %»."""
    return f"{number(value, digits)}{NBSP}%"


def points(value: float, digits: int = 1) -> str:
    """Return a change of a share in percentage points: «+2,3 п.п.»."""
    return f"{signed(value, digits)}{NBSP}п.п."


def count(value: float) -> str:
    """Return a whole number with thousands apart."""
    return number(value, 0)


def span(low: str, high: str) -> str:
    """Join two printed values to a range; the unit of both is printed once. A minus asks for spaces around the dash."""
    unit = next((u for u in (f"{NBSP}%", f"{NBSP}п.п.") if low.endswith(u) and high.endswith(u)), "")
    if unit:
        low = low[: -len(unit)]
    if low == high.removesuffix(unit):
        return high
    spaced = MINUS in low + high or "+" in low + high
    return f"{low}{NBSP}…{NBSP}{high}" if spaced else f"{low}{EN_DASH}{high}"


def plural(n: int, one: str, few: str, many: str) -> str:
    """Return the form of a noun that goes with ``n``: 1 школа, 2 школы, 5 школ, 11 школ, 21 школа."""
    tail, tens = abs(n) % 10, abs(n) % 100
    if tail == 1 and tens != 11:
        return one
    return few if 2 <= tail <= 4 and not 12 <= tens <= 14 else many


def counted(n: int, one: str, few: str, many: str) -> str:
    """Return the number with its noun: «28 школ»."""
    return f"{count(n)}{NBSP}{plural(n, one, few, many)}"


def long_date(day: date) -> str:
    """Return «20 сентября 2024 г.» with non-breaking spaces."""
    return f"{day.day}{NBSP}{_MONTHS[day.month - 1]}{NBSP}{day.year}{NBSP}г."


def short_date(day: date) -> str:
    """Return «20.09.2024» for tables."""
    return f"{day.day:02d}.{day.month:02d}.{day.year}"


def academic_year(code: str) -> str:
    """Return «2024/25» for the code ``2024-2025``; another text is returned as it is."""
    match = re.fullmatch(r"(\d{4})-\d{2}(\d{2})", code)
    return f"{match[1]}/{match[2]}" if match else code


def academic_year_long(code: str) -> str:
    """Return «2024–2025 учебный год» for the code ``2024-2025``."""
    return f"{code.replace('-', EN_DASH)}{NBSP}учебный год"


def academic_years_span(first: str, last: str) -> str:
    """Return «2020/21–2024/25» (or one year when both are equal)."""
    return academic_year(first) if first == last else f"{academic_year(first)}{EN_DASH}{academic_year(last)}"


def by_unit(value: float, unit: str) -> str:
    """Print a value of unit ``pct`` (per cent), ``per_100`` (one decimal) or ``count`` (whole)."""
    if unit == "pct":
        return percent(value)
    return number(value, 1) if unit == "per_100" else count(value)


def change_by_unit(value: float, unit: str) -> str:
    """Print a change of a value of the unit: percentage points for ``pct``, else a signed number."""
    if unit == "pct":
        return points(value)
    return signed(value, 1 if unit == "per_100" else 0)


def bounds(low: float, high: float, unit: str) -> str:
    """Print «84,1–90,0 %» for two values of one unit."""
    return span(by_unit(low, unit), by_unit(high, unit))


def change_bounds(low: float, high: float, unit: str) -> str:
    """Print «−1,2 … +4,5 п.п.» for two bounds of a change."""
    return span(change_by_unit(low, unit), change_by_unit(high, unit))


def bound(low: float | None, high: float | None, unit: str) -> str:
    """Print a one-sided statement: «≥ 85,0 %» from a low bound alone, «≤ 12,0 %» from a high one, both as a range."""
    if low is not None and high is not None and not (unit == "pct" and (high >= 100 or low <= 0)):
        return bounds(low, high, unit)
    if low is not None and low > 0:
        return f"≥{NBSP}{by_unit(low, unit)}"
    if high is not None:
        return f"≤{NBSP}{by_unit(high, unit)}"
    return SYMBOL_WORDS["x"]


def glue(text: str) -> str:
    """Bind short words to the next word, a number to its unit and a dash to the word before it."""
    text = _SHORT_WORDS.sub(lambda m: m[1] + NBSP, text)
    text = _SHORT_WORDS.sub(lambda m: m[1] + NBSP, text)  # «и в школе»: neighbours overlap in one pass
    text = _NUMBER_UNIT.sub(rf"\1{NBSP}", text)
    return _DASH.sub(NBSP, text)


def sentence(text: str) -> str:
    """Return the text with a capital first letter."""
    return text[:1].upper() + text[1:]


def join_words(words: list[str]) -> str:
    """Return «а, б и в»."""
    if len(words) < 2:
        return "".join(words)
    return ", ".join(words[:-1]) + " и" + NBSP + words[-1]
