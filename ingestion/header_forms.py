"""The form of a header that offices vary: shortened words, and words put for one another (as data: ``vocabulary``)."""

from __future__ import annotations

import re
from functools import cache, lru_cache

from ingestion import vocabulary


@lru_cache(maxsize=16384)
def common_form(folded: str) -> str:
    """Return a folded header with each phrase in its common form, without the word that says whose it is.

    «фио обучающегося» and «ф и о» give «фио»; «код участника» stays, because a code may be of another thing.
    """
    same, pattern = _phrases()
    text = pattern.sub(lambda match: same[match[0]], folded)
    forms = vocabulary.header_forms()
    rest, _, last = text.rpartition(" ")
    return rest if last in forms["of_pupil"] and rest in forms["personal"] else text


@cache
def _phrases() -> tuple[dict[str, str], re.Pattern[str]]:
    same = {phrase: form for form, phrases in vocabulary.header_forms()["same"].items() for phrase in phrases}
    longest_first = sorted(same, key=len, reverse=True)
    return same, re.compile(rf"(?<!\S)(?:{'|'.join(map(re.escape, longest_first))})(?!\S)")
