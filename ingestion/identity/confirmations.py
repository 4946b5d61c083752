"""``HOME/acts/persons/*.yaml``: what a person decided about doubtful people. No name ever stands there.

    - same: [4611686018427387904, 1234567890123456789]   # these tokens are one person
      reason: перевод, приказ № 12
      signer: Иванова И. И., методист
    - apart: [111, 222]                                   # these tokens are different people

Tokens stand in the review list of the vault (``review``) and in the lake; they stay valid when the key is
replaced. ``same`` joins the people of the tokens, in every year; ``apart`` ends an ambiguity: each token is
its own person. ``reason`` and ``signer`` are required.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from opora.errors import UsageError
from opora.yaml_files import read_yaml

if TYPE_CHECKING:
    import pandas as pd

    from ingestion.vault import Vault

_FIELDS = frozenset({"same", "apart", "reason", "signer"})


@dataclass(frozen=True)
class Confirmation:
    """One decision: the tokens are one person (``is_same``) or all different people."""

    tokens: tuple[int, ...]
    is_same: bool


def read_confirmations(folder: Path) -> list[Confirmation]:
    """Return all decisions, independent of file names; raise ``UsageError`` naming file and entry."""
    import yaml

    found: set[tuple[tuple[int, ...], bool]] = set()
    for path in sorted(folder.glob("*.yaml")):
        try:
            entries = read_yaml(path) or []
        except yaml.YAMLError as error:
            raise UsageError(f"{path}: не читается как YAML") from error
        if not isinstance(entries, list):
            raise UsageError(f"{path}: ожидается список решений, каждое с «- same:» или «- apart:»")
        found.update(_entry(path, number, entry) for number, entry in enumerate(entries, 1))
    return [Confirmation(tokens, is_same) for tokens, is_same in sorted(found)]


def _entry(path: Path, number: int, entry: Any) -> tuple[tuple[int, ...], bool]:
    place = f"{path}: решение {number}"
    if not isinstance(entry, dict) or set(entry) - _FIELDS or ("same" in entry) == ("apart" in entry):
        raise UsageError(f"{place}: нужно одно из полей same, apart и поля reason, signer")
    if not entry.get("reason") or not entry.get("signer"):
        raise UsageError(f"{place}: укажите основание (reason) и кто решил (signer)")
    tokens = entry.get("same", entry.get("apart"))
    if (
        not isinstance(tokens, list)
        or len(set(map(str, tokens))) < 2
        or not all(type(t) is int for t in tokens)
    ):
        raise UsageError(f"{place}: нужны хотя бы два разных числовых ключа лиц (имена здесь не пишут)")
    return tuple(sorted(set(tokens))), "same" in entry


def apply_confirmations(
    people: pd.DataFrame, candidates: pd.DataFrame, decisions: list[Confirmation], vault: Vault
) -> None:
    """Apply the decisions to the person map and to the candidates of tokens, in place: ``same``, then ``apart``.

    Raises ``UsageError`` when two decisions contradict each other about a pair of tokens.
    """
    if not decisions:
        return
    import networkx as nx

    graph = nx.Graph()
    for decision in decisions:
        if decision.is_same:
            nx.add_path(graph, decision.tokens)
    group_of: dict[int, int] = {}
    for group in nx.connected_components(graph):
        group_of.update(dict.fromkeys(group, min(group)))
        rows = people["person_token"].isin(group)
        ids = people.loc[rows, "person_id"].drop_duplicates()
        if ids.empty:
            continue
        target = ids.min()
        people.loc[people["person_id"].isin(ids), "person_id"] = target
        people.loc[people["alternative_person_id"].isin(ids), "alternative_person_id"] = target
        candidates.loc[candidates["candidate_person_id"].isin(ids), "candidate_person_id"] = target
        people.loc[rows, "alternative_person_id"] = None
    for decision in decisions:
        if not decision.is_same:
            groups = [group_of.get(token, token) for token in decision.tokens]
            if len(set(groups)) < len(groups):
                raise UsageError(
                    "acts/persons: одни и те же ключи лиц названы и одним лицом (same), и разными (apart)"
                )
            _set_apart(people, decision.tokens, vault)


def _set_apart(people: pd.DataFrame, tokens: tuple[int, ...], vault: Vault) -> None:
    """End the ambiguity of the tokens; where two still share a person, all but the first get ids of their own."""
    rows = people["person_token"].isin(tokens)
    people.loc[rows, "alternative_person_id"] = None
    seen: dict[tuple[str, int], int] = {}
    for index, row in people[rows].sort_values(["academic_year", "person_token"]).iterrows():
        holder = seen.setdefault((row["academic_year"], row["person_id"]), row["person_token"])
        if holder != row["person_token"]:
            people.loc[index, "person_id"] = vault.person_ids([f"apart\x1f{row['person_token']}"])[0]
