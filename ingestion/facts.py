"""Facts of a delivery: what its bytes do not say row by row. From the sidecar, folders, the file's name.

Order of trust: the sidecar, the document itself (title block, sheet name: see ``ingestion.document``), the nearest
folder, the file's name. The time of arrival is never a fact.
"""

from __future__ import annotations

import re
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import yaml

from ingestion import vocabulary
from ingestion.contract import load_all
from ingestion.refusal import Refusal
from ingestion.values import month_end, to_academic_year, to_date
from ingestion.words import fold
from opora.yaml_files import read_yaml
from opora.years import AcademicYear

SIDECAR = ".delivery.yaml"
DEFAULT_SENDER = "centre"
#: Keys of a sidecar that users write, and the fields of contracts they fill.
SIDECAR_FIELDS = {
    "gia_level": "gia_level",
    "subject": "subject_code",
    "state": "protocol_state",
    "stage": "exam_stage",
    "platform": "platform_code",
}
#: Of an olympiad ``stage`` is another thing: school or municipal.
OLYMPIAD_STAGE = "olympiad_stage"
_OWN = ("source", "academic_year", "as_of", "sender", "period", "layout")
_YEAR = re.compile(r"(?<!\d)(20\d\d)\s*[-–—/_]\s*(20\d\d)(?!\d)")
_AS_OF = re.compile(r"as[_ ]?of[_ ]?(\d{4}-\d{2}-\d{2})")
_ISO = re.compile(r"(?<!\d)(20\d\d)[-._](\d\d)[-._](\d\d)(?!\d)")
_DOTTED = re.compile(r"(?<!\d)(\d\d)[-._](\d\d)[-._](20\d\d)(?!\d)")
_SOLID = re.compile(r"(?<!\d)(\d\d)(\d\d)(20\d\d)(?!\d)|(?<!\d)(20\d\d)(\d\d)(\d\d)(?!\d)")
_SCHOOL = re.compile(r"\d{6}")
_BASE = re.compile(r"erbd_(gia|ege)_reg_(\d\d)_(\d\d)(?!\d)")
_MONTH = re.compile(r"(?<![\d.-])(20\d\d)[-_.](\d\d)(?![\d.-])|(?<![\d.-])(\d\d)[.](20\d\d)(?![\d.-])")
_HALF = re.compile(r"(?<![a-z0-9])h([12])(?![a-z0-9])|(?<!\d)([12])[\s_-]*(?:е|ое)?[\s_-]*(?:полугодие|пг)")

Facts = dict[str, Any]


def sidecar_of(path: Path) -> Path:
    """Return where the facts of a file are written."""
    return path.with_name(path.name + SIDECAR)


def read_sidecar(path: Path) -> Facts:
    """Return the facts of ``<file>.delivery.yaml`` (none when there is no such file); raise ``Refusal``."""
    side = sidecar_of(path)
    if not side.exists():
        return {}
    try:
        raw = read_yaml(side, "utf-8-sig") or {}
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise Refusal(f"{side.name}: не читается как YAML; каждая строка вида «ключ: значение»") from error
    if not isinstance(raw, dict):
        raise Refusal(f"{side.name}: ожидаются строки вида «ключ: значение»")
    return _sidecar_facts(side.name, {str(key): value for key, value in raw.items()})


def _sidecar_facts(name: str, raw: dict[str, Any]) -> Facts:
    contract_fields = {
        spec.name for contract in load_all().values() for entity in contract.entities for spec in entity.fields
        if spec.may_be_fact
    }  # fmt: skip
    allowed = {*_OWN, *SIDECAR_FIELDS, *contract_fields}
    unknown = sorted(set(raw) - allowed)
    if unknown:
        raise Refusal(f"{name}: неизвестные ключи: {', '.join(unknown)}; можно: {', '.join(sorted(allowed))}")
    facts: Facts = {SIDECAR_FIELDS.get(key, key): value for key, value in raw.items() if value is not None}
    if "source" in facts and facts["source"] not in load_all():
        raise Refusal(
            f"{name}: source: нет такого источника; можно: {', '.join(load_all())}", state="unknown"
        )
    if "academic_year" in facts:
        facts["academic_year"], rule = to_academic_year(str(facts["academic_year"]))
        if rule:
            raise Refusal(f"{name}: academic_year: ожидается учебный год вида 2024-2025")
    if "as_of" in facts:
        facts["as_of"], rule = to_date(facts["as_of"])
        if rule:
            raise Refusal(f"{name}: as_of: ожидается дата вида 2025-06-30")
    if "sender" in facts:
        facts["sender"] = fold(str(facts["sender"])) or DEFAULT_SENDER
    if "period" in facts:
        period = str(facts.pop("period"))
        facts |= {"period": period}
    return facts


def _base_facts(name: str) -> Facts:
    """Return what the name of a РИС base states: ``erbd_gia_reg_25_72`` is ГИА-9 of 2024-2025 in region 72."""
    match = _BASE.search(name.lower())
    if match is None:
        return {}
    summer = 2000 + int(match[2])
    facts: Facts = {
        "gia_level": 9 if match[1] == "gia" else 11,
        "academic_year": f"{summer - 1}-{summer}",
        "region_code": int(match[3]),
    }
    if day := _date_in(name[match.end() :].lower()):
        facts["as_of"] = day
    return facts


def path_facts(relative: Path) -> Facts:
    """Return what folders and the name of a file say; ``relative`` is its path inside the inbox."""
    facts: Facts = {}
    for part in relative.parts[:-1]:
        facts |= _folder_facts(part, facts.get("source")) | _base_facts(part)
    facts |= _base_facts(relative.stem)
    for key, value in _name_facts(relative.stem).items():
        facts.setdefault(key, value)
    return facts


def _folder_facts(name: str, source: str | None) -> Facts:
    text = name.strip()
    if text in load_all():
        return {"source": text}
    facts: Facts = {}
    if year := _academic_year(text):
        facts["academic_year"] = year
    facts |= _word_facts(_words_and_pairs(text)[1], whole=text)
    if (platform := vocabulary.platforms().find(text)) is not None:
        facts["platform_code"] = platform
    elif not facts and source == "platform_persons" and re.fullmatch(r"[A-Za-z][A-Za-z0-9_]+", text):
        facts["platform_code"] = text.lower()
    if _SCHOOL.fullmatch(text):
        facts["school_code"] = text
    facts |= _period_in(text)
    return facts


def _name_facts(stem: str) -> Facts:
    facts: Facts = {"school_code": stem.strip()} if _SCHOOL.fullmatch(stem.strip()) else {}
    low = stem.lower()
    for source in sorted(load_all(), key=len, reverse=True):
        if re.search(rf"(?<![a-z]){source}(?![a-z])", low):
            facts["source"] = source
            break
    if year := _academic_year(stem):
        facts["academic_year"] = year
    if day := _date_in(low):
        facts["as_of"] = day
    words, texts = _words_and_pairs(stem)
    facts |= _word_facts(texts)
    if (subject := vocabulary.subjects().inside(" ".join(words))) is not None:
        facts["subject_code"] = subject
    for text in texts:
        if (platform := vocabulary.platforms().find(text)) is not None:
            facts["platform_code"] = platform
    return facts | _period_in(low)


def _words_and_pairs(name: str) -> tuple[list[str], list[str]]:
    """Return the folded words of a name, and these words with all pairs of neighbours."""
    words = fold(name.replace("_", " ")).split()
    return words, [*words, *(" ".join(pair) for pair in pairwise(words))]


def _word_facts(texts: list[str], whole: str = "") -> Facts:
    """Return what the words of a name state, where they do not contradict one another.

    ``whole``: the name of a folder may be one word for a fact («9»); inside of a name a number says nothing.
    """
    facts: Facts = {}
    for key, known in vocabulary.path_words().items():
        found = {code for text in texts if not text.isdigit() and (code := known.find(text)) is not None}
        if (code := known.find(whole)) is not None:
            found = {code}
        if len(found) == 1:
            facts[SIDECAR_FIELDS.get(key, key)] = found.pop()
    return facts


def _academic_year(text: str) -> str | None:
    match = _YEAR.search(text)
    if match and int(match[2]) == int(match[1]) + 1:
        return f"{match[1]}-{match[2]}"
    return None


def _date_in(text: str) -> date | None:
    """Return the stated ``as_of``, else the last date of a name."""
    if match := _AS_OF.search(text):
        return to_date(match[1])[0]
    found: list[date | None] = [to_date("-".join(match.groups()))[0] for match in _ISO.finditer(text)]
    found += [to_date(".".join(match.groups()))[0] for match in _DOTTED.finditer(text)]
    for match in _SOLID.finditer(text):
        day = f"{match[1]}.{match[2]}.{match[3]}" if match[1] else f"{match[4]}-{match[5]}-{match[6]}"
        found.append(to_date(day)[0])
    return max((day for day in found if day), default=None)


def _period_in(text: str) -> Facts:
    low = text.lower()
    bare = _YEAR.sub(" ", _SOLID.sub(" ", _DOTTED.sub(" ", _ISO.sub(" ", low))))
    if match := _MONTH.search(bare):
        year, month = (match[1], match[2]) if match[1] else (match[4], match[3])
        if 1 <= int(month) <= 12:
            return {"period": f"{year}-{month}"}
    if match := _HALF.search(low):
        return {"period": f"H{match[1] or match[2]}"}
    return {}


def period_days(period: str, academic_year: str | None) -> tuple[date, date] | None:
    """Return first and last day of a period: ``2026-01``, ``H1``, ``H2``, ``year`` or two dates, or None.

    H1 is 1 September – 31 December, H2 is 1 January – 31 May, ``year`` is the academic year.
    """
    if match := re.fullmatch(r"(20\d\d)-(\d\d)", period.strip()):
        if not 1 <= int(match[2]) <= 12:
            return None
        first = date(int(match[1]), int(match[2]), 1)
        return first, month_end(first)
    days = [to_date(text.strip())[0] for text in re.split(r"\s*(?:\.\.|–|—|/|\s-\s)\s*", period)]
    if len(days) == 2 and days[0] and days[1]:
        return days[0], days[1]
    if academic_year is None:
        return None
    year = AcademicYear.parse(academic_year)
    spans = {
        "h1": (year.first_day, date(year.start, 12, 31)),
        "h2": (date(year.start + 1, 1, 1), date(year.start + 1, 5, 31)),
        "year": (year.first_day, year.last_day),
    }
    return spans.get(period.strip().lower())


def merge(*stated: Facts) -> Facts:
    """Return one set of facts; the first to state a fact is believed."""
    facts: Facts = {}
    for source in stated:
        for key, value in source.items():
            facts.setdefault(key, value)
    return facts
