"""The dictionary page: tables and columns, passports, and raw header words → field → mart."""

from __future__ import annotations

from typing import Any

from opora.config import Organisation
from reporting import typography as ty
from reporting.content.facts import Edition
from reporting.content.methodology import passport_items, passport_title
from reporting.content.model import Block, Column, Definitions, Document, Link, Paragraph, Row, Section, Table
from reporting.dictionary.titles import Field, Titles, fields, titles
from reporting.tables import TableStore
from reporting.vocabulary import INDICATORS, SOURCES

_TYPES = {
    "string": "текст", "integer": "целое число", "number": "число", "boolean": "да или нет", "date": "дата"
}  # fmt: skip


def _tables(store: TableStore, words: Titles) -> Section:
    from reporting.package import field_type

    parts: list[Section] = []
    for name in store.paths:
        rows = tuple(
            Row((column, ty.glue(words.column(name, column)), _TYPES[field_type(kind)]))
            for column, kind in store.columns(name).items()
        )
        table = Table(
            f"columns-{name}",
            f"Столбцы таблицы {name}",
            (Column("Столбец"), Column("Что означает"), Column("Тип")),
            rows,
        )
        files = Paragraph(
            ("Файлы: ", Link("parquet", f"tables/{name}.parquet"), ", ", Link("csv", f"tables/{name}.csv")),
            "note",
        )
        blocks: tuple[Block, ...] = (
            Paragraph((ty.glue(words.description(name) or words.table(name)),)),
            table,
            files,
        )
        parts.append(Section(f"table-{name}", f"{name}. {words.table(name)}", blocks))
    return Section("tables", "Таблицы и столбцы", (), tuple(parts))


def _passports(store: TableStore) -> Section:
    rows: dict[str, dict[str, Any]] = {str(row["indicator_code"]): row for row in store.rows("dim_indicator")}
    blocks = tuple(
        Definitions(
            passport_title(rows.get(code, {}), code), passport_items(rows.get(code, {})), f"passport-{code}"
        )
        for code in INDICATORS
    )
    return Section("passports", "Паспорта показателей", blocks)


def marts_of(field: Field, words: Titles, store: TableStore) -> str:
    """Return where a field of a source ends: the columns of the same name in the marts, else what its source makes."""
    if field.is_personal:
        return "не покидает приёма: персональные данные"
    feeds = words.feeds.get(field.source, [])
    same = [
        f"{table.split(' ')[0]}.{field.name}"
        for table in feeds
        if field.name in store.columns(table.split(" ")[0])
    ]
    return ", ".join(dict.fromkeys(same)) or (
        "через расчёт: " + ", ".join(feeds) if feeds else "только хранилище"
    )


def _headers(store: TableStore, words: Titles) -> Section:
    by_source: dict[str, list[Field]] = {}
    for field in fields():
        by_source.setdefault(field.source, []).append(field)
    parts: list[Section] = []
    for source, items in by_source.items():
        rows = tuple(
            Row(
                (
                    "; ".join(f"«{word}»" for word in field.header_words)
                    or "из имени файла или сопроводительного листа",
                    ty.glue(field.title),
                    f"{field.entity}.{field.name}",
                    marts_of(field, words, store),
                )
            )
            for field in items
        )
        table = Table(
            f"headers-{source}",
            f"Источник {source}",
            (Column("Слова заголовка в файле"), Column("Что это"), Column("Поле"), Column("Столбец таблиц")),
            rows,
        )
        parts.append(Section(f"source-{source}", SOURCES.get(source, source), (table,)))
    return Section("headers", "Ваш столбец: от заголовка файла до таблицы", (), tuple(parts))


def build(
    store: TableStore, edition: Edition, organisation: Organisation, *, with_models: bool = False
) -> Document:
    """Return the dictionary of an edition; ``with_models`` where dbt's site about the models stands beside it."""
    words = titles()
    models = (Link("Модели расчёта (dbt, по-английски)", "dbt_docs.html"),) if with_models else ()
    return Document(
        title="Словарь данных",
        subtitle="Таблицы, столбцы, паспорта показателей и заголовки исходных файлов",
        organisation=organisation.name,
        edition=edition,
        as_of=None,
        sections=(_tables(store, words), _passports(store), _headers(store, words)),
        links=(Link("Отчёт", "report.html"), *models),
    )
