"""Fields of Word: contents, page numbers, numbers of tables. Each holds a ready text for who never presses F9."""

from __future__ import annotations

from typing import Any


def _char(kind: str) -> Any:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    element = OxmlElement("w:fldChar")
    element.set(qn("w:fldCharType"), kind)
    return element


def _instruction(text: str) -> Any:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    element = OxmlElement("w:instrText")
    element.set(qn("xml:space"), "preserve")
    element.text = text
    return element


def add_field(paragraph: Any, instruction: str, shown: str) -> None:
    """Add a field of one line to a paragraph, ``shown`` until the office program computes it."""
    for element in (_char("begin"), _instruction(instruction), _char("separate")):
        paragraph.add_run()._r.append(element)
    paragraph.add_run(shown)
    paragraph.add_run()._r.append(_char("end"))


def add_contents(word: Any, headings: list[tuple[int, str]]) -> None:
    """Add a table of contents of two levels: headings already stand in it, page numbers come with its first update."""
    lines = [word.add_paragraph(title, style=f"TOC {level}") for level, title in headings]
    first, last = lines[0], lines[-1]
    for place, element in enumerate(
        (_char("begin"), _instruction(r'TOC \o "1-2" \h \z \u'), _char("separate"))
    ):
        run = first.add_run()
        run._r.append(element)
        # The field begins before the words of its first line.
        first._p.insert(1 + place if first._p.pPr is not None else place, run._r)
    last.add_run()._r.append(_char("end"))


def update_on_opening(word: Any) -> None:
    """Ask Word to compute fields (page numbers of the contents) when the document is opened."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    element = OxmlElement("w:updateFields")
    element.set(qn("w:val"), "true")
    word.settings.element.append(element)


def number_pages(word: Any, left: str) -> None:
    """Write ``left`` and «страница N из M» into the footer of every page."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    paragraph = word.sections[0].footer.paragraphs[0]
    paragraph.style = word.styles["Note"]
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    paragraph.add_run(f"{left} · страница ")
    add_field(paragraph, "PAGE", "1")
    paragraph.add_run(" из ")
    add_field(paragraph, "NUMPAGES", "1")
