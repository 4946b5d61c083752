"""Documents to HTML pages: Jinja templates over the content model, one self-contained page each."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from reporting import typography as ty
from reporting.charts.render import to_svg
from reporting.content.model import Chart, Column, Document, Section, Table

_NUMBERED = re.compile(r"№ (?=\d)")
TEMPLATES = Path(__file__).with_name("templates")


def _svg(chart: Chart) -> Markup:
    return Markup(to_svg(chart.spec, chart.id, chart.title, chart.alt))  # noqa: S704 - escaped where it is made


def _has_groups(table: Table) -> bool:
    return any(column.group for column in table.columns)


def _header_spans(table: Table) -> list[dict[str, Any]]:
    """Return the first of two header rows: groups span their columns, the others span both rows."""
    heads: list[dict[str, Any]] = []
    for column in table.columns:
        if column.group and heads and heads[-1]["group"] == column.group:
            heads[-1]["span"] += 1
            continue
        css = "span edge" if column.group else "num" if column.is_number else ""
        title = column.group or column.title
        heads.append(
            {"group": column.group, "title": title, "span": 1, "rows": 1 if column.group else 2, "css": css}
        )
    return heads


def _is_edge(table: Table, column: Column) -> bool:
    """Say whether the column opens a group."""
    if not column.group:
        return False
    return next(item for item in table.columns if item.group == column.group) is column


def _cell_class(pair: tuple[Table, Column]) -> Markup:
    table, column = pair
    names = ["num"] if column.is_number else []
    names += ["edge"] if _is_edge(table, column) else []
    return Markup(f' class="{" ".join(names)}"') if names else Markup("")  # noqa: S704 - fixed words only


def _with_its_number(printed: Any) -> Any:
    """Keep «№» on the line of its number, wherever the words come from."""
    if not isinstance(printed, str) or "№ " not in printed:
        return printed
    kept = _NUMBERED.sub(f"№{ty.NBSP}", printed)
    return Markup(kept) if isinstance(printed, Markup) else kept  # noqa: S704 - what was escaped stays so


@lru_cache(maxsize=1)
def environment() -> Environment:
    """Return the template environment: escaping on, undefined names are errors."""
    env = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        finalize=_with_its_number,
    )
    env.filters |= {
        "kind": lambda item: type(item).__name__,
        "svg": _svg,
        "has_groups": _has_groups,
        "header_spans": _header_spans,
        "is_edge": _is_edge,
        "cell_class": _cell_class,
        "long_date": ty.long_date,
    }
    env.globals["symbols"] = tuple(ty.SYMBOL_MEANING)
    return env


@lru_cache(maxsize=1)
def stylesheet() -> Markup:
    """Return the style sheet of every page."""
    return Markup((TEMPLATES / "base.css").read_text(encoding="utf-8"))  # noqa: S704 - our own file


def script(name: str) -> Markup:
    """Return one of our own scripts by file name."""
    return Markup((TEMPLATES / name).read_text(encoding="utf-8"))  # noqa: S704 - our own file


def table_numbers(document: Document) -> dict[str, int]:
    """Return table id → its number through the whole document."""
    found: list[str] = []

    def walk(section: Section) -> None:
        found.extend(block.id for block in section.blocks if isinstance(block, Table))
        for part in section.subsections:
            walk(part)

    for section in (*document.sections, *document.appendices):
        walk(section)
    return {table_id: place for place, table_id in enumerate(found, start=1)}


def section_numbers(document: Document) -> dict[str, str]:
    """Return section id → its printed number; the summary stands before the numbering."""
    numbered = [section.id for section in document.sections if section.id != "summary"]
    return {section_id: f"{place}." for place, section_id in enumerate(numbered, start=1)}


def page(
    document: Document, *, body_class: str = "report", with_contents: bool = True, search: str = ""
) -> str:
    """Return the document as one self-contained HTML page; ``search`` is the label of a search box over its rows."""
    template = environment().get_template("page.html.j2")
    return template.render(
        document=document,
        css=stylesheet(),
        script=script("search.js") if search else "",
        search=search,
        body_class=body_class,
        with_contents=with_contents,
        section_numbers=section_numbers(document) if body_class == "report" else {},
        table_numbers=table_numbers(document) if body_class == "report" else {},
    )
