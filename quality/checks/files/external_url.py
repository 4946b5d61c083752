"""No page asks for anything outside itself: the report opens on a machine without a network, and tells nobody."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

from quality.check import Check, Outcome
from quality.context import Context

_ADDRESS = re.compile(r"^\s*(?:[a-z][a-z0-9+.-]*:)?//", re.IGNORECASE)
_STYLE = re.compile(r"(?:url\(\s*['\"]?|@import\s+['\"]?)\s*(?:https?:)?//", re.IGNORECASE)
_SCRIPT = re.compile(
    r"(?:fetch|import|open|sendBeacon|importScripts|WebSocket|EventSource)\s*\(\s*['\"`](?:\w+:)?//"
)
_ATTRIBUTES = frozenset(
    {
        "src",
        "href",
        "srcset",
        "action",
        "formaction",
        "data",
        "poster",
        "background",
        "ping",
        "xlink:href",
        "manifest",
    }
)


_INLINE = frozenset({"'none'", "'unsafe-inline'", "'unsafe-eval'", "data:"})


def forbids_loading(policy: str) -> bool:
    """Say whether a content security policy lets the browser load nothing but what stands in the page itself."""
    directives = {words[0].lower(): words[1:] for part in policy.split(";") if (words := part.split())}
    return directives.get("default-src") == ["'none'"] and all(
        set(sources) <= _INLINE for sources in directives.values()
    )


class _Finder(HTMLParser):
    """Collects ``(line, what)`` of everything that leads outside."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[int, str]] = []
        self._inside = ""
        self._is_sealed = False
        self._has_script = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Judge the attributes that load or lead, and inline styles."""
        self._inside = tag if tag in ("style", "script") else ""
        self._has_script |= tag == "script"
        given = dict(attrs)
        # A policy rules what comes after it. A library of many trades may then hold code that would ask a server:
        # the browser refuses, so only an address that is written out stays a fault.
        if (given.get("http-equiv") or "").lower() == "content-security-policy" and not self._has_script:
            self._is_sealed |= forbids_loading(given.get("content") or "")
        for name, value in attrs:
            text = value or ""
            parts = text.split(",") if name == "srcset" else [text]
            if name in _ATTRIBUTES and any(_ADDRESS.match(part) for part in parts):
                self._add(f"<{tag} {name}>")
            elif name == "style" and _STYLE.search(text):
                self._add(f"<{tag} style>")
            elif name == "content" and re.search(r"url\s*=\s*['\"]?(?:\w+:)?//", text, re.IGNORECASE):
                self._add(f"<{tag} content>")

    def handle_endtag(self, tag: str) -> None:
        """Leave a style or a script."""
        self._inside = ""

    def handle_data(self, data: str) -> None:
        """Judge the text of styles and scripts; plain text may name an address."""
        if self._inside == "style" and _STYLE.search(data):
            self._add("<style>")
        elif self._inside == "script" and (
            _SCRIPT.search(data) or ("XMLHttpRequest" in data and not self._is_sealed)
        ):
            self._add("<script>")

    def _add(self, what: str) -> None:
        self.found.append((self.getpos()[0], what))


_SIGNS = ("//", "&#", "&sol", "XMLHttpRequest")
"""A page without one of these has no address in it, spelled out or as entities: there is nothing to look for."""


def outside_references(path: Path) -> list[tuple[int, str]]:
    """Return line and element of every reference of a page that leads outside of it."""
    text = path.read_text(encoding="utf-8")
    if not any(sign in text for sign in _SIGNS):
        return []
    finder = _Finder()
    finder.feed(text)
    finder.close()
    return finder.found


def run(context: Context) -> Outcome:
    """Read every html and svg page of both editions."""
    root = context.candidate.root
    pages = [
        path
        for folder in (context.candidate.public, context.candidate.internal)
        for path in sorted(folder.rglob("*"))
        if path.suffix.lower() in (".html", ".htm", ".svg")
    ]
    findings = [
        CHECK.finding(
            f"страница обращается наружу: {what}", file=page.relative_to(root).as_posix(), rows=[line]
        )
        for page in pages
        for line, what in outside_references(page)
    ]
    return Outcome(len(pages), tuple(findings))


CHECK = Check(
    rule="external_url",
    stage="files",
    severity="blocker",
    title="страницы ничего не загружают из сети",
    guidance="Встройте ресурс в страницу; адрес можно назвать текстом, но не ссылкой.",
    owner="data engineer",
    tables=(),
    run=run,
    is_waivable=False,
)
