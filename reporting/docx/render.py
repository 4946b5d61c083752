"""The report as DOCX: heading styles, a table of contents field, numbered tables with repeated heads, a signature."""

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
    Definitions,
    Document,
    FigureRef,
    Notice,
    Paragraph,
    Section,
    Strong,
    Table,
)
from reporting.xlsx.render import plain
from reporting.zipping import EPOCH, make_deterministic

_INK = (0x1B, 0x25, 0x30)
_MUTED = (0x56, 0x62, 0x70)
_TEXT_WIDTH_CM = 17.0


class _Writer:
    """Writes the parts of a document into a python-docx document, counting tables and figures."""

    def __init__(self, word: Any) -> None:
        self.word = word
        self.tables = 0
        self.charts = 0

    def section(self, section: Section, level: int, number: str = "") -> None:
        self.word.add_heading(f"{number} {section.title}".strip(), level)
        for block in section.blocks:
            self.block(block, level + 1)
        for part in section.subsections:
            self.section(part, level + 1)

    def block(self, block: Block, level: int) -> None:  # noqa: PLR0912 - one branch a kind of block
        match block:
            case Paragraph():
                self.paragraph(block, "Note" if block.style == "note" else "Normal")
            case Bullets():
                if block.title:
                    self.word.add_paragraph().add_run(block.title).bold = True
                for item in block.items:
                    self.paragraph(item, "List Bullet")
            case Notice():
                self.word.add_heading(block.title, level)
                for item in block.items:
                    self.paragraph(item, "List Bullet")
            case Definitions():
                self.word.add_heading(block.title, level)
                for term, text in block.items:
                    paragraph = self.word.add_paragraph()
                    paragraph.add_run(f"{term}: ").bold = True
                    paragraph.add_run(text)
            case Cards():
                self.cards(block)
            case Table():
                self.table(block)
            case Chart():
                self.chart(block)
            case ChartGrid():
                for chart in block.charts:
                    self.chart(chart)

    def paragraph(self, block: Paragraph, style: str) -> None:
        paragraph = self.word.add_paragraph(style=style)
        for item in block.runs:
            run = paragraph.add_run(plain(item))
            run.bold = isinstance(item, (Strong, FigureRef)) or None

    def cards(self, block: Cards) -> None:
        """Write the cards as a table: indicator, value, change, status."""
        from reporting.content.model import Column, Row

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
            Column("Показатель"),
            Column("Значение", True),
            Column("Изменение", True),
            Column("Статус"),
        )
        self.table(Table("cards", "Пять официальных показателей", columns, rows), is_numbered=False)

    def table(self, table: Table, *, is_numbered: bool = True) -> None:
        from docx.enum.text import WD_ALIGN_PARAGRAPH
        from docx.oxml import OxmlElement
        from docx.shared import Pt

        caption = table.caption
        if is_numbered:
            self.tables += 1
            caption = f"Таблица {self.tables}. {caption}"
        self.word.add_paragraph(caption, style="Caption").paragraph_format.keep_with_next = True
        size = Pt(7 if len(table.columns) > 9 else 9)
        grid = self.word.add_table(rows=1, cols=len(table.columns), style="Table Grid")
        for cell, column in zip(grid.rows[0].cells, table.columns, strict=True):
            title = f"{column.group.split('.')[0]}: {column.title.lower()}" if column.group else column.title
            _write_cell(cell, title, size, bold=True, shade="EAF2FA")
        properties = grid.rows[0]._tr.get_or_add_trPr()
        properties.append(OxmlElement("w:tblHeader"))
        for row in table.rows:
            cells = grid.add_row().cells
            if row.kind == "group":
                _write_cell(cells[0].merge(cells[-1]), plain(row.cells[0]), size, bold=True, shade="F5F7FA")
                continue
            for cell, content, column in zip(cells, row.cells, table.columns, strict=True):
                paragraph = _write_cell(cell, plain(content), size, bold=row.kind == "total")
                if column.is_number:
                    paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        self.word.add_paragraph(table.note, style="Note")

    def chart(self, chart: Chart) -> None:
        from docx.shared import Cm

        self.charts += 1
        width = _TEXT_WIDTH_CM if chart.wide else _TEXT_WIDTH_CM * 0.62
        picture = self.word.add_picture(BytesIO(to_png(chart.spec)), width=Cm(width))
        properties = picture._inline.docPr
        properties.set("descr", chart.alt)
        properties.set("title", chart.title)
        self.word.paragraphs[-1].paragraph_format.keep_with_next = True
        self.word.add_paragraph(f"Рисунок {self.charts}. {chart.title}", style="Caption")
        if chart.note:
            self.word.add_paragraph(chart.note, style="Note")


def _write_cell(cell: Any, text: str, size: Any, *, bold: bool = False, shade: str = "") -> Any:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import Pt

    paragraph = cell.paragraphs[0]
    run = paragraph.add_run(text)
    run.font.size = size
    run.bold = bold or None
    paragraph.paragraph_format.space_after = Pt(0)
    if shade:
        element = OxmlElement("w:shd")
        for name, value in (("val", "clear"), ("color", "auto"), ("fill", shade)):
            element.set(qn(f"w:{name}"), value)
        cell._tc.get_or_add_tcPr().append(element)
    return paragraph


def _styles(word: Any) -> None:
    from docx.enum.style import WD_STYLE_TYPE
    from docx.oxml.ns import qn
    from docx.shared import Cm, Pt, RGBColor

    page = word.sections[0]
    page.page_width, page.page_height = Cm(21), Cm(29.7)
    page.left_margin, page.right_margin = Cm(2.5), Cm(1.5)
    page.top_margin = page.bottom_margin = Cm(2)
    normal = word.styles["Normal"]
    normal.font.name, normal.font.size = "Times New Roman", Pt(12)
    for style in word.styles:
        if style.type == WD_STYLE_TYPE.PARAGRAPH and style.name.startswith(("Heading", "Title", "Caption")):
            style.font.name = "Times New Roman"
            fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
            for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
                fonts.attrib.pop(qn(f"w:{theme}"), None)
            style.font.color.rgb = RGBColor(*_INK)
    word.styles["Heading 1"].font.size = Pt(16)
    word.styles["Heading 2"].font.size = Pt(14)
    word.styles["Heading 3"].font.size = Pt(12)
    word.styles["Caption"].font.size = Pt(10.5)
    note = word.styles.add_style("Note", WD_STYLE_TYPE.PARAGRAPH)
    note.base_style = normal
    note.font.size = Pt(9.5)
    note.font.color.rgb = RGBColor(*_MUTED)


def _field(word: Any, instruction: str, shown: str) -> None:
    """Insert a Word field: the office program fills it on opening or with F9."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    run = word.add_paragraph().add_run()
    for kind in ("begin", "instr", "separate", "text", "end"):
        if kind == "instr":
            element = OxmlElement("w:instrText")
            element.set(qn("xml:space"), "preserve")
            element.text = instruction
        elif kind == "text":
            element = OxmlElement("w:t")
            element.text = shown
        else:
            element = OxmlElement("w:fldChar")
            element.set(qn("w:fldCharType"), kind)
        run._r.append(element)


def write_docx(document: Document, target: Path) -> None:
    """Write the report as DOCX."""
    import docx

    word: Any = docx.Document()
    _styles(word)
    properties = word.core_properties
    properties.title, properties.author = document.title, document.organisation
    properties.comments = ""
    properties.created = properties.modified = EPOCH
    properties.last_modified_by, properties.revision, properties.language = document.organisation, 1, "ru-RU"
    word.add_paragraph(document.organisation)
    word.add_heading(document.title, 0)
    word.add_paragraph(document.subtitle)
    edition = "Внутренняя редакция" if document.edition == "internal" else "Публичная редакция"
    as_of = f", данные по состоянию на {ty.long_date(document.as_of)}" if document.as_of else ""
    word.add_paragraph(edition + as_of, style="Note")
    word.add_heading("Содержание", 1)
    _field(word, r'TOC \o "1-2" \h \z \u', "Чтобы заполнить содержание, нажмите F9")
    writer = _Writer(word)
    number = 0
    for section in document.sections:
        number += section.id != "summary"
        writer.section(section, 1, f"{number}." if section.id != "summary" else "")
    if document.signatory:
        word.add_paragraph()
        word.add_paragraph(f"{document.signatory}\t____________________")
    for place, section in enumerate(document.appendices, start=1):
        writer.section(section, 1, f"Приложение {place}.")
    with atomic_path(target) as part:
        raw = part.with_suffix(".raw")
        try:
            word.save(str(raw))
            make_deterministic(raw, part)
        finally:
            raw.unlink(missing_ok=True)
