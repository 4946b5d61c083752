"""From a cell to a typed value of a contract's field, or to the rule that the cell breaks.

Cells are what readers give: text, float, int, bool, date, datetime, or ``""`` for an empty one. A converter
returns ``(value, rule)``: the value, or the rule that the cell breaks, or two ``None`` when the cell is empty; both
only for ``out_of_range``, where the number itself is well formed.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from ingestion import vocabulary
from ingestion.contract import Field
from ingestion.words import clean, fold
from opora.years import AcademicYear

Converted = tuple[Any, str | None]
Converter = Callable[[Any], Converted]

_EMPTY: Converted = (None, None)
_DASHES = frozenset({"", "-", "–", "—", "−", "x", "X", "х", "Х", "н/д", "нет данных"})
_NUMBER = re.compile(r"^[-+−]?\d+(?:[.,]\d+)?(?:[eE][-+]?\d+)?$")
_DOTTED = re.compile(
    r"^(\d{1,2})[./-](\d{1,2})[./-](\d{4}|\d{2})(?:\s*г\.?)?(?:[ T]\d{1,2}:\d{2}(?::\d{2})?)?$"
)
_ISO = re.compile(r"^(\d{4})[./-](\d{1,2})[./-](\d{1,2})(?:[ T]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?$")
_SERIAL = re.compile(r"^\d{5}(?:[.,]\d+)?$")
_CLASS = re.compile(r"^(\d{1,2})\s*[-–—.]?\s*[\"«(]?\s*([А-ЯЁ]{0,2}|\d{1,2})\s*[\")»]?$")
_CLASS_WORD = re.compile(r"\s*(?:КЛАСС\w*|КЛ\.?)\s*$")
_WORDED = re.compile(r"^(\d{1,2})\s+([а-я]+)\.?\s+(\d{4})(?:\s*г(?:ода|\.)?)?$")
_MONTHS = ("янв", "фев", "мар", "апр", "мая", "июн", "июл", "авг", "сен", "окт", "ноя", "дек")
_YEARS = re.compile(r"^(\d{4})\s*[-–—/]\s*(\d{4}|\d{2})\b")
_LATIN_UPPER = str.maketrans("ABEKMHOPCTXY", "АВЕКМНОРСТХУ")
# Dates outside of these serials are not dates that a school writes down: 1 January 1930 and 31 December 2099.
_FIRST_SERIAL, _LAST_SERIAL = 10959, 73050
_EPOCH = date(1899, 12, 30)


def is_empty(cell: Any) -> bool:
    """True for cells that hold nothing but spaces."""
    return cell is None or cell == "" or (isinstance(cell, str) and not cell.strip())


def as_text(cell: Any) -> str:
    """Return a cell as a person would read it: whole numbers without a fraction, dates as ``YYYY-MM-DD``."""
    if isinstance(cell, str):
        return clean(cell)
    if isinstance(cell, bool):
        return "да" if cell else "нет"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    return "" if cell is None else str(cell)


def to_number(cell: Any) -> Converted:
    """Read a number: decimal commas, spaces between thousands and a per cent sign are understood."""
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        return _EMPTY if math.isnan(cell) else (float(cell), None)
    if isinstance(cell, str):
        lines = cell.strip().splitlines()
        # Digits on two lines are two numbers, digits with a space between them are one.
        text = "".join(lines[0].split()).rstrip("%") if len(lines) == 1 else ("" if not lines else cell)
        if text in _DASHES:
            return _EMPTY
        if _NUMBER.match(text):
            return float(text.replace(",", ".").replace("−", "-")), None
    elif cell is None:
        return _EMPTY
    return None, "not_a_number"


def to_integer(cell: Any) -> Converted:
    """Read a whole number."""
    value, rule = to_number(cell)
    if rule or value is None:
        return value, rule
    return (int(value), None) if value.is_integer() else (None, "not_an_integer")


def to_date(cell: Any) -> Converted:
    """Read a date: Excel dates and serials, ``dd.mm.yyyy``, ``YYYY.MM.DD`` and ISO, with or without time."""
    if isinstance(cell, datetime):
        return cell.date(), None
    if isinstance(cell, date):
        return cell, None
    if isinstance(cell, str):
        text = clean(cell)
        if text in _DASHES:
            return _EMPTY
        return _text_date(text)
    if (
        isinstance(cell, (int, float))
        and not isinstance(cell, bool)
        and _FIRST_SERIAL <= cell <= _LAST_SERIAL
    ):
        return _EPOCH + timedelta(days=int(cell)), None
    return _EMPTY if cell is None else (None, "not_a_date")


def _text_date(text: str) -> Converted:
    try:
        if match := _ISO.match(text):
            return date(int(match[1]), int(match[2]), int(match[3])), None
        if match := _DOTTED.match(text):
            year = int(match[3])
            # Two digits: no pupil or teacher was born after 2049 or before 1950.
            year += 0 if year > 99 else (2000 if year < 50 else 1900)
            return date(year, int(match[2]), int(match[1])), None
        if (match := _WORDED.match(text.lower())) and match[2][:3] in _MONTHS:
            return date(int(match[3]), _MONTHS.index(match[2][:3]) + 1, int(match[1])), None
        if _SERIAL.match(text) and _FIRST_SERIAL <= (serial := float(text.replace(",", "."))) <= _LAST_SERIAL:
            return _EPOCH + timedelta(days=int(serial)), None
    except ValueError:
        pass
    return None, "not_a_date"


def to_boolean(cell: Any) -> Converted:
    """Read yes or no in the words of exports."""
    if isinstance(cell, bool):
        return cell, None
    text = as_text(cell)
    if text == "+":
        return True, None
    if text == "-":
        return False, None
    if text in _DASHES:
        return _EMPTY
    found = vocabulary.booleans().find(text)
    return (None, "not_yes_or_no") if found is None else (found, None)


def to_class(cell: Any) -> Converted:
    """Read a class: «9а», «9 А», «9-А», «9А » and «9 "А"» become «9А»; other texts stay as they are."""
    text = as_text(cell).upper().translate(_LATIN_UPPER)
    if text in _DASHES:
        return _EMPTY
    match = _CLASS.match(_CLASS_WORD.sub("", text))
    if not match:
        return text, None
    return (f"{match[1]}-{match[2]}" if match[2].isdigit() else match[1] + match[2]), None


def grade_of(class_label: str | None) -> int | None:
    """Return the number in a class («9А» → 9) when it is one of 1–11."""
    match = re.match(r"\d{1,2}", class_label or "")
    return int(match[0]) if match and 1 <= int(match[0]) <= 11 else None


def to_grade(cell: Any) -> Converted:
    """Read a grade: a number or the number of a class."""
    label, _ = to_class(cell)
    if label is None:
        return _EMPTY
    grade = grade_of(label)
    return (None, "not_a_grade") if grade is None else (grade, None)


def to_academic_year(cell: Any) -> Converted:
    """Read an academic year: ``2024-2025``, ``2024/2025``, ``2024–25``."""
    text = as_text(cell)
    if text in _DASHES:
        return _EMPTY
    match = _YEARS.match(text)
    if match:
        end = match[2] if len(match[2]) == 4 else match[1][:2] + match[2]
        try:
            return str(AcademicYear.parse(f"{match[1]}-{end}")), None
        except ValueError:
            pass
    return None, "not_an_academic_year"


def _text(cell: Any) -> Converted:
    return (as_text(cell) or None), None


def _school_code(cell: Any) -> Converted:
    text = as_text(cell)
    return (text.zfill(6) if text.isdigit() else (text or None)), None


def _subject(cell: Any) -> Converted:
    text = as_text(cell)
    if not text:
        return _EMPTY
    code = vocabulary.subjects().code(text)
    return (None, "unknown_subject") if code is None else (code, None)


def _subject_name(cell: Any) -> Converted:
    """Names of one subject become one text, so that scopes and keys do not split on spelling."""
    text = as_text(cell)
    code = vocabulary.subjects().code(text) if text else None
    return (vocabulary.subjects().titles[code] if code is not None else text or None), None


def _subject_list(cell: Any) -> Converted:
    """Read chosen subjects, by names or codes, into codes joined by commas."""
    text = as_text(cell)
    if text in _DASHES:
        return _EMPTY
    codes = []
    for part in re.split(r"[,;\n]", text):
        if part.strip():
            code = vocabulary.subjects().code(part)
            if code is None:
                return None, "unknown_subject"
            codes.append(str(code))
    return ",".join(codes) or None, None


def _enumeration(field: Field) -> Converter:
    words = vocabulary.enumerations().get(field.name)
    domain = frozenset(field.domain)

    def convert(cell: Any) -> Converted:
        text = as_text(cell)
        if text in _DASHES:
            return _EMPTY
        if text in domain:
            return text, None
        code = words.find(text) if words else None
        if code in domain:
            return code, None
        return (field.otherwise, None) if field.otherwise else (None, "unknown_word")

    return convert


def _level(cell: Any) -> Converted:
    code = vocabulary.enumerations()["gia_level"].find(as_text(cell)) if not is_empty(cell) else None
    return (code, None) if code is not None else to_integer(cell)


def _platform(cell: Any) -> Converted:
    """Read a platform by its code or a name of the vocabulary; an unknown one keeps its name: a rule is to be added."""
    text = as_text(cell)
    if text in _DASHES:
        return _EMPTY
    return vocabulary.platforms().find(text) or text, None


_SPECIAL: dict[str, Converter] = {
    "platform_code": _platform,
    "class_label": to_class,
    "subject_code": _subject,
    "subject_name": _subject_name,
    "subjects_chosen": _subject_list,
    "gia_level": _level,
    "grade": to_grade,
    "study_grade": to_grade,
    "performance_grade": to_grade,
}
_KINDS: dict[str, Converter] = {
    "string": _text,
    "integer": to_integer,
    "number": to_number,
    "date": to_date,
    "boolean": to_boolean,
}


def _base(field: Field) -> Converter:
    if field.name in _SPECIAL:
        return _SPECIAL[field.name]
    if field.domain:
        return _enumeration(field)
    if field.is_school_code:
        return _school_code
    if field.pattern == r"^\d{4}-\d{4}$":
        return to_academic_year
    return _KINDS[field.kind]


def converter(field: Field) -> Converter:
    """Return the field's converter, with its pattern and range checked and repeated cells converted once."""
    base, pattern = _base(field), re.compile(field.pattern) if field.pattern else None
    low, high = field.minimum, field.maximum
    is_numeric = field.kind in ("integer", "number")
    known: dict[tuple[type, Any], Converted] = {}

    def convert(cell: Any) -> Converted:
        key = (cell.__class__, cell)
        found = known.get(key)
        if found is None:
            found = known[key] = check(cell)
        return found

    def check(cell: Any) -> Converted:
        if is_empty(cell):
            return _EMPTY
        value, rule = base(cell)
        if rule or value is None:
            return value, rule
        if pattern and not pattern.match(str(value)):
            return None, "not_a_school_code" if field.is_school_code else "wrong_form"
        if is_numeric and ((low is not None and value < low) or (high is not None and value > high)):
            return value, "out_of_range"
        return value, None

    return convert


def is_number(cell: Any) -> bool:
    """True when the cell holds a number, also one written as text."""
    return not is_empty(cell) and to_number(cell)[1] is None and to_number(cell)[0] is not None


def month_end(day: date) -> date:
    """Return the last day of the month of ``day``."""
    following = date(day.year + day.month // 12, day.month % 12 + 1, 1)
    return following - timedelta(days=1)


def folded_scope(value: Any) -> str:
    """Return a value as it enters a scope key: spelling of texts does not split a scope."""
    return fold(value) if isinstance(value, str) else str(value)
