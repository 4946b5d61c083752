"""Grounds, goals, passports of indicators and the appendices: legend, identifiers of figures, the dictionary."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from reporting import typography as ty
from reporting.content import words
from reporting.content.facts import Facts
from reporting.content.model import Bullets, Column, Definitions, Inline, Link, Paragraph, Row, Section, Table
from reporting.vocabulary import CHANGE_ICON, CHANGE_STATUS, HEADLINES, INDICATORS, MEASURES

_CHANGE_MEANING = {
    "growth": "95\u00a0% интервал изменения целиком выше нуля",
    "decline": "95\u00a0% интервал изменения целиком ниже нуля",
    "within_noise": "интервал изменения содержит ноль: такое бывает и без всякой причины",
    "not_comparable": "правила, охват или данные двух лет различаются",
}


def grounds(facts: Facts, organisation: str, legal_basis: str) -> Section:
    """Return «Основание и период»."""
    years = ty.academic_years_span(facts.years[0], facts.years[-1])
    runs: list[Inline] = [
        ty.glue(
            f"Отчёт подготовлен организацией «{organisation}» по данным муниципалитета «{facts.name}» "
            f"за {years} учебные годы."
        )
    ]
    if facts.as_of:
        runs.append(f" Данные по состоянию на {ty.long_date(facts.as_of)}")
    if legal_basis:
        runs.append(ty.glue(f" Правовое основание: {legal_basis}."))
    edition = (
        "Публичная редакция: значения, по которым можно было бы узнать о конкретных людях, скрыты (c)."
        if facts.edition == "public"
        else "Внутренняя редакция: содержит сведения ограниченного доступа, не подлежит передаче и публикации."
    )
    return Section("grounds", "Основание и период", (Paragraph(tuple(runs)), Paragraph((ty.glue(edition),))))


def goals() -> Section:
    """Return «Цели»."""
    items = (
        "показать, как меняются пять официальных показателей в школах муниципалитета и в группах ШНОР и ШНСУ;",
        "отличить изменение от обычных колебаний, чтобы решения не принимались по случайному году;",
        "ответить, помогает ли межшкольное взаимодействие школам, которые получают поддержку.",
    )
    return Section("goals", "Цели", (Bullets(tuple(Paragraph((ty.glue(item),)) for item in items)),))


_PASSPORT = (
    ("Определение", "definition"),
    ("Формула", "formula"),
    ("Источник", "source"),
    ("Периодичность", "periodicity"),
    ("Ограничения", "limits"),
    ("Разрывы ряда", "breaks"),
    ("Основание", "document"),
)


def passport_items(row: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """Return the passport of an indicator, a row of ``dim_indicator``: what the calculation itself reads.

    A line without words in the row is left out; thresholds name the year for which they are in force.
    """
    said = [(title, str(row.get(column) or "")) for title, column in _PASSPORT]
    measures = [MEASURES.get(code, code) for code in str(row.get("measures") or "").split(",") if code]
    said.insert(4, ("Меры", ", ".join(measures)))
    if row.get("rules"):
        said.insert(5, (f"Пороги {ty.academic_year(str(row['rules_year']))}", ty.sentence(str(row["rules"]))))
    return tuple((title, ty.glue(text)) for title, text in said if text)


def passport_title(row: Mapping[str, Any], indicator: str) -> str:
    """Return the heading of a passport: the title of the registry, without one the short name."""
    return f"{indicator}. {row.get('title') or HEADLINES[indicator].title}"


def passports(facts: Facts) -> Section:
    """Return «Показатели»: definition, formula, source and periodicity of each."""
    blocks = tuple(
        Definitions(
            passport_title(facts.passports.get(code, {}), code),
            passport_items(facts.passports.get(code, {})),
            f"passport-{code.lower()}",
        )
        for code in INDICATORS
    )
    versions = sorted({str(f.rule_version) for f in facts.figures.values() if f.rule_version})
    note = f"Версия правил расчёта: {', '.join(versions)}." if versions else ""
    last = (Paragraph((note,), "note"),) if note and len(versions) <= 6 else ()
    return Section("indicators", "Показатели", (*blocks, *last))


def legend() -> Section:
    """Return the appendix «Условные обозначения»."""
    symbols = Table(
        "symbols",
        "Знаки в таблицах",
        (Column("Знак"), Column("Что означает")),
        (
            *(
                Row((code if code != "u" else "* (u)", ty.glue(ty.sentence(text))))
                for code, text in ty.SYMBOL_MEANING.items()
            ),
            Row((words.NO_ROW, ty.glue("Показатель для этой строки в выпуск не входит"))),
            Row((f"84,1{ty.EN_DASH}90,0{ty.NBSP}%", ty.glue("Данные позволяют указать только границы"))),
        ),
        "Отсутствие данных никогда не обозначается нулём.",
    )
    statuses = Table(
        "statuses",
        "Статус изменения",
        (Column("Статус"), Column("Когда ставится")),
        tuple(
            Row((f"{CHANGE_ICON[code]} {CHANGE_STATUS[code]}", ty.sentence(_CHANGE_MEANING[code])))
            for code in CHANGE_STATUS
        ),
    )
    return Section("legend", "Условные обозначения", (symbols, statuses))


def sources(root: str) -> Section:
    """Return the appendix «Словарь и таблицы»; ``root`` is the way from the page to the edition's root."""
    return Section(
        "sources",
        "Словарь данных и таблицы",
        (
            Bullets(
                (
                    Paragraph(
                        (
                            Link("Словарь данных", f"{root}dictionary.html"),
                            ": таблицы, столбцы, паспорта показателей и слова заголовков исходных файлов",
                        )
                    ),
                    Paragraph(
                        (
                            "Каждое число отчёта стоит в таблице indicator_values (папка tables, форматы "
                            "parquet и csv); "
                            "состав пакета описан в файле datapackage.json",
                        )
                    ),
                )
            ),
        ),
    )
