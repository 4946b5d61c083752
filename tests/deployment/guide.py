"""What docs/deployment.md prints for the shell, section by section."""

from __future__ import annotations

import re
from pathlib import Path

GUIDE = Path(__file__).parents[2] / "docs" / "deployment.md"
_BLOCK = re.compile(r"^```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(section: int) -> list[str]:
    """Return the shell blocks of a numbered section, as printed."""
    text = GUIDE.read_text(encoding="utf-8")
    (body,) = re.findall(rf"^## {section}\. (.*?)(?=^## )", text, re.MULTILINE | re.DOTALL)
    return _BLOCK.findall(body)
