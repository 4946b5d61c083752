"""The report as DOCX: heading styles, contents, numbered tables with repeated heads, pages numbered, ready to sign."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

from opora.files import atomic_path
from reporting import typography as ty
from reporting.charts.render import to_png
from reporting.content.model import (
    Block,
    Bullets,
    Cards,
    Chart,
    ChartGrid,
    Column,
    Definitions,
    Document,
    FigureRef,
    Notice,
    Paragraph,
    Row,
    Section,
    Strong,
    Table,
)
from reporting.docx.fields import add_contents, add_field, number_pages, update_on_opening
from reporting.docx.styles import PORTRAIT_CM, set_styles
from reporting.docx.tables import add_table, fit, write_cell
from reporting.xlsx.render import plain
from reporting.zipping import EPOCH, make_deterministic

_ORDER = "Приложение\nк приказу от «____» ______________ 20____ г. № ______"
_PAIR_CM = 8.3


class _Writer:
    """Writes the parts of a document into a python-docx document, counting tables and figures."""

    def __init__(self, word: Any) -> None:
        self.word = word
        self.styles = {style.name: style.style_id for style in word.styles}
        self.tables = 0
        self.charts = 0
        self.is_wide = False

    def add(self, text: str = "", style: str = "Normal") -> Any:
        """Add a paragraph. The library looks a style up among all of them, paragraph by paragraph: here once."""
        paragraph = self.word.add_paragraph()
        self.dress(paragraph, style)
        if text:
            paragraph.add_run(text)
        return paragraph

    def dress(self, paragraph: Any, style: str) -> None:
        """Set the style of a paragraph; a plain one names none."""
        if style != "Normal":
            paragraph._p.style = self.styles[style]

    def heading(self, text: str, level: int) -> None:
        """Add a heading of a level from 1."""
        self.add(text, f"Heading {level}")

    def section(self, section: Section, level: int, number: str = "") -> None:
        self.turn(is_wide=False)
        self.heading(f"{number} {section.title}".strip(), level)
        for block in section.blocks:
            self.block(block, level + 1)
        for part in section.subsections:
            self.section(part, level + 1)

    def turn(self, *, is_wide: bool) -> None:
        """Go on on a sheet of the other orientation, unless it is this one already."""
        from docx.enum.section import WD_ORIENT, WD_SECTION

        if is_wide == self.is_wide:
            return
        page = self.word.add_section(WD_SECTION.NEW_PAGE)
        page.page_width, page.page_height = page.page_height, page.page_width
        page.orientation = WD_ORIENT.LANDSCAPE if is_wide else WD_ORIENT.PORTRAIT
        self.is_wide = is_wide

    def block(self, block: Block, level: int) -> None:
        if isinstance(block, Table):
            self.table(block)
            return
        self.turn(is_wide=False)
        match block:
            case Paragraph():
                self.paragraph(block, "Note" if block.style == "note" else "Normal")
            case Bullets():
                self.bullets(block)
            case Notice():
                self.heading(block.title, level)
                if block.lead:
                    self.paragraph(block.lead, "Normal")
                for item in block.items:
                    self.paragraph(item, "List Bullet")
            case Definitions():
                self.passport(block, level)
            case Cards():
                self.cards(block)
            case Chart():
                self.chart(block)
            case ChartGrid():
                self.pairs(block)

    def bullets(self, block: Bullets) -> None:
        if block.title:
            self.add().add_run(block.title).bold = True
        for item in block.items:
            self.paragraph(item, "List Bullet")

    def passport(self, block: Definitions, level: int) -> None:
        from docx.shared import Pt

        self.heading(block.title, level)
        for term, text in block.items:
            paragraph = self.add()
            paragraph.paragraph_format.space_after = Pt(3)
            paragraph.add_run(f"{term}: ").bold = True
            paragraph.add_run(text)

    def paragraph(self, block: Paragraph, style: str) -> None:
        paragraph = self.add(style=style)
        for item in block.runs:
            run = paragraph.add_run(plain(item))
            run.bold = isinstance(item, (Strong, FigureRef)) or None

    def cards(self, block: Cards) -> None:
        """Write the cards as a table: indicator, value, change, status."""
        rows = tuple(
            Row(
                (
                    f"{card.code}. {card.title}",
                    card.value,
                    tuple(card.change) or ty.EN_DASH,
                    card.status or ty.EN_DASH,
                )
            )
            for card in block.cards
        )
        columns = (
            Column("Показатель"), Column("Значение", True), Column("Изменение", True), Column("Статус"),
        )  # fmt: skip
        self.table(Table("cards", "Пять официальных показателей", columns, rows), is_numbered=False)

    def table(self, table: Table, *, is_numbered: bool = True) -> None:
        is_wide, size, widths = fit(table)
        self.turn(is_wide=is_wide)
        caption = self.add(style="Caption")
        if is_numbered:
            self.tables += 1
            caption.add_run("Таблица ")
            add_field(caption, r"SEQ Таблица \* ARABIC", str(self.tables))
            caption.add_run(". ")
        caption.add_run(table.caption)
        add_table(self.word, table, size, widths)
        self.add(table.note, "Note")

    def chart(self, chart: Chart) -> None:
        self._picture(self.add(), chart, PORTRAIT_CM if chart.wide else PORTRAIT_CM * 0.62)
        self._caption(self.add(style="Caption"), chart)
        if chart.note:
            self.add(chart.note, "Note")

    def pairs(self, block: ChartGrid) -> None:
        """Write small charts two in a row, each above its caption."""
        grid = self.word.add_table(rows=0, cols=2)
        for first in range(0, len(block.charts), 2):
            cells = grid.add_row().cells
            for cell, chart in zip(cells, block.charts[first : first + 2], strict=False):
                self._picture(cell.paragraphs[0], chart, _PAIR_CM)
                caption = cell.add_paragraph()
                self.dress(caption, "Caption")
                caption.paragraph_format.keep_with_next = False
                self._caption(caption, chart)
        for note in dict.fromkeys(chart.note for chart in block.charts if chart.note):
            self.add(note, "Note")

    def _picture(self, paragraph: Any, chart: Chart, width: float) -> None:
        from docx.shared import Cm

        picture = paragraph.add_run().add_picture(BytesIO(to_png(chart.spec)), width=Cm(width))
        properties = picture._inline.docPr
        properties.set("descr", chart.alt)
        properties.set("title", chart.title)
        paragraph.paragraph_format.keep_with_next = True

    def _caption(self, paragraph: Any, chart: Chart) -> None:
        self.charts += 1
        paragraph.add_run("Рисунок ")
        add_field(paragraph, r"SEQ Рисунок \* ARABIC", str(self.charts))
        paragraph.add_run(f". {chart.title}")

    def signature(self, who: str) -> None:
        """Write the place to sign: post, signature, name, date."""
        from docx.shared import Cm

        self.turn(is_wide=False)
        self.word.add_paragraph()
        grid = self.word.add_table(rows=2, cols=3)
        grid.autofit = False
        lines = (
            (who, "____________________", "____________________"),
            ("«____» ____________ 20____ г.", "(подпись)", "(инициалы, фамилия)"),
        )
        for row, texts in zip(grid.rows, lines, strict=True):
            for cell, text, width in zip(row.cells, texts, (7.4, 4.8, 4.8), strict=True):
                cell.width = Cm(width)
                write_cell(cell, text, 12 if row is not grid.rows[1] else 10)


def _numbered(document: Document) -> list[tuple[str, Section]]:
    """Return sections and appendices with their printed numbers; the summary has none."""
    found: list[tuple[str, Section]] = []
    number = 0
    for section in document.sections:
        number += section.id != "summary"
        found.append((f"{number}." if section.id != "summary" else "", section))
    return [*found, *((f"Приложение {n}.", part) for n, part in enumerate(document.appendices, start=1))]


def _headings(document: Document) -> list[tuple[int, str]]:
    """Return the headings of two levels in reading order, as the office program will find them."""
    found: list[tuple[int, str]] = []
    for number, section in _numbered(document):
        found.append((1, f"{number} {section.title}".strip()))
        found += [(2, block.title) for block in section.blocks if isinstance(block, (Notice, Definitions))]
        found += [(2, part.title) for part in section.subsections]
    return found


def _front(word: Any, document: Document) -> None:
    """Write whose annex it is, the title, the edition and the contents."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    word.add_paragraph(_ORDER, style="Note").alignment = WD_ALIGN_PARAGRAPH.RIGHT
    word.add_paragraph(document.organisation)
    word.add_heading(document.title, 0)
    word.add_paragraph(document.subtitle)
    edition = (
        "Внутренняя редакция: сведения ограниченного доступа"
        if document.edition == "internal"
        else "Публичная редакция"
    )
    as_of = f". Данные по состоянию на {ty.long_date(document.as_of)}" if document.as_of else ""
    word.add_paragraph(edition + as_of, style="Note")
    # No heading of the document's own: the contents would list it.
    word.add_paragraph().add_run("Содержание").bold = True
    add_contents(word, _headings(document))
    word.add_page_break()
    number_pages(word, document.subtitle)


def write_docx(document: Document, target: Path) -> None:
    """Write the report as DOCX."""
    import docx

    word: Any = docx.Document()
    set_styles(word)
    properties = word.core_properties
    properties.title, properties.author = document.title, document.organisation
    properties.comments = ""
    properties.created = properties.modified = EPOCH
    properties.last_modified_by, properties.revision, properties.language = document.organisation, 1, "ru-RU"
    _front(word, document)
    update_on_opening(word)
    writer = _Writer(word)
    appendices = {section.id for section in document.appendices}
    is_signed = False
    for number, section in _numbered(document):
        if section.id in appendices and not is_signed and document.signatory:
            writer.signature(document.signatory)
            is_signed = True
            word.add_page_break()
        writer.section(section, 1, number)
    if document.signatory and not is_signed:
        writer.signature(document.signatory)
    with atomic_path(target) as part:
        raw = part.with_suffix(".raw")
        try:
            word.save(str(raw))
            make_deterministic(raw, part)
        finally:
            raw.unlink(missing_ok=True)
