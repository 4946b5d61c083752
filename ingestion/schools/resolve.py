"""``school_map``: the code of a school that a file names without one."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, Any

from ingestion.schools.acts import confirmed_codes, folder, write_proposals
from ingestion.schools.names import fold_municipality, fold_school_name, without_form
from ingestion.schools.propose import propose
from ingestion.schools.provisional import proposed_register
from ingestion.schools.register import read_register
from opora.errors import UsageError

if TYPE_CHECKING:
    import pandas as pd

    from ingestion.vault import Vault
    from opora.home import Home

MAP_COLUMNS = ("municipality_name", "school_name", "school_code", "municipality_code", "is_confirmed")

__all__ = ["proposed_register", "school_map"]


def school_map(home: Home, vault: Vault, names: pd.DataFrame) -> pd.DataFrame:
    """Return one row per distinct (municipality_name, school_name) of ``names``, both as in the lake.

    1. A person's confirmation (``acts/schools``) gives the code; ``is_confirmed`` is true.
    2. With a register: the folded name equals one school's name of that municipal body (any name, full or
       short, of any year), with its legal form or, if that finds nothing, without it; ``is_confirmed`` is true.
    3. Without a register and with ``register: propose``: a provisional code; ``is_confirmed`` is false.
    4. Else no code (null), and the nearest names of the register go to ``proposed.yaml``.

    An optional column ``academic_year`` tells renames from neighbours: names of one year are two schools.
    The vault is part of the engine's seam and is not read: names of schools are public.
    Raises ``UsageError`` when a confirmation names a code that no register holds.
    """
    import pandas as pd

    register = read_register(home)
    if register.empty and home.config.register_mode == "propose":
        register, is_given = proposed_register(home, names), False
    else:
        is_given = True
    index = _Index(register)
    confirmed = confirmed_codes(home)
    _check_confirmed(home, confirmed, register, is_given=is_given)
    own = home.config.municipality
    rows: list[dict[str, Any]] = []
    pairs = names[["municipality_name", "school_name"]].drop_duplicates()
    for body, name in pairs.itertuples(index=False):
        body_key, key = fold_municipality(body), fold_school_name(name)
        if not body_key and own is not None:
            body_key = fold_municipality(own.name)
        by_person = confirmed.get((body_key, key)) or confirmed.get(("", key))
        code = by_person or index.find(body_key, key, closed=is_given)
        rows.append({
            "municipality_name": body, "school_name": name, "school_code": code,
            "municipality_code": index.municipality.get(code) if code else index.body_code(body_key),
            "is_confirmed": code is not None and (is_given or by_person is not None),
        })  # fmt: skip
    write_proposals(home, propose(names, rows, register, is_given=is_given))
    frame = pd.DataFrame(rows, columns=list(MAP_COLUMNS)).astype({"is_confirmed": "bool"})
    order = frame[["municipality_name", "school_name"]].fillna("").astype("str")
    return frame.loc[order.sort_values(["municipality_name", "school_name"]).index].reset_index(drop=True)


def _check_confirmed(
    home: Home, confirmed: dict[tuple[str, str], str], register: pd.DataFrame, *, is_given: bool
) -> None:
    unknown = sorted(set(confirmed.values()) - set(register["school_code"]))
    if not is_given:  # a real code may be confirmed before any register arrives, a provisional one must exist
        unknown = [code for code in unknown if not re.fullmatch(r"\d{6}", code)]
    if unknown:
        raise UsageError(
            f"{folder(home)}: подтверждены коды, которых нет в реестре школ: {', '.join(unknown)}"
        )


class _Index:
    """Names of a register by municipal body; a name that two open schools share finds neither."""

    def __init__(self, register: pd.DataFrame) -> None:
        self.municipality: dict[str, str] = {}
        self._bodies: dict[str, set[str]] = defaultdict(set)
        self._names: dict[tuple[str, str], set[str]] = defaultdict(set)
        self._bare: dict[tuple[str, str], set[str]] = defaultdict(set)
        self._closed: dict[str, bool] = {}
        columns = [
            "school_code", "school_name", "short_name", "municipality_name", "municipality_code", "valid_to",
        ]  # fmt: skip
        for code, full, short, body, body_code, valid_to in register[columns].itertuples(index=False):
            body_key = fold_municipality(body)
            self.municipality[code] = body_code
            self._closed[code] = not (valid_to is None or valid_to != valid_to)  # noqa: PLR0124 (NaT)
            self._bodies[body_key].add(body_code)
            for key in filter(None, (fold_school_name(full), fold_school_name(short))):
                for place in (body_key, ""):
                    self._names[place, key].add(code)
                    self._bare[place, without_form(key)].add(code)

    def body_code(self, body_key: str) -> str | None:
        codes = self._bodies.get(body_key, set())
        return next(iter(codes)) if len(codes) == 1 else None

    def find(self, body_key: str, key: str, *, closed: bool) -> str | None:
        """Return the only school of that name; ``closed``: a full register, so the legal form may be dropped."""
        if body_key not in self._bodies:
            body_key = ""
        code = self._only(self._names.get((body_key, key), set()))
        if code is None and closed and not self._names.get((body_key, key)):
            code = self._only(self._bare.get((body_key, without_form(key)), set()))
        return code

    def _only(self, codes: set[str]) -> str | None:
        open_ones = {code for code in codes if not self._closed[code]}
        best = open_ones or codes
        return next(iter(best)) if len(best) == 1 else None
