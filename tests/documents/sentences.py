"""The sentences of the methodology, and the table that names the tests of each."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
METHODOLOGY = ROOT / "docs" / "methodology.md"
TABLE = ROOT / "docs" / "methodology-tests.md"
COMPUTED = ("1", "2", "3")
"""Sections of the methodology that say how a figure is computed."""

_SOURCE = re.compile(r"(?<=[.!?»`])(?:\s*\[(?:статья центра|внешний источник|предложение)\])+(?=\s|$)")
_END = re.compile(r"(?<=[.!?])(?:\*\*)? +(?=(?:\*\*|`|«)*[А-ЯЁA-Z0-9])")
_SHORT = re.compile(r"(№|см\.|т\. ?е\.|напр\.)$")


def sentences(section: str, text: str | None = None) -> list[str]:
    """Return the sentences of one section in their order: of paragraphs, of list items, of rows of tables.

    Marks of emphasis and of the source are left out, so that a sentence is compared by its words.
    """
    text = METHODOLOGY.read_text(encoding="utf-8") if text is None else text
    body = re.split(r"^## ", text, flags=re.M)
    part = next(item for item in body if item.startswith(f"{section}. "))
    found: list[str] = []
    block: list[str] = []
    for line in [*part.splitlines()[1:], ""]:
        if line.startswith("|"):
            found += _of_block(block)
            block = []
            cells = [cell.strip() for cell in line.strip("|").split("|")]
            if not set(line) <= set("|-: ") and cells[0] not in ("правило", "что"):
                found += _split(": ".join(cells[: max(1, len(cells) - 1)]))
        elif not line.strip() or line.startswith(("#", "- ")):
            found += _of_block(block)
            block = [line.removeprefix("- ")] if line.startswith("- ") else []
        else:
            block.append(line.strip())
    return found


def _of_block(lines: list[str]) -> list[str]:
    return _split(" ".join(lines)) if lines else []


def _split(text: str) -> list[str]:
    out: list[str] = []
    for piece in _END.split(_SOURCE.sub("", text).replace("**", "").strip()):
        if out and _SHORT.search(out[-1]):
            out[-1] += " " + piece
        else:
            out.append(piece)
    return [plain(item) for item in out if re.search(r"\w", item) and item.strip(" ./")]


def plain(text: str) -> str:
    """Return a sentence without its last stop and with single spaces."""
    return " ".join(text.split()).strip(" .;,")
