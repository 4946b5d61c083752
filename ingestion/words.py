"""Folding of words: headers, enumerations and labels are compared by these folded texts, never by position.

Folded: case, ё/е, kinds of space, quotes, dashes and punctuation, Latin letters that look Cyrillic. Kept as words
of their own: ``№`` and ``%``.
"""

from __future__ import annotations

import re
from functools import lru_cache

_LOOK_ALIKE = str.maketrans("aeopcyxkmhtb", "аеорсухкмнтв")
_ALL_ALIKE = frozenset("aeopcyxkmhtb")
_CYRILLIC = re.compile("[а-я]")
_TOKEN = re.compile(r"[0-9a-zа-я]+|№|%")
_PARENTHESIS = re.compile(r"\([^()]*\)")


@lru_cache(maxsize=65536)
def fold(text: str) -> str:
    """Return the folded words of a text, joined by single spaces; an empty text when there are none."""
    low = text.lower().replace("ё", "е").replace("\u00ad", "")
    is_cyrillic = bool(_CYRILLIC.search(low))
    words = []
    for token in _TOKEN.findall(low):
        if is_cyrillic and (_CYRILLIC.search(token) or set(token) <= _ALL_ALIKE):
            words.append(token.translate(_LOOK_ALIKE))
        else:
            words.append(token)
    return " ".join(words)


def fold_without_parentheses(text: str) -> str:
    """Return the folded words of a text without its remarks in parentheses."""
    return fold(_PARENTHESIS.sub(" ", text))


def clean(text: str) -> str:
    """Return a text with ordinary single spaces inside each line and no empty lines around."""
    lines = (" ".join(line.split()) for line in text.replace("\u00a0", " ").splitlines())
    return "\n".join(line for line in lines if line)
