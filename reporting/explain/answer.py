"""The answer «why is this number so», in Russian lines, from the evidence of a figure."""

from __future__ import annotations

from collections import Counter
from dataclasses import fields
from typing import Any

from reporting import typography as ty
from reporting.content.facts import Figure
from reporting.content.network.vocabulary import EVENT_STATES, FORMAL
from reporting.content.words import value_text, variant_words
from reporting.explain import network_words
from reporting.explain.evidence import Evidence
from reporting.vocabulary import CHANGE_STATUS, EXCLUSION_REASONS, GROUPS, MEASURES, SUBJECTS, unit_of

Row = dict[str, Any]
KINDS = {
    "protocol": "протокол ГИА",
    "list": "список допуска",
    "return": "региональная сводка",
    "school_stage": "школьный этап",
    "municipal_stage": "муниципальный этап",
    "contest": "конкурс",
    "unmatched": "код Сириуса без человека",
    "subject_result": "зачтённый результат по предмету",
    "usage": "отчёт платформы",
    "unnamed": "сводка платформы без имён",
    "staff": "список педагогов",
    "headcount": "контингент",
    "event": "мероприятие",
    "participant": "участник мероприятия",
    "planned_baseline": "пункт первой карты",
    "planned_current": "пункт действующей карты",
    "goal": "цель",
    "answer": "ответ об общей цели",
    "programme": "программа перехода",
    "minimum": "минимум соглашения",
}
_SAYS = {
    "passed": "сдано",
    "not_passed": "ниже минимума",
    "failed": "не явился, удалён или аннулирован",
    "pending": "ожидается",
    "ignored": "результата нет",
    "none": "без действий",
    "L0": "зарегистрирован",
    "L1": "входил",
    "mark": "балл",
    "date": "дата",
    "form": "форма",
    "chosen": "выбрал",
    "participants": "участников",
    "below": "ниже минимума",
    "study": "учится в классе",
    "performs": "выступает за класс",
    "contest": "мероприятие",
    "month": "действовал в месяце",
    "week": "действовал в учебной неделе с",
    "months_at_most": "месяцев с действиями не больше",
    "weeks_at_most": "недель с действиями не больше",
    "users_at_most": "пользователей не больше",
    "grade": "класс",
    "pupils": "учеников",
    "arrivals": "прибыло",
    "departures": "выбыло",
    "event": "мероприятие",
    "held": "проведено",
    "due": "срок",
    "item": "пункт",
    "state": "состояние",
    "is_formal": "формально",
    "side": "начала сторона",
    "began": "начал",
    "kind": "вид",
    "format": "формат",
    "level": "уровень",
    "role": "роль",
    "school": "школа",
    "paper": "где записана",
    "indicator": "показатель",
    "target": "значение",
    "until": "к дате",
    "goal": "цель",
    "right": "названа верно",
    "wrong": "названа неверно",
    "programme": "программа",
    "minimum": "минимум за полугодие",
}

_VALUES = {
    **EVENT_STATES,
    "supported": "поддерживаемая школа",
    "partner": "партнёр",
    "other_school": "другая школа",
    "organisation": "организация",
    "unknown": "не указана",
    "full_time": "очно",
    "remote": "дистанционно",
    "mixed": "смешанно",
    "host": "ведущий",
    "speaker": "докладчик",
    "organiser": "организатор",
    "consultant": "консультант",
    "listener": "слушатель",
    "agreement": "соглашение",
    "roadmap": "дорожная карта",
    "pupils": "ученики",
    "teachers": "педагоги",
    "method_unions": "методобъединения",
    "administration": "администрация",
    "parents": "родители",
    "municipal": "муниципальный",
    "inter_municipal": "межмуниципальный",
}
"""Values of rows of the network; what stands in no list of codes is printed as it is, with its spaces."""
_REASONS = {
    **EXCLUSION_REASONS,
    "not_held": "мероприятие не проведено",
    "cancelled": EVENT_STATES["cancelled"],
    "not_due": "срок не наступил",
    "no_evidence": "нет подтверждения",
    "one_side": FORMAL["one_side"],
}
_BASIS = {
    "persons": "Как считается: участник — выпускник этого года с действующим результатом основного периода; "
    "последний по дате результат заменяет прежний.",
    "return": "Как считается: по региональной сводке — сумма по школам.",
}


def reason_words(reason: str | None) -> str:
    """Return why a row does not count, in words; empty for a row that counts."""
    return _REASONS.get(reason, reason) if reason else ""


def says_words(says: str | None) -> str:
    """Return what a row says in words: «балл 4, дата 03.06.2025»."""
    words = []
    for item in (says or "").split():
        key, _, value = item.partition("=")
        if key in ("date", "week", "held", "due", "until"):
            value = ".".join(reversed(value.split("-")))
        value = _VALUES.get(value, value.replace("_", " "))
        words.append(f"{_SAYS.get(key, key)} {value}".strip())
    return ", ".join(words)


def figure_of(row: Row) -> Figure:
    """Return the figure as the report's content knows it."""
    return Figure(**{item.name: row[item.name] for item in fields(Figure)})


def answer(evidence: Evidence) -> list[str]:
    """Return the answer without the table of source rows."""
    if evidence.network is not None:
        return network_words.lines_of(evidence, _sources, reason_words)
    if evidence.is_subject:
        return _answer_of_subject(evidence)
    row = evidence.figure
    figure = figure_of(row)
    unit = unit_of(figure.measure)
    lines = [
        f"{evidence.indicator['title']} ({figure.indicator_code}, {MEASURES.get(figure.measure, figure.measure)})",
        f"{_area(row, evidence.schools)}, {ty.academic_year(figure.academic_year)} учебный год",
    ]
    if variant_words(figure):
        lines.append(f"Вариант: {variant_words(figure)}" + (" (официальный)" if row["is_official"] else ""))
    lines.append("")
    lines.append(f"Значение: {value_text(figure)}")
    if figure.symbol in ty.SYMBOL_MEANING:
        lines.append(f"  {ty.SYMBOL_MEANING[figure.symbol]}")
    if figure.numerator is not None:
        whole = f" из {ty.count(figure.denominator)}" if figure.denominator is not None else ""
        lines.append(f"  числитель {ty.count(figure.numerator)}{whole}")
    if figure.ci_low is not None and figure.ci_high is not None:
        lines.append(f"  95 % интервал: {ty.bounds(figure.ci_low, figure.ci_high, unit)}")
    if figure.change is not None:
        status = CHANGE_STATUS.get(str(figure.change_status), "")
        lines.append(f"  изменение за год: {ty.change_by_unit(figure.change, unit)} ({status})")
    lines += _left_out(row, evidence.exclusions)
    lines += [
        "",
        f"Как считается: {evidence.indicator['definition']}",
        f"Формула: {evidence.indicator['formula']}",
    ]
    return lines + _sources(evidence)


def _answer_of_subject(evidence: Evidence) -> list[str]:
    """Return the answer about a result by subject: who reached the minimum, of whom."""
    row = evidence.figure
    level = str(row["gia_level"])
    name = evidence.indicator.get(f"subject_name_{level}") or evidence.indicator["subject_name"]
    lines = [
        f"{name}, {level} класс: доля преодолевших минимальный порог",
        f"{_area(row, evidence.schools)}, {ty.academic_year(row['academic_year'])} учебный год",
        "",
        f"Значение: {row['symbol'] or ty.by_unit(row['share_at_or_above'], 'percent')}",
        f"  числитель {ty.count(row['at_or_above'])} из {ty.count(row['participants'])}; "
        f"ниже минимума {ty.count(row['below_minimum'])}",
    ]
    if row["ci_low"] is not None and row["ci_high"] is not None:
        lines.append(f"  95 % интервал: {ty.bounds(row['ci_low'], row['ci_high'], 'percent')}")
    if row["mean_score"] is not None:
        lines.append(f"  средний балл: {ty.number(row['mean_score'], 1)}")
    lines += [f"  не учтены: {item['n']} — {reason_words(item['reason'])}" for item in evidence.exclusions]
    lines += ["", _BASIS[row["basis"]]]
    return lines + _sources(evidence)


def _sources(evidence: Evidence) -> list[str]:
    """Return the rule version, the deliveries and what rows there are."""
    version = evidence.figure["rule_version"]
    lines = [f"Версия правил: {version} (справочники и документы: docs/methodology.md)"]
    lines += ["", f"Поставки, из которых получено ({len(evidence.deliveries)}):"]
    lines += [f"  {item.get('file_name', '?')} ({item['delivery_id'][:12]})" for item in evidence.deliveries]
    return lines + _counted(evidence)


def _area(row: Row, schools: list[str]) -> str:
    if row["area_kind"] == "school":
        return f"Школа {row['area_code']}"
    name = {
        "group": GROUPS.get(row["area_code"], row["area_code"]),
        "municipality": "Муниципалитет",
        "region": "Регион",
    }
    return f"{name[row['area_kind']]} (школ: {len(schools)})"


def _left_out(row: Row, exclusions: list[Row]) -> list[str]:
    lines = []
    if row["n_pending"]:
        lines.append(f"  ожидают результата: {row['n_pending']}")
    if row["n_ambiguous"]:
        lines.append(f"  неразличимых тёзок: {row['n_ambiguous']}")
    lines += [f"  не учтены: {item['n']} — {reason_words(item['reason'])}" for item in exclusions]
    return lines


def _counted(evidence: Evidence) -> list[str]:
    """Return how many people and rows stand behind the figure."""
    if not evidence.rows:
        return ["", "Исходных строк в этом выпуске нет: источник не сдан или выпуск сделан прежней версией."]
    lines = [""]
    if evidence.graduates:
        done = sum(bool(item["is_passed"]) for item in evidence.graduates)
        waiting = sum(bool(item["is_pending"]) for item in evidence.graduates)
        lines.append(f"Допущенных выпускников {len(evidence.graduates)}: сдали {done}, ожидают {waiting}.")
    kinds = Counter(KINDS.get(item["row_kind"], item["row_kind"]) for item in evidence.rows)
    lines.append("Исходные строки: " + ", ".join(f"{kind} — {n}" for kind, n in sorted(kinds.items())))
    return lines


def _subject(row: Row) -> str:
    if "subject" not in row:
        return ""
    if row["subject_code"] is not None:
        return f"предмет {row['subject_code']}"
    return SUBJECTS.get(row["subject"], "") if row["subject"] != "any" else ""


HEAD = ("файл", "лист", "строка", "что", "говорит", "человек", "не учтена")


def row_cells(row: Row) -> tuple[str, ...]:
    """Return a source row as the cells of ``HEAD``; a person is a number of this release and year."""
    return (
        str(row["file_name"]),
        str(row["source_sheet"] or ""),
        str(row["source_row"] or ""),
        KINDS.get(row["row_kind"], str(row["row_kind"])),
        ", ".join(part for part in (_subject(row), says_words(row["says"])) if part),
        f"№ {row['person']}" if row["person"] is not None else "",
        reason_words(row["exclusion_reason"]),
    )
