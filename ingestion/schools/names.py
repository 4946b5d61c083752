"""Folding of the names of schools and of municipal bodies: one school, one text.

Folded: case, ё/е, Latin look-alikes, quotes of every kind, dashes, №, punctuation, long and short legal
forms («муниципальное бюджетное общеобразовательное учреждение» = МБОУ), kinds of school (СОШ, ООШ), «имени» =
«им.», «город» = «г.», «село» = «с.», ordinals («№ 1», «№1», «1-я»). The legal form stays in the folded name:
МБОУ and МАОУ are two names (``without_form`` drops it where a closed register makes that safe).
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Any

from ingestion.identity.normalise import fold_word, is_missing

_BREAKS = re.compile(r"[^\w]+|_")
_DASH = re.compile(r"[‐‑‒–—−]")
_NUMBER = re.compile(r"\b(?:номер|no?)\s+(?=\d)")
_ORDINAL = re.compile(r"\b(\d+)(?:\s*-\s*)?(?:я|й|ая|ой|ый|го)\b")
_GLUED = re.compile(r"(?<=[^\W\d])(?=\d)|(?<=\d)(?=[^\W\d])")

# Long legal forms to their letters. Order matters: longer first. Work on text that is already folded.
_FORM_WORDS = [
    (r"муниципальн\w+", "м"), (r"государственн\w+", "г"), (r"федеральн\w+", "ф"), (r"областн\w+", "о"),
    (r"краев\w+", "к"), (r"негосударственн\w+", "н"), (r"частн\w+", "ч"),
]  # fmt: skip
_KIND_WORDS = [(r"бюджетн\w+", "б"), (r"автономн\w+", "а"), (r"казенн\w+", "к"), (r"некоммерческ\w+", "н")]
_BODY_WORDS = [
    (r"профессиональн\w+ образовательн\w+ (?:учреждение|организация)", "поу"),
    (r"общеобразовательн\w+ (?:учреждение|организация)", "оу"),
    (r"образовательн\w+ (?:учреждение|организация)", "оу"),
    (r"учреждение", "у"),
]
_LONG_FORM = re.compile(
    r"\b((?:(?:" + "|".join(word for word, _ in [*_FORM_WORDS, *_KIND_WORDS]) + r")\s+){1,4})"
    r"(" + "|".join(word for word, _ in _BODY_WORDS) + r")(?=\s|$)"
)
_SHORT_FORM = re.compile(r"^(?:(?:м|г|ф|к|о|ч)?г?(?:б|а|к)?(?:о|по)у)(?=\s|$)")
_FOUNDER = re.compile(r"^г \w+ (?=\S)")
_REPLACED = [
    (re.compile(r"\bсредн\w+ обще?е?образовательн\w+ школ\w+\b"), "сош"),
    (re.compile(r"\bосновн\w+ обще?е?образовательн\w+ школ\w+\b"), "оош"),
    (re.compile(r"\bначальн\w+ обще?е?образовательн\w+ школ\w+\b"), "нош"),
    (re.compile(r"\bсредн\w+ школ\w+\b"), "сш"),
    (re.compile(r"\b(?:имени|им)\b"), "им"),
    (re.compile(r"\b(?:города|городе|город|гор)\b"), "г"),
    (re.compile(r"\b(?:села|селе|село)\b"), "с"),
    (re.compile(r"\b(?:деревни|деревня)\b"), "д"),
    (re.compile(r"\b(?:поселка|поселок|пос)\b"), "п"),
    (re.compile(r"\b(?:п г т|поселка городского типа|поселок городского типа)\b"), "пгт"),
    (re.compile(r"\bстаница|станицы\b"), "ст"),
    (re.compile(r"\b(?:закрытого административно территориального образования)\b"), "зато"),
    (re.compile(r"\bгородского округа\b"), "го"),
]


def _plain(value: Any) -> str:
    """Lower case, one alphabet, single spaces; only letters and digits stay."""
    if is_missing(value):
        return ""
    text = unicodedata.normalize("NFKC", str(value).replace("№", " ")).lower().replace("ё", "е")
    text = unicodedata.normalize("NFC", text.replace("\u00ad", "").replace("\u0301", ""))
    text = _ORDINAL.sub(r"\1", _DASH.sub("-", text))
    return " ".join(fold_word(word) for word in _BREAKS.sub(" ", text).split())


def _letters(text: str, pairs: list[tuple[str, str]]) -> str:
    found: list[tuple[int, str]] = []
    for pattern, letter in pairs:
        found += [(match.start(), letter) for match in re.finditer(rf"\b{pattern}", text)]
    return "".join(letter for _, letter in sorted(found))


def _shorten_form(match: re.Match[str]) -> str:
    body = next(short for word, short in _BODY_WORDS if re.fullmatch(word, match[2]))
    return _letters(match[1], _FORM_WORDS) + _letters(match[1], _KIND_WORDS) + body


@lru_cache(maxsize=1 << 16)
def _fold_school(value: str) -> str:
    text = _plain(value)
    text = _NUMBER.sub(" ", _plain(_GLUED.sub(" ", text)))
    text = _LONG_FORM.sub(_shorten_form, " ".join(text.split()), count=1)
    for pattern, short in _REPLACED:
        text = pattern.sub(short, text)
    return " ".join(text.split())


def fold_school_name(value: Any) -> str:
    """Return the folded name of a school, legal form included; '' for nothing."""
    return "" if is_missing(value) else _fold_school(str(value))


def without_form(folded: str) -> str:
    """Return a folded name without its legal form and founder's city («гбоу г москвы школа 5» → «школа 5»)."""
    bare = _SHORT_FORM.sub("", folded, count=1).strip()
    if bare != folded:
        bare = _FOUNDER.sub("", bare, count=1)
    return bare or folded


def numbers_of(folded: str) -> frozenset[int]:
    """Return the numbers in a folded name: schools with different numbers are different schools."""
    return frozenset(int(digits) for digits in re.findall(r"\d+", folded))


_AUTHORITY = re.compile(
    r"\b(?:муниципальн\w+ казенн\w+ учрежден\w+|комитет\w*|управлени\w*|отдел\w*|департамент\w*"
    r"|админи?страци\w*|образовани\w+|муниципальн\w+|молодежн\w+|молодежи|политик\w+|социальн\w+"
    r"|материнства|детства|делам|спорта|науки|культуры|физической|мр|мо|по|и)\b"
)
_REGION = re.compile(r"\b\w+ (?:края|край|области|область|республики)\b|\bреспублики \w+\b")
_CITY = re.compile(r"\b(?:городск\w+ округ\w*|го|город\w*|гор|г)\b")
_DISTRICT = re.compile(r"\b(?:район\w*|р н|округ\w*)\b")
_ADJECTIVE = re.compile(r"(ск|цк)(?:ий|ого|ая|ой|ое|ом)$")


@lru_cache(maxsize=1 << 14)
def _fold_municipality(value: str) -> str:
    text = _plain(value)
    rest = _REGION.sub(" ", text)
    is_city, is_district = _CITY.search(rest), _DISTRICT.search(_CITY.sub(" ", rest))
    kind = ("city " if is_city else "") + ("district" if is_district else "")
    proper = _DISTRICT.sub(" ", _CITY.sub(" ", _AUTHORITY.sub(" ", rest))).split()
    words = sorted({_ADJECTIVE.sub(r"\1", word) for word in proper if len(word) > 1})
    return " ".join([*words, kind.strip()]).strip() if words and kind else text


def fold_municipality(value: Any) -> str:
    """Return a key of a municipal body: its proper name and whether it is a city or a district.

    «Комитет образования администрации муниципального района „Балейский район“», «Балейский район» and
    «Балейский муниципальный округ» (a district reorganised into an okrug on the same territory) are one;
    «город Петровск-Забайкальский» and «Петровск-Забайкальский район» are two. A name without a recognised
    kind keeps its whole text.
    """
    return "" if is_missing(value) else _fold_municipality(str(value))
