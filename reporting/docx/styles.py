"""Page and styles of the document, as a Russian office expects a paper: Times New Roman, A4, a wide left margin."""

from __future__ import annotations

from typing import Any

INK = (0x1B, 0x25, 0x30)
MUTED = (0x56, 0x62, 0x70)
MARGINS_CM = {"left": 2.5, "right": 1.5, "top": 2.0, "bottom": 2.0}
PORTRAIT_CM, LANDSCAPE_CM = 17.0, 25.7
"""Width of the text on a sheet of either orientation."""
FONT = "Times New Roman"
_SIZES = {"Heading 1": 16, "Heading 2": 14, "Heading 3": 12, "Caption": 10.5}


def set_styles(word: Any) -> None:
    """Set the page, the fonts, the language and the styles «Note» and «TOC»."""
    from docx.enum.style import WD_STYLE_TYPE
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import Cm, Pt, RGBColor

    page = word.sections[0]
    page.page_width, page.page_height = Cm(21), Cm(29.7)
    for side, width in MARGINS_CM.items():
        setattr(page, f"{side}_margin", Cm(width))
    normal = word.styles["Normal"]
    normal.font.name, normal.font.size = FONT, Pt(12)
    normal.paragraph_format.space_after = Pt(6)
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), "ru-RU")
    properties = normal.element.get_or_add_rPr()
    for old in properties.findall(qn("w:lang")):
        properties.remove(old)
    properties.append(language)
    for style in word.styles:
        if style.type == WD_STYLE_TYPE.PARAGRAPH and style.name.startswith(("Heading", "Title", "Caption")):
            style.font.name = FONT
            fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
            for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
                fonts.attrib.pop(qn(f"w:{theme}"), None)
            style.font.color.rgb = RGBColor(*INK)
    for name, size in _SIZES.items():
        word.styles[name].font.size = Pt(size)
        word.styles[name].paragraph_format.keep_with_next = True
    note = word.styles.add_style("Note", WD_STYLE_TYPE.PARAGRAPH)
    note.base_style = normal
    note.font.size = Pt(9.5)
    note.font.color.rgb = RGBColor(*MUTED)
    for level in (1, 2):
        contents = word.styles.add_style(f"TOC {level}", WD_STYLE_TYPE.PARAGRAPH)
        contents.base_style = normal
        contents.paragraph_format.left_indent = Cm(0.6 * (level - 1))
        contents.paragraph_format.space_after = Pt(2)
