"""A provisional register made of the names in files, for a home that was given none (``register: propose``)."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from ingestion.schools.acts import confirmed_codes, read_provisional, write_provisional
from ingestion.schools.names import fold_municipality, fold_school_name
from ingestion.schools.register import COLUMNS
from opora.home import Home
from opora.years import AcademicYear

if TYPE_CHECKING:
    import pandas as pd

_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#: A school of a file without a year has been open since before all figures.
_ALWAYS = date(1990, 9, 1)
_KINDS = (
    ("special", re.compile(r"коррекц|специальн|интернат для|овз")),
    ("evening", re.compile(r"вечерн|сменн|исправительн|следственн|\bфку\b")),
    ("gymnasium", re.compile(r"гимнази")),
    ("lyceum", re.compile(r"лице[йя]")),
    ("basic", re.compile(r"\bоош\b|основн\w+ (?:обще)?образоват")),
)


def school_kind(folded: str) -> str:
    """Return the kind of a school that its folded name tells; ``secondary`` when it tells none."""
    return next((kind for kind, pattern in _KINDS if pattern.search(folded)), "secondary")


def provisional_code(text: str, taken: Iterable[str]) -> str:
    """Return ``P`` and five letters or digits from the text's hash; a taken code is probed onwards."""
    used = set(taken)
    probe = 0
    while True:
        number = int.from_bytes(hashlib.sha256(f"{text}\x1f{probe}".encode()).digest()[:8], "big")
        code = "P"
        for _ in range(5):
            number, place = divmod(number, len(_ALPHABET))
            code += _ALPHABET[place]
        if code not in used:
            return code
        probe += 1


def proposed_register(home: Home, names: pd.DataFrame) -> pd.DataFrame:
    """Return a provisional register with the columns of the contract's entity ``schools``.

    ``names`` has ``municipality_name, school_name`` and, where known, ``academic_year``: then a school is
    valid from its first year to its last one (open when that is the last year of the whole frame). One row per
    school: equal folded names in one municipal body are one school; names that a person confirmed as one code are one
    school, also under a real six-digit code. Codes are kept in ``acts/schools/provisional.yaml`` and never change.
    """
    import pandas as pd

    known = _known(home, names)
    bodies = {item["key"]: item for item in known["municipalities"]}
    kept = {item["school_code"]: item for item in known["schools"]}
    rows = []
    for code, seen in _seen(names, confirmed_codes(home), known).items():
        body = bodies[seen.body_key]
        name = kept[code]["school_name"] if code in kept else seen.name
        valid_from, valid_to = seen.validity
        rows.append(
            dict.fromkeys(COLUMNS)
            | {
                "school_code": code, "school_name": name, "school_kind": school_kind(fold_school_name(name)),
                "municipality_code": body["municipality_code"], "municipality_name": body["municipality_name"],
                "valid_from": valid_from, "valid_to": valid_to,
            }
        )  # fmt: skip
    frame = pd.DataFrame(rows, columns=list(COLUMNS)).astype("object")
    return frame.sort_values("school_code", ignore_index=True)


def _known(home: Home, names: pd.DataFrame) -> dict[str, list[dict[str, Any]]]:
    """Return kept codes with those of new names added and written down."""
    kept = read_provisional(home)
    own = home.config.municipality
    bodies = {item["key"]: item for item in kept["municipalities"]}
    schools = {(item["municipality_key"], item["key"]): item for item in kept["schools"]}
    confirmed = confirmed_codes(home)
    pairs = names[["municipality_name", "school_name"]].drop_duplicates()
    # Sorted, so that codes and the spelling that is shown do not depend on the order of files.
    for body, name in sorted(pairs.itertuples(index=False), key=lambda pair: (str(pair[0]), str(pair[1]))):
        body_key, key = fold_municipality(body), fold_school_name(name)
        if not key:
            continue
        if own is not None and body_key in {"", fold_municipality(own.name)}:
            body_key, shown, own_code = fold_municipality(own.name), own.name, own.code
        else:
            shown, own_code = (str(body).strip() if body_key else ""), None
        if body_key not in bodies:
            code = own_code or provisional_code(
                body_key, [item["municipality_code"] for item in bodies.values()]
            )
            bodies[body_key] = {"key": body_key, "municipality_code": code, "municipality_name": shown}
        if (body_key, key) in schools or (body_key, key) in confirmed or ("", key) in confirmed:
            continue
        schools[body_key, key] = {
            "municipality_key": body_key,
            "key": key,
            "school_code": provisional_code(
                f"{body_key}\x1f{key}", [item["school_code"] for item in schools.values()]
            ),
            "school_name": " ".join(str(name).split()),
            "municipality_code": bodies[body_key]["municipality_code"],
            "municipality_name": bodies[body_key]["municipality_name"],
        }
    known = {
        "municipalities": [bodies[key] for key in sorted(bodies)],
        "schools": [schools[key] for key in sorted(schools)],
    }
    write_provisional(home, known)
    return known


@dataclass(frozen=True)
class _Seen:
    """One school as the files name it: its body, its first spelling and its validity."""

    body_key: str
    name: str
    validity: tuple[date, date | None]


def _seen(
    names: pd.DataFrame, confirmed: dict[tuple[str, str], str], known: dict[str, list[dict[str, Any]]]
) -> dict[str, _Seen]:
    """Return school code → what the files say; the validity spans the academic years with its names."""
    codes = {(item["municipality_key"], item["key"]): item["school_code"] for item in known["schools"]}
    own = known["municipalities"][0]["key"] if len(known["municipalities"]) == 1 else ""
    years: dict[str, set[AcademicYear]] = {}
    places: dict[str, tuple[str, str]] = {}
    columns = [
        name for name in ("municipality_name", "school_name", "academic_year") if name in names.columns
    ]
    for body, name, *rest in names[columns].drop_duplicates().itertuples(index=False):
        body_key, key = fold_municipality(body) or own, fold_school_name(name)
        code = confirmed.get((body_key, key)) or confirmed.get(("", key)) or codes.get((body_key, key))
        if code is None:
            continue
        place = (body_key, " ".join(str(name).split()))
        places[code] = min(places.get(code, place), place)
        years.setdefault(code, set()).update(AcademicYear.parse(year) for year in rest)
    last = max((year for found in years.values() for year in found), default=None)
    return {code: _Seen(*places[code], _validity(found, last)) for code, found in years.items()}


def _validity(found: set[AcademicYear], last: AcademicYear | None) -> tuple[date, date | None]:
    if not found:
        return _ALWAYS, None
    return min(found).first_day, None if max(found) == last else max(found).last_day
