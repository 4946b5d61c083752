"""From a school's name to its code: the register, confirmations, proposals, provisional codes."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import yaml

from ingestion.schools.provisional import proposed_register, provisional_code, school_kind
from ingestion.schools.register import COLUMNS, read_register
from ingestion.schools.resolve import MAP_COLUMNS, school_map
from ingestion.vault import Vault
from opora.config import Config, Municipality
from opora.errors import UsageError
from opora.home import Home

TOWN = "Балейский район"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.delenv("OPORA_VAULT", raising=False)
    config = Config(municipality=Municipality(code="76601000", name=TOWN), register="propose")
    return Home.create(tmp_path / "home", config)


@pytest.fixture
def region(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.delenv("OPORA_VAULT", raising=False)
    config = Config(region=Municipality(code="76", name="Край"), register="propose")
    return Home.create(tmp_path / "region", config)


def land_register(home: Home, rows: list[dict[str, Any]], reading: str = "a", **facts: Any) -> None:
    full = [
        {"municipality_code": "76601000", "municipality_name": TOWN, "school_kind": "secondary",
         "valid_from": date(2000, 9, 1), **row}
        for row in rows
    ]  # fmt: skip
    frame = pd.DataFrame(full).reindex(columns=COLUMNS).astype("object")
    frame = frame.assign(**{"scope_key": "s", "as_of": date(2024, 9, 1), "reading_id": reading, **facts})
    folder = home.lake / "school_register" / "schools" / "academic_year=2024-2025"
    folder.mkdir(parents=True, exist_ok=True)
    frame.to_parquet(folder / f"{reading}.parquet")


def names(*pairs: tuple[str | None, str], year: str | None = None) -> pd.DataFrame:
    frame = pd.DataFrame(list(pairs), columns=["municipality_name", "school_name"])
    return frame if year is None else frame.assign(academic_year=year)


def codes(home: Home, frame: pd.DataFrame) -> dict[str, tuple[str | None, bool]]:
    answer = school_map(home, Vault.open(home), frame)
    assert tuple(answer.columns) == MAP_COLUMNS
    return {
        name: (code if isinstance(code, str) else None, bool(sure))
        for name, code, sure in answer[["school_name", "school_code", "is_confirmed"]].itertuples(index=False)
    }


def test_the_register_of_the_latest_state_counts(home: Home) -> None:
    land_register(
        home, [{"school_code": "000001", "school_name": "МБОУ СОШ № 1"}], "z", as_of=date(2024, 9, 1)
    )
    land_register(
        home, [{"school_code": "000002", "school_name": "МБОУ СОШ № 2"}], "a", as_of=date(2024, 9, 2)
    )
    assert read_register(home)["school_code"].tolist() == ["000002"]


def test_exact_match_of_folded_names_within_the_municipality(home: Home) -> None:
    land_register(home, [
        {"school_code": "000001", "school_name": "МБОУ «Средняя общеобразовательная школа № 1»",
         "short_name": "Первая"},
        {"school_code": "000002", "school_name": "МБОУ СОШ № 2"},
        {"school_code": "000003", "school_name": "МБОУ СОШ № 1", "municipality_name": "г. Чита"},
        {"school_code": "000004", "school_name": "МБОУ ООШ № 4"},
        {"school_code": "000005", "school_name": "МАОУ ООШ № 4"},
    ])  # fmt: skip
    found = codes(home, names((TOWN, "МБОУ СОШ №1"), (None, "Первая"), (TOWN, "СОШ № 2"), (TOWN, "МАОУ СОШ № 2"),
                              (TOWN, "ООШ 4"), (TOWN, "МАОУ ООШ 4"), (TOWN, "МБОУ СОШ № 22")))  # fmt: skip
    assert found == {
        "МБОУ СОШ №1": ("000001", True), "Первая": ("000001", True), "СОШ № 2": ("000002", True),
        "МАОУ СОШ № 2": ("000002", True),  # the register is closed: no other school has this name
        "ООШ 4": (None, False),  # two schools have it
        "МАОУ ООШ 4": ("000005", True), "МБОУ СОШ № 22": (None, False),
    }  # fmt: skip
    assert codes(home, names(("г. Чита", "МБОУ СОШ №1")))["МБОУ СОШ №1"] == ("000003", True)


def test_of_two_schools_of_one_name_the_open_one(home: Home) -> None:
    land_register(home, [
        {"school_code": "000001", "school_name": "МБОУ СОШ № 1", "valid_to": date(2020, 8, 31)},
        {"school_code": "000009", "school_name": "МБОУ СОШ № 1", "predecessor_code": "000001"},
    ])  # fmt: skip
    assert codes(home, names((TOWN, "МБОУ СОШ №1"))) == {"МБОУ СОШ №1": ("000009", True)}


def test_near_names_are_proposed_and_count_only_when_confirmed(home: Home) -> None:
    land_register(home, [{"school_code": "000001", "school_name": "МБОУ Александрово-Заводская СОШ"}])
    written = "МБОУ Александровско-Заводская СОШ"
    assert codes(home, names((TOWN, written))) == {written: (None, False)}
    folder = home.acts / "schools"
    proposal = yaml.safe_load((folder / "proposed.yaml").read_text("utf-8"))
    assert [(item["school_name"], item["school_code"]) for item in proposal] == [(written, "000001")]
    assert (
        proposal[0]["candidate_name"] == "МБОУ Александрово-Заводская СОШ" and 90 < proposal[0]["score"] < 100
    )
    assert codes(home, names((TOWN, written))) == {
        written: (None, False)
    }  # the proposal alone changes nothing
    (folder / "confirmed.yaml").write_text(
        yaml.safe_dump([proposal[0] | {"signer": "методист"}], allow_unicode=True)
    )
    assert codes(home, names((TOWN, written))) == {written: ("000001", True)}
    assert not (folder / "proposed.yaml").exists()


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ({"school_name": "МБОУ СОШ", "school_code": "000001"}, "signer"),
        ({"school_name": "МБОУ СОШ", "school_code": "000077", "signer": "я"}, "000077"),
        ("МБОУ СОШ", "school_name"),
    ],
)
def test_a_wrong_confirmation_is_refused(home: Home, entry: Any, message: str) -> None:
    land_register(home, [{"school_code": "000001", "school_name": "МБОУ СОШ № 1"}])
    (home.acts / "schools").mkdir()
    (home.acts / "schools" / "confirmed.yaml").write_text(yaml.safe_dump([entry], allow_unicode=True))
    with pytest.raises(UsageError, match=message):
        codes(home, names((TOWN, "МБОУ СОШ № 1")))


def test_without_register_and_without_propose_no_code_is_given(tmp_path: Path) -> None:
    home = Home.create(tmp_path / "h", Config(municipality=Municipality(code="1", name=TOWN)))
    assert codes(home, names((TOWN, "МБОУ СОШ № 1"))) == {"МБОУ СОШ № 1": (None, False)}


def test_provisional_codes_are_stable_and_independent_of_order(home: Home, region: Home) -> None:
    frame = names(
        (TOWN, "МБОУ СОШ № 1"), (TOWN, "МБОУ «СОШ №1»"), (TOWN, "МБОУ СОШ № 2"), ("г. Чита", "МБОУ СОШ № 1")
    )
    first = school_map(region, Vault.open(region), frame)
    assert first["school_code"].nunique() == 3 and first["municipality_code"].nunique() == 2
    assert all(re.fullmatch(r"P[0-9A-Z]{5}", code) for code in first["school_code"])
    assert not first["is_confirmed"].any()
    more = pd.concat([names((TOWN, "МБОУ Ааа"), ("Абв район", "МБОУ СОШ № 1")), frame.iloc[::-1]])
    again = school_map(region, Vault.open(region), more)
    merged = first.merge(again, on=["municipality_name", "school_name"])
    assert len(merged) == 4 and merged["school_code_x"].equals(merged["school_code_y"])
    own = school_map(home, Vault.open(home), names((TOWN, "МБОУ СОШ № 1"), (None, "МБОУ СОШ № 2")))
    assert set(own["municipality_code"]) == {"76601000"}


def test_a_taken_code_is_probed_onwards() -> None:
    first = provisional_code("балейск district\x1fмбоу сош 1", [])
    second = provisional_code("балейск district\x1fмбоу сош 1", [first])
    assert first != second and re.fullmatch(r"P[0-9A-Z]{5}", second)


def test_the_proposed_register_has_the_contracts_columns(region: Home) -> None:
    frame = pd.concat([
        names((TOWN, "МБОУ СОШ № 1"), (TOWN, "МБОУ Старая СОШ"), year="2021-2022"),
        names((TOWN, "МБОУ «СОШ №1»"), (TOWN, "МБОУ Новая ООШ"), year="2022-2023"),
    ])  # fmt: skip
    register = proposed_register(region, frame)
    assert tuple(register.columns) == COLUMNS
    contract = yaml.safe_load(Path("ingestion/sources/school_register/contract.yaml").read_text("utf-8"))
    entity = next(item for item in contract["schema"] if item["name"] == "schools")
    assert [item["name"] for item in entity["properties"]] == list(COLUMNS)
    required = [item["name"] for item in entity["properties"] if item.get("required")]
    assert register[required].notna().all().all()
    spans = register.set_index("school_name")[["valid_from", "valid_to", "school_kind"]].T.to_dict("list")
    assert spans == {
        "МБОУ «СОШ №1»": [date(2021, 9, 1), None, "secondary"],
        "МБОУ Старая СОШ": [date(2021, 9, 1), date(2022, 8, 31), "secondary"],
        "МБОУ Новая ООШ": [date(2022, 9, 1), None, "basic"],
    }


def test_a_rename_is_proposed_and_joined_only_when_confirmed(region: Home) -> None:
    frame = pd.concat([
        names((TOWN, "МБОУ Алханайская СОШ"), (TOWN, "МБОУ СОШ № 1"), (TOWN, "МБОУ СОШ № 11"), year="2021-2022"),
        names((TOWN, "МАОУ Алханайская СОШ"), (TOWN, "МБОУ СОШ № 1"), (TOWN, "МБОУ СОШ № 11"), year="2022-2023"),
    ])  # fmt: skip
    found = codes(region, frame)
    assert len({code for code, _ in found.values()}) == 4
    proposals = yaml.safe_load((region.acts / "schools" / "proposed.yaml").read_text("utf-8"))
    assert [(p["school_name"], p["candidate_name"]) for p in proposals] == [
        ("МАОУ Алханайская СОШ", "МБОУ Алханайская СОШ")
    ]
    entry = proposals[0] | {"signer": "методист"}
    (region.acts / "schools" / "confirmed.yaml").write_text(yaml.safe_dump([entry], allow_unicode=True))
    joined = codes(region, frame)
    old = found["МБОУ Алханайская СОШ"][0]
    assert joined["МАОУ Алханайская СОШ"] == (old, True)
    register = proposed_register(region, frame).set_index("school_code")
    assert len(register) == 3
    assert register.loc[old, ["valid_from", "valid_to"]].tolist() == [date(2021, 9, 1), None]


def test_a_real_code_may_be_confirmed_before_a_register_arrives(region: Home) -> None:
    frame = names((TOWN, "МБОУ СОШ № 1"))
    codes(region, frame)
    entry = {
        "municipality_name": TOWN,
        "school_name": "МБОУ СОШ № 1",
        "school_code": "123456",
        "signer": "методист",
    }
    (region.acts / "schools" / "confirmed.yaml").write_text(yaml.safe_dump([entry], allow_unicode=True))
    assert codes(region, frame) == {"МБОУ СОШ № 1": ("123456", True)}
    assert proposed_register(region, frame)["school_code"].tolist() == ["123456"]


@pytest.mark.parametrize(
    ("name", "kind"),
    [("мбоу сош 1", "secondary"), ("мбоу оош 1", "basic"), ("мбоу лицей 1", "lyceum"), ("моу гимназия 1", "gymnasium"),
     ("гкоу специальная коррекционная школа интернат", "special"), ("мбоу вечерняя сменная школа", "evening")],
)  # fmt: skip
def test_kind_of_school(name: str, kind: str) -> None:
    assert school_kind(name) == kind
