"""The vault: permissions, key, tokens, originals, acts."""

from __future__ import annotations

import hashlib
import hmac
import stat
import time
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingestion.identity.people import ATTRIBUTES
from ingestion.vault import Vault
from opora.config import Config
from opora.errors import OporaError, UsageError
from opora.home import Home

YEAR = "2024-2025"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.delenv("OPORA_VAULT", raising=False)
    return Home.create(tmp_path / "home", Config())


@pytest.fixture
def vault(home: Home) -> Vault:
    return Vault.open(home)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_is_private_and_outside_the_home(home: Home, vault: Vault) -> None:
    assert home.root not in vault.root.parents
    assert mode(vault.root) == mode(vault.identity) == mode(vault.originals) == mode(vault.acts) == 0o700
    key = vault.root / "key"
    assert mode(key) == 0o600 and len(key.read_bytes()) == 32
    assert Vault.open(home).root == vault.root
    assert key.read_bytes().hex() not in repr(vault)
    vault.tokenise("gia_protocol", YEAR, "r1", pd.DataFrame({"full_name": ["Иванов Иван"]}))
    assert mode(vault.identity / "r1.parquet") == 0o600


def test_a_vault_inside_the_home_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPORA_VAULT", raising=False)
    home = Home.create(tmp_path / "home", Config(vault="vault"))
    with pytest.raises(UsageError, match="вне дома"):
        Vault.open(home)


def test_a_lost_key_is_never_replaced_silently(home: Home, vault: Vault) -> None:
    vault.tokenise("gia_protocol", YEAR, "r1", pd.DataFrame({"full_name": ["Иванов Иван"]}))
    (vault.root / "key").unlink()
    with pytest.raises(OporaError, match="ключа нет"):
        Vault.open(home)


def test_original_is_kept_byte_for_byte_once(vault: Vault, tmp_path: Path) -> None:
    file = tmp_path / "протокол.xlsx"
    file.write_bytes(b"\x00\xff" * 100_000)
    digest = vault.keep_original(file)
    assert digest == hashlib.sha256(file.read_bytes()).hexdigest()
    kept = vault.original(digest)
    assert kept.read_bytes() == file.read_bytes() and mode(kept) == 0o600
    before = kept.stat().st_mtime_ns
    assert vault.keep_original(file) == digest and kept.stat().st_mtime_ns == before
    assert [item.name for item in vault.originals.iterdir()] == [digest]
    with pytest.raises(OporaError):
        vault.original("0" * 64)


def test_token_is_the_hmac_of_the_canonical_attributes(vault: Vault) -> None:
    people = pd.DataFrame({
        "surname": ["ИВАНОВ"], "given_name": ["Иван "], "birth_date": ["01.02.2009"], "school_code": [1234],
        "class_label": ["9 А"],
    })  # fmt: skip
    token = vault.tokenise("gia_protocol", YEAR, "r1", people).iloc[0]
    values = {"surname": "иванов", "given_name": "иван", "birth_date": "2009-02-01", "school_code": "001234",
              "class_label": "9а"}  # fmt: skip
    text = "token\x1f" + "\x1f".join(values.get(name, "") for name in ATTRIBUTES)
    digest = hmac.new((vault.root / "key").read_bytes(), text.encode(), hashlib.sha256).digest()
    assert token == int.from_bytes(digest[:8], "big") >> 1


def test_one_token_per_row_in_order_and_null_for_nobody(vault: Vault) -> None:
    people = pd.DataFrame(
        {"full_name": ["Иванов Иван", None, "-", "иванов  ИВАН", "Петров П."], "class_label": ["9А"] * 5},
        index=[7, 3, 5, 1, 0],
    )
    tokens = vault.tokenise("vsosh_school_stage", YEAR, "r1", people)
    assert str(tokens.dtype) == "Int64" and tokens.index.tolist() == [7, 3, 5, 1, 0]
    assert tokens.isna().tolist() == [False, True, True, False, False]
    assert tokens[7] == tokens[1] != tokens[0]
    assert len(vault.identity_rows(["r1"])) == 2


@settings(max_examples=25)
@given(portions=st.lists(st.lists(st.sampled_from("абвгдежз"), max_size=9), max_size=5))
def test_portions_gathered_are_the_rows_of_one_call(
    portions: list[list[str]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    home = Home.create(tmp_path_factory.mktemp("vault") / "home", Config())
    vault, people = Vault.open(home), [pd.DataFrame({"full_name": names}) for names in portions]
    with vault.gathering("portions"):
        for each in people:
            vault.tokenise("gia_protocol", YEAR, "portions", each)
    vault.tokenise(
        "gia_protocol", YEAR, "whole", pd.DataFrame({"full_name": [n for names in portions for n in names]})
    )
    told = [
        vault.identity_rows([reading])
        .drop(columns="reading_id")
        .sort_values("person_token", ignore_index=True)
        for reading in ("portions", "whole")
    ]
    pd.testing.assert_frame_equal(*told)


def test_a_reading_that_fails_half_way_leaves_the_file_as_it_was(vault: Vault) -> None:
    vault.tokenise("gia_protocol", YEAR, "r1", pd.DataFrame({"full_name": ["Иванов Иван"]}))
    before = (vault.identity / "r1.parquet").read_bytes()
    with pytest.raises(ZeroDivisionError), vault.gathering("r1"):
        vault.tokenise("gia_protocol", YEAR, "r1", pd.DataFrame({"full_name": ["Петров Пётр"]}))
        1 / 0  # noqa: B018
    assert [file.name for file in vault.identity.iterdir()] == ["r1.parquet"]
    assert (vault.identity / "r1.parquet").read_bytes() == before


def test_identity_is_idempotent_and_grows_within_a_reading(vault: Vault) -> None:
    first, second = pd.DataFrame({"full_name": ["Иванов Иван"]}), pd.DataFrame({"full_name": ["Петров Пётр"]})
    vault.tokenise("gia_protocol", YEAR, "r1", first)
    file = vault.identity / "r1.parquet"
    before = file.read_bytes()
    vault.tokenise("gia_protocol", YEAR, "r1", first)
    assert file.read_bytes() == before
    vault.tokenise("gia_protocol", YEAR, "r1", second)
    assert set(vault.identity_rows(["r1", "absent"])["surname"]) == {"иванов", "петров"}
    assert len(vault.identity_rows(["r1"])) == 2


def test_a_jurys_cipher_names_one_person_in_its_reading_only(vault: Vault) -> None:
    nameless = pd.DataFrame({"participant_code": ["9-01"]})
    tokens = [vault.tokenise("vsosh_municipal_protocol", YEAR, reading, nameless).iloc[0] for reading in "ab"]
    assert tokens[0] != tokens[1]
    pupils = [vault.tokenise("vsosh_sirius", YEAR, reading, nameless).iloc[0] for reading in "cd"]
    assert pupils[0] == pupils[1]


def test_names_for_the_scan(vault: Vault) -> None:
    vault.tokenise(
        "gia_protocol", YEAR, "r1", pd.DataFrame({"full_name": ["Иванов Иван Иванович", "Ким О."]})
    )
    assert vault.names() == {"иванов", "иванов иван", "иванов иван иванович", "ким", "ким о."}


def test_rotation_changes_new_tokens_and_keeps_old_rows(home: Home, vault: Vault) -> None:
    people = pd.DataFrame({"full_name": ["Иванов Иван"]})
    old = vault.tokenise("gia_protocol", YEAR, "r1", people).iloc[0]
    key = (vault.root / "key").read_bytes()
    vault.rotate_key(datetime(2026, 1, 1, tzinfo=UTC))
    assert (vault.root / "key").read_bytes() != key and mode(vault.root / "key") == 0o600
    assert vault.identity_rows(["r1"])["person_token"].tolist() == [old]
    assert Vault.open(home).tokenise("gia_protocol", YEAR, "r2", people).iloc[0] != old
    assert [act["event"] for act in vault.acts_of("keys")] == ["created", "rotated"]
    assert vault.acts_of("keys")[1]["when"] == "2026-01-01T00:00:00+00:00"
    assert not any(key in file.read_bytes() for file in vault.root.rglob("*") if file.is_file())


def test_depersonalisation_is_logged_once_without_names(vault: Vault) -> None:
    for _ in range(2):
        vault.record_depersonalisation("r1", 30, ["surname", "birth_date"], datetime(2026, 1, 1, tzinfo=UTC))
    assert vault.acts_of("depersonalisation") == [
        {
            "when": "2026-01-01T00:00:00+00:00",
            "reading_id": "r1",
            "rows": 30,
            "fields": ["birth_date", "surname"],
        }
    ]


@pytest.mark.slow
def test_a_million_rows_in_fifteen_seconds(vault: Vault) -> None:
    rng = np.random.default_rng(1)
    people = 500_000
    stems = np.array(["".join(rng.choice(list("абвгдежзиклмнопрст"), 7)) for _ in range(20_000)])
    frame = pd.DataFrame({
        "surname": stems[rng.integers(0, 20_000, people)], "given_name": stems[rng.integers(0, 300, people)],
        "birth_date": pd.Timestamp("2005-01-01") + pd.to_timedelta(rng.integers(0, 4000, people), unit="D"),
        "school_code": rng.integers(100_000, 140_000, people).astype(str),
    })  # fmt: skip
    frame = pd.concat([frame, frame.sample(people, random_state=1)], ignore_index=True)
    start = time.perf_counter()
    tokens = vault.tokenise("gia_protocol", YEAR, "r1", frame)
    assert time.perf_counter() - start < 15
    assert tokens.nunique() == len(frame.drop_duplicates())
