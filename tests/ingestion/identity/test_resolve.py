"""Who is one person: each rule with its cases, by hand; half a million tokens at once."""

from __future__ import annotations

import time

import numpy as np
import pandas as pd
import pytest

from ingestion.identity.resolve import resolve as resolve_tokens
from ingestion.identity.review import review_list
from ingestion.vault import Vault
from opora.errors import UsageError
from tests.ingestion.identity.answers import groups, person_map, resolve
from tests.ingestion.identity.rows import GIA, PLATFORM, PROTOCOL, SCHOOL, STAFF, land, row


def test_r1_name_and_birth_date_are_one_person_across_sources_schools_and_years(vault: Vault) -> None:
    people, others = groups(
        vault,
        row("Иванов Иван Иванович", "2009-02-01"),
        row("ИВАНОВ  ИВАН ИВАНОВИЧ", "01.02.2009", source=PROTOCOL),
        row("Иванов Иван Иванович", "2009-02-01", school="000002", label="9Б", source=SCHOOL),
        row("Иванов Иван Иванович", "2009-02-01", label="10А", academic_year="2025-2026"),
        row("Иванов Иван Иванович", "2009-02-02"),
        row("Иванов Игорь Иванович", "2009-02-01"),
    )
    assert people == [0, 0, 0, 0, 1, 2] and others == [None] * 6


def test_r2_a_missing_patronymic_fits_when_one_person_has_the_rest(vault: Vault) -> None:
    people, others = groups(
        vault,
        row("Иванов Иван Иванович", "2009-02-01"),
        row("Иванов Иван", "2009-02-01", source=PROTOCOL),
        row("Иванов Иван И.", "2009-02-01", source=SCHOOL),
    )
    assert people == [0, 0, 0] and others == [None] * 3


def test_r2_a_missing_patronymic_that_fits_two_is_ambiguous(vault: Vault) -> None:
    people, others = groups(
        vault,
        row("Иванов Иван Иванович", "2009-02-01"),
        row("Иванов Иван Петрович", "2009-02-01"),
        row("Иванов Иван", "2009-02-01", source=PROTOCOL),
    )
    assert people == [0, 1, 2] and others == [None, None, 0]


def test_r3_name_school_and_class_without_birth_dates(vault: Vault) -> None:
    people, others = groups(
        vault,
        row("Иванов Иван Иванович", source=PROTOCOL),
        row("Иванов Иван Иванович", label="9", source=SCHOOL),
        row("Иванов Иван Иванович", label="8А", source=SCHOOL),
        row("Иванов Иван Иванович", school="000002", source=SCHOOL),
        row("Иванов Иван Иванович", academic_year="2023-2024", source=SCHOOL),
    )
    assert people == [0, 0, 1, 2, 3] and others == [None] * 5


def test_r3_a_class_without_letter_between_two_letters_is_ambiguous(vault: Vault) -> None:
    people, others = groups(
        vault,
        row("Иванов Иван Иванович", label="9А", source=PROTOCOL),
        row("Иванов Иван Иванович", label="9Б", source=PROTOCOL),
        row("Иванов Иван Иванович", label="9", source=SCHOOL),
    )
    assert people == [0, 1, 2] and others == [None, None, 0]


def test_r4_an_undated_row_joins_the_dated_person_of_its_year_and_school(vault: Vault) -> None:
    people, others = groups(
        vault,
        row("Иванов Иван Иванович", "2009-02-01"),
        row("Иванов Иван Иванович", "2009-02-01", school="000002", label="9Б"),
        row("Иванов Иван Иванович", label="9", source=PROTOCOL),
        row("Иванов Иван", school="000002", label="9Б", source=PROTOCOL),
        row("Иванов Иван Иванович", school="000003", source=PROTOCOL),
        row("Иванов Иван Иванович", label="10А", source=PROTOCOL),
        row("Иванов Иван Иванович", academic_year="2023-2024", source=PROTOCOL),
    )
    assert people == [0, 0, 0, 0, 1, 2, 3] and others == [None] * 7


def test_r4_two_dated_namesakes_make_the_undated_row_ambiguous(vault: Vault) -> None:
    people, others = groups(
        vault,
        row("Иванов Иван Иванович", "2009-02-01"),
        row("Иванов Иван Иванович", "2009-05-09"),
        row("Иванов Иван Иванович", source=PROTOCOL),
    )
    assert people == [0, 1, 2] and others == [None, None, 0]


def test_r5_initials_fit_in_the_same_school_and_grade_only(vault: Vault) -> None:
    people, others = groups(
        vault,
        row("Иванов Иван Иванович", "2009-02-01"),
        row("Иванов И. И.", source=PROTOCOL),
        row("И.И. Иванов", label="9", source=SCHOOL),
        row("Иванов И.", source=SCHOOL),
        row("Иванов И. И.", school="000002", source=PROTOCOL),
        row("Иванов И. И.", label="8А", source=PROTOCOL),
        row("Иванов И. И.", label=None, source=PROTOCOL),
        row("Иванов П. И.", source=PROTOCOL),
    )
    assert people == [0, 0, 0, 0, 1, 2, 3, 4] and others == [None] * 8


def test_r5_initials_that_fit_two_people_are_ambiguous_even_when_one_has_no_birth_date(vault: Vault) -> None:
    people, others = groups(
        vault,
        row("Иванов Иван Иванович", "2009-02-01"),
        row("Иванов Игорь Игоревич", source=SCHOOL),
        row("Иванов И. И.", source=PROTOCOL),
    )
    assert people == [0, 1, 2] and others == [None, None, 0]


def test_r5_staff_initials_fit_in_the_school(vault: Vault) -> None:
    people, others = groups(
        vault,
        row("Сидорова Мария Петровна", "1980-02-01", label=None, source=STAFF),
        row("Сидорова М. П.", label=None, source=PLATFORM),
        row("Сидорова Мария Петровна", label=None, source=PLATFORM),
        row("Сидорова Мария Петровна", label="9А", source=SCHOOL),
    )
    assert people == [0, 0, 0, 1] and others == [None] * 4


def test_r6_an_email_joins_a_teacher_of_two_schools_and_a_nameless_report(vault: Vault) -> None:
    people, others = groups(
        vault,
        row("Сидорова Мария Петровна", label=None, source=PLATFORM, email="m@x.ru"),
        row("Сидорова М. П.", school="000002", label=None, source=PLATFORM, email="M@x.ru"),
        row(None, label=None, source=PLATFORM, email="m@x.ru", reading="b"),
        row("Сидорова Мария Петровна", school="000003", label=None, source=PLATFORM, email="other@x.ru"),
        row(None, label=None, source=PLATFORM, email="nobody@x.ru"),
    )
    assert people == [0, 0, 0, 1, 2] and others == [None] * 5


def test_r6_a_common_mailbox_joins_nobody(vault: Vault) -> None:
    people, others = groups(
        vault,
        row("Сидорова Мария Петровна", label=None, source=PLATFORM, email="school@x.ru"),
        row("Петрова Анна Ивановна", label=None, source=PLATFORM, email="school@x.ru"),
        row(None, label=None, source=PLATFORM, email="school@x.ru"),
    )
    assert people == [0, 1, 2] and others[:2] == [None, None] and others[2] in {0, 1}


def test_r6_a_pupils_code_resolves_what_names_leave_ambiguous(vault: Vault) -> None:
    people, others = groups(
        vault,
        row("Иванов Иван Иванович", source=SCHOOL, participant_code="sir-777"),
        row("Иванов Игорь Игоревич", source=SCHOOL),
        row("Иванов И. И.", source="vsosh_sirius", participant_code="SIR 777"),
        row(None, label=None, school=None, source="vsosh_sirius", participant_code="sir777"),
    )
    assert people == [0, 1, 0, 0] and others == [None] * 4


def test_r6_a_reissued_code_and_a_jurys_cipher_join_nobody(vault: Vault) -> None:
    people, others = groups(
        vault,
        row("Иванов Иван Иванович", source=SCHOOL, participant_code="77"),
        row("Петров Пётр Петрович", source=SCHOOL, participant_code="77"),
        row("Сидоров Семён Ильич", source=PROTOCOL, participant_code="9-01"),
        row("Сидоров С. И.", source=PROTOCOL, school="000002", participant_code="9-01", reading="b"),
    )
    assert people == [0, 1, 2, 3] and others == [None] * 4


def test_r7_a_name_without_a_school_is_ambiguous_with_whom_it_fits(vault: Vault) -> None:
    people, others = groups(
        vault,
        row("Иванов Иван Иванович", "2009-02-01"),
        row("Иванов Иван Иванович", school=None, label=None, source="contest_participation"),
        row("Петров Пётр Петрович", school=None, label=None, source="contest_participation"),
    )
    assert people == [0, 1, 2] and others == [None, 0, None]


def test_r7_namesakes_of_one_class_are_told_by_documents_and_ciphers(vault: Vault) -> None:
    answer = resolve(vault, [
        row("Иванов Иван Иванович", document_number="111"),
        row("Иванов Иван Иванович", document_number="222"),
        row("Иванов Иван Иванович", document_number="111", reading="b"),
        row("Ким Олег Ильич", source=PROTOCOL, participant_code="9-01"),
        row("Ким Олег Ильич", source=PROTOCOL, participant_code="9-02"),
        row("Лев Пётр Ильич", source=PROTOCOL, participant_code="9-03"),
        row("Лев Пётр Ильич", source=PROTOCOL, participant_code="7-44", reading="b"),
    ])  # fmt: skip
    people = [person for person, _ in answer]
    lower = [other if other is not None else person for person, other in answer]
    assert people[0] == people[2] != people[1] and lower[0] == lower[1] == lower[2]
    assert people[3] != people[4] and lower[3] == lower[4]
    assert people[5] == people[6] and answer[5][1] is None  # one pupil, two protocols


def test_one_letter_apart_is_never_merged_but_listed(vault: Vault) -> None:
    rows = [
        row("Иванов Иван Иванович", "2009-02-01"),
        row("Иванав Иван Иванович", "2009-02-01"),
        row("Петров Пётр Ильич", source=PROTOCOL),
        row("Петров Петор Ильич", source=SCHOOL),
        row("Ким Олег Ильич", "2009-03-04"),
        row("Ким Олег Ильич", "2009-03-14"),
        row("Орлов Олег Ильич", "2009-02-01"),
    ]
    people, others = groups(vault, *rows)
    assert people == list(range(7)) and others == [None] * 7
    effective, _ = land(vault, rows)
    path = review_list(vault, effective, resolve_tokens(vault, effective))
    assert vault.root in path.parents and path.stat().st_mode & 0o777 == 0o600
    listed = pd.read_csv(path, sep=";")
    pairs = {
        frozenset(pair)
        for pair in listed[["surname_a", "given_name_a", "surname_b", "given_name_b"]].to_numpy()
    }
    assert pairs == {
        frozenset({"иванов", "иванав", "иван"}), frozenset({"петров", "петр", "петор"}), frozenset({"ким", "олег"})
    }  # fmt: skip


def test_the_review_list_names_the_ambiguous(vault: Vault) -> None:
    rows = [
        row("Иванов Иван Иванович", "2009-02-01"),
        row("Иванов Игорь Игоревич", "2009-05-01"),
        row("Иванов И. И.", source=PROTOCOL),
    ]
    effective, frame = land(vault, rows)
    listed = pd.read_csv(review_list(vault, effective, resolve_tokens(vault, effective)), sep=";")
    assert listed["reason"].tolist() == ["не удалось выбрать одно лицо"] * 2
    tokens = frame["person_token"].tolist()
    assert listed["person_token_a"].tolist() == [tokens[2]] * 2
    assert set(listed["person_token_b"]) == set(tokens[:2])  # everybody it may be, not the first alone


def test_a_school_by_name_meets_the_school_by_code(vault: Vault) -> None:
    by_name = row("Иванов Иван Иванович", school=None, source=PROTOCOL, school_name="МБОУ «СОШ № 5»")
    dated = row("Иванов Иван Иванович", "2009-02-01", school="000005")
    schools = pd.DataFrame(
        {"school_name": ["МБОУ СОШ №5"], "school_code": ["000005"], "is_confirmed": [True]}
    )
    assert len({person for person, _ in resolve(vault, [dated, by_name])}) == 2
    assert len({person for person, _ in resolve(vault, [dated, by_name], schools)}) == 1
    both = row("Ким Олег Ильич", school="000005", school_name="МБОУ «СОШ № 5»", source=SCHOOL)
    assert len({person for person, _ in resolve(vault, [dated, by_name, both])}) == 2


def test_confirmations_stand_above_the_rules(vault: Vault) -> None:
    rows = [
        row("Иванов Иван Иванович", "2009-02-01"),
        row("Иванов Игорь Игоревич", "2009-05-01"),
        row("Иванов И. И.", source=PROTOCOL),
        row("Иванав Иван Иванович", "2009-02-01"),
    ]
    effective, frame = land(vault, rows)
    tokens = [int(token) for token in frame["person_token"]]
    vault.confirmations.mkdir(parents=True)
    act = vault.confirmations / "2025.yaml"
    act.write_text(f"- {{same: [{tokens[0]}, {tokens[3]}], reason: опечатка, signer: методист}}\n", "utf-8")
    assert groups(vault, *rows) == ([0, 1, 2, 0], [None, None, 0, None])
    text = (
        act.read_text("utf-8") + f"- {{same: [{tokens[1]}, {tokens[2]}], reason: список, signer: методист}}\n"
    )
    act.write_text(text, "utf-8")
    assert groups(vault, *rows) == ([0, 1, 1, 0], [None] * 4)
    act.write_text(f"- {{apart: [{tokens[0]}, {tokens[2]}], reason: список, signer: методист}}\n", "utf-8")
    assert groups(vault, *rows) == ([0, 1, 2, 3], [None] * 4)
    act.write_text(
        text + f"- {{apart: [{tokens[0]}, {tokens[3]}], reason: спор, signer: методист}}\n", "utf-8"
    )
    with pytest.raises(UsageError, match="apart"):
        person_map(vault, effective)
    act.write_text("- {same: [Иванов, Петров], reason: список, signer: методист}\n", "utf-8")
    with pytest.raises(UsageError, match="имена здесь не пишут"):
        person_map(vault, effective)
    act.write_text(f"- {{same: [{tokens[0]}, {tokens[3]}]}}\n", "utf-8")
    with pytest.raises(UsageError, match="signer"):
        person_map(vault, effective)


def test_a_transfer_and_a_new_surname_are_carried_over_a_new_key(vault: Vault) -> None:
    """A transfer is one person by R1; a new surname only by an act, whose keys outlive the key of the vault."""
    rows = [
        row("Иванова Анна Ивановна", "2009-02-01"),
        row("Иванова Анна Ивановна", "2009-02-01", school="000002", label="9В", source=SCHOOL),
        row("Петрова Анна Ивановна", "2009-02-01", school="000002", label="10А", academic_year="2025-2026"),
        row("Петрова Анна Ивановна", "2009-02-01", label="9Б", source=PROTOCOL),
    ]
    old, frame = land(vault, rows)
    assert groups(vault, *rows) == ([0, 0, 1, 1], [None] * 4)
    tokens = [int(token) for token in frame["person_token"]]
    vault.confirmations.mkdir(parents=True)
    (vault.confirmations / "a.yaml").write_text(
        f"- {{same: [{tokens[0]}, {tokens[2]}], reason: смена фамилии, signer: методист}}\n", "utf-8"
    )
    assert groups(vault, *rows) == ([0, 0, 0, 0], [None] * 4)
    vault.rotate_key()
    # What arrives under the new key has other tokens and meets the same person, under either surname.
    later = [
        row("Петрова Анна Ивановна", "2009-02-01", label="10А", academic_year="2025-2026", reading="new"),
        row("Иванова Анна Ивановна", "2009-02-01", label="9А", source=PROTOCOL, reading="new"),
    ]
    new, added = land(vault, later)
    assert not set(added["person_token"].astype("int64")) & set(tokens)
    people = person_map(vault, pd.concat([old, new], ignore_index=True))
    assert people["person_id"].nunique() == 1 and people["alternative_person_id"].isna().all()


def test_only_effective_readings_count_and_rotation_rekeys_people(vault: Vault) -> None:
    rows = [
        row("Иванов Иван Иванович", "2009-02-01"),
        row("Иванов Иван Петрович", "2009-02-01", reading="old"),
    ]
    effective, _ = land(vault, rows)
    current = effective[effective["reading_id"].str.endswith("r")]
    before = person_map(vault, current)
    assert len(before) == 1
    vault.rotate_key()
    after = person_map(vault, current)
    assert before["person_token"].equals(after["person_token"])
    assert (before["person_id"] != after["person_id"]).all()
    assert person_map(vault, effective.iloc[:0]).empty


def test_a_dated_row_without_a_class_does_not_take_the_rows_of_a_namesake(vault: Vault) -> None:
    """Two of one name in a school, one of them dated: a jury's protocol that tells no class of study merges nobody."""
    people, others = groups(
        vault,
        row("Сёмин Глеб Львович", "2005-03-14", label="9А"),
        row("Сёмин Глеб Львович", "2005-03-14", label=None, source=PROTOCOL),
        row("Сёмин Глеб Львович", label="10А", source=SCHOOL),
        row("Сёмин Глеб Львович", label="9Б", source=SCHOOL),
        row("Сёмин Глеб Львович", label="9", source=SCHOOL),
    )
    assert people[0] == people[1]
    assert len({people[0], people[2], people[3]}) == 3
    assert others[:4] == [None] * 4 and others[4] is not None


@pytest.mark.slow
def test_half_a_million_tokens_in_twenty_seconds(vault: Vault) -> None:
    rng = np.random.default_rng(1)
    people = 250_000
    stems = np.array(["".join(rng.choice(list("абвгдежзиклмнопрст"), 7)) for _ in range(20_000)])
    frame = pd.DataFrame({
        "surname": stems[rng.integers(0, 20_000, people)], "given_name": stems[rng.integers(0, 300, people)],
        "birth_date": pd.Timestamp("2005-01-01") + pd.to_timedelta(rng.integers(0, 4000, people), unit="D"),
        "school_code": rng.integers(100_000, 100_500, people).astype(str),
        "class_label": rng.choice([f"{grade}{letter}" for grade in range(1, 12) for letter in "АБВ"], people),
    })  # fmt: skip
    year = "2024-2025"
    vault.tokenise(GIA, year, "r1", frame)
    vault.tokenise(SCHOOL, year, "r2", frame.drop(columns="birth_date"))
    effective = pd.DataFrame(
        {
            "source": [GIA, SCHOOL],
            "academic_year": year,
            "reading_id": ["r1", "r2"],
            "entity": "e",
            "scope_key": "s",
        }
    )
    start = time.perf_counter()
    answer = person_map(vault, effective)
    assert time.perf_counter() - start < 20
    assert len(answer) > 495_000
    assert answer["person_id"].nunique() < 260_000
