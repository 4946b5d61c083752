"""Commands as the documents print them: found in fenced blocks and in code spans, taken apart into words."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGES = (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))
_FENCE = re.compile(r"^```[a-z]*\n(.*?)^```", re.M | re.S)
_SPAN = re.compile(r"`([^`\n]+)`")
_PROGRAM = re.compile(r"(?:^|/)opora$")


@dataclass(frozen=True)
class Printed:
    """One command of one page: ``words`` after the program's name; brackets of a synopsis are taken away."""

    page: str
    text: str
    words: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.page}: {self.text}"


def snippets(page: Path) -> Iterator[str]:
    """Yield every line of fenced blocks and every code span of a page."""
    text = page.read_text(encoding="utf-8")
    for block in _FENCE.findall(text):
        yield from block.splitlines()
    yield from _SPAN.findall(_FENCE.sub("", text))


def opora_commands() -> list[Printed]:
    """Return the commands of ``opora`` on all pages, in order, each once a page."""
    found: dict[Printed, None] = {}
    for page in PAGES:
        for line in snippets(page):
            words = _words(line)
            at = next((index for index, word in enumerate(words) if _PROGRAM.search(word)), None)
            if at is None or any("=" not in word and word not in _LEADERS for word in words[:at]):
                continue
            rest = words[at + 1 :]
            if rest and re.fullmatch(r"[a-z]+", rest[0]):
                found[Printed(page.name, line.strip(), tuple(rest))] = None
    return list(found)


def make_targets() -> set[tuple[str, str]]:
    """Return (page, target) of every ``make`` that a page prints."""
    return {
        (page.name, words[1])
        for page in PAGES
        for line in snippets(page)
        if (words := _words(line))[:1] == ["make"] and len(words) > 1
    }


def python_modules() -> set[tuple[str, str]]:
    """Return (page, module) of every ``python -m`` that a page prints."""
    return {
        (page.name, words[2])
        for page in PAGES
        for line in snippets(page)
        if len(words := _words(line)) > 2 and re.search(r"python3?$", words[0]) and words[1] == "-m"
    }


_LEADERS = frozenset({"sudo", "-u", "opora", "env"})


def _words(line: str) -> list[str]:
    """Split as a shell does, without the comment; of «[a|b]» stays «a»."""
    plain = re.sub(r"[\[\]]", "", re.sub(r"\|\w+", "", line))
    try:
        words = shlex.split(plain, comments=True)
    except ValueError:
        return []
    # `sudo -u opora …`: the user is called like the program.
    if words[:3] == ["sudo", "-u", "opora"]:
        words = words[3:]
    return words
