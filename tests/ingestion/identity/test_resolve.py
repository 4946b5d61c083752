"""Who is one person: each rule with its cases, by hand; and what must hold for any data."""

from __future__ import annotations

import itertools
import time
from typing import Any

import numpy as np
import pandas as pd
import pytest

from ingestion.identity.resolve import COLUMNS
from ingestion.identity.resolve import resolve as resolved
from ingestion.identity.review import review_list
from ingestion.vault import Vault
from opora.errors import UsageError
from tests.ingestion.identity.rows import GIA, PLATFORM, PROTOCOL, SCHOOL, STAFF, Row, land, row


def person_map(vault: Vault, effective: pd.DataFrame, schools: pd.DataFrame | None = None) -> pd.DataFrame:
    """Return who every token is, without the candidates of doubtful names."""
    return resolved(vault, effective, schools).map


def resolve(
    vault: Vault, rows: list[Row], schools: pd.DataFrame | None = None
) -> list[tuple[int, int | None]]:
    """Return (person_id, alternative or None) of every row."""
    effective, frame = land(vault, rows)
    people = person_map(vault, effective, schools)
    assert tuple(people.columns) == COLUMNS
    assert not people.duplicated(["source", "academic_year", "person_token"]).any()
    assert (people["person_id"] > 0).all()
    found = frame.merge(people, how="left", on=["source", "academic_year", "person_token"])
    assert len(found) == len(rows) and found["person_id"].notna().all()
    return [
        (int(a), None if pd.isna(b) else int(b))
        for a, b in found[["person_id", "alternative_person_id"]].itertuples(index=False)
    ]


def groups(vault: Vault, *rows: Row) -> tuple[list[int], list[int | None]]:
    """Return per row the number of its person and of its alternative, numbered by first appearance."""
    answer = resolve(vault, list(rows))
    numbers: dict[int, int] = {}
    people = [numbers.setdefault(person, len(numbers)) for person, _ in answer]
    return people, [None if other is None else numbers[other] for _, other in answer]


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
    path = review_list(vault, effective, resolved(vault, effective))
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
    listed = pd.read_csv(review_list(vault, effective, resolved(vault, effective)), sep=";")
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


# What must hold for any data ------------------------------------------------------------------------------

NAMES = [
    ("иванов", "иван", "иванович"), ("иванов", "иван", None), ("иванов", "иван", "петрович"),
    ("иванов", "и.", "и."), ("иванов", "игорь", "игоревич"),
]  # fmt: skip
BORN = [None, "2009-02-01", "2009-05-09"]
LABELS = ["9а", "9б", "9", "8а", None]


def random_case(rng: np.random.Generator) -> list[tuple[Any, ...]]:
    """A few rows about people who are hard to tell apart."""

    def pick(values: list[Any]) -> Any:
        return values[rng.integers(len(values))]

    return [
        (pick(NAMES), pick(BORN), pick(["000001", "000002"]), pick(LABELS), pick([GIA, SCHOOL]))
        for _ in range(rng.integers(1, 8))
    ]


def as_row(item: tuple[Any, ...]) -> Row:
    (surname, given_name, patronymic), born, school, label, source = item
    return {"surname": surname, "given_name": given_name, "patronymic": patronymic, "birth_date": born,
            "school_code": school, "class_label": label, "source": source}  # fmt: skip


def name_fits(a: str, b: str) -> bool:
    return a == b or (a[0] == b[0] and ("." in a or "." in b))


def patronymic_fits(a: str | None, b: str | None) -> bool:
    return a is None or b is None or name_fits(a, b)


def is_dated(item: tuple[Any, ...]) -> bool:
    return item[1] is not None and "." not in item[0][1]


def reference(items: list[tuple[Any, ...]]) -> tuple[set[tuple[Any, ...]], dict[Any, Any]]:
    """An independent, literal reading of R1 to R5 and R7: (ambiguous items, item → group of the others)."""
    items = [(name, born, school, label) for name, born, school, label, _ in items]
    dated = [item for item in items if is_dated(item)]
    spellings = {(item[0], item[1]) for item in dated}

    def one_dated(a: tuple[Any, ...], b: tuple[Any, ...]) -> bool:
        return a[1] == b[1] and a[0][:2] == b[0][:2] and patronymic_fits(a[0][2], b[0][2])

    def torn(node: Any, others: Any, fits: Any) -> bool:
        near = [other for other in others if other != node and fits(node, other)]
        return any(not fits(x, y) for x, y in itertools.combinations(near, 2))

    torn_spellings = {node for node in spellings if torn(node, spellings, one_dated)}
    person: dict[Any, frozenset[Any]] = {}
    for node in spellings:
        group = (
            {o for o in spellings - torn_spellings if one_dated(node, o)}
            if node not in torn_spellings
            else set()
        )
        person[node] = frozenset(group | {node})

    def classes_fit(a: str | None, b: str | None) -> bool:
        if a is None or b is None:
            return True
        return a[0] == b[0] and (len(a) == 1 or len(b) == 1 or a == b)

    def meets(a: tuple[Any, ...], b: tuple[Any, ...]) -> bool:
        if "." in a[0][1] + b[0][1] and (a[3] or "-")[0] != (b[3] or "-")[0]:
            return False
        born = a[1] is None or b[1] is None or a[1] == b[1]
        fits = name_fits(a[0][1], b[0][1]) and patronymic_fits(a[0][2], b[0][2])
        return born and fits and a[2] == b[2] and classes_fit(a[3], b[3])

    def best(group: frozenset[Any]) -> Any:
        """The fullest spelling of a dated person."""
        return min(group, key=lambda node: (node[0][2] is None, node[0][2] or ""))

    def told_places(group: frozenset[Any]) -> set[tuple[Any, Any]]:
        """School and class of a dated person: what one row leaves out another one tells."""
        known = {item[2:] for item in dated if (item[0], item[1]) in group}
        grades = {label[0] for _, label in known if label}
        graded = {
            (school, one) for school, label in known for one in ([label] if label else grades or {None})
        }
        lettered = {(school, label) for school, label in graded if label and len(label) > 1}
        return {
            (school, one)
            for school, label in graded
            for one in (
                {full for place, full in lettered if place == school and full[0] == label}
                if label and len(label) == 1
                else set()
            )
            or {label}
        }

    undated = {item for item in items if not is_dated(item)}
    targets: set[Any] = undated | {person[key] for key in spellings}

    def linked(a: Any, b: Any) -> bool:
        if isinstance(a, frozenset):
            a, b = b, a
        if isinstance(a, frozenset):
            return bool(a == b)
        if isinstance(b, frozenset):
            return any(meets(a, (*best(b), *place)) for place in told_places(b))
        return meets(a, b)

    torn_items = {item for item in undated if torn(item, targets, linked)}
    answer: dict[Any, Any] = {}
    for item in items:
        if is_dated(item):
            answer[item] = person[item[0], item[1]]
        elif item in torn_items:
            answer[item] = item
        else:
            near = [other for other in targets - torn_items if other == item or linked(item, other)]
            group = next((other for other in near if isinstance(other, frozenset)), None)
            answer[item] = group if group is not None else frozenset([("undated", *other) for other in near])
    torn_dated = {item for item in dated if (item[0], item[1]) in torn_spellings}
    return torn_items | torn_dated, answer


@pytest.mark.parametrize("seed", range(3))
def test_any_order_gives_the_answer_of_a_literal_reading_of_the_rules(vault: Vault, seed: int) -> None:
    rng = np.random.default_rng(seed)
    cases = [random_case(rng) for _ in range(400)]
    # Every case has a surname of its own, so that one run answers all of them.
    letters = "абвгдежзик"
    surnames = [f"иванов{a}{b}{c}" for a in letters for b in letters for c in letters]
    rows = [as_row(item) | {"surname": surnames[k]} for k, case in enumerate(cases) for item in case]
    answers = resolve(vault, rows)
    order = rng.permutation(len(rows))
    again = resolve(vault, [rows[place] for place in order])
    assert [again[place] for place in np.argsort(order)] == answers

    for items in cases:
        answer, answers = answers[: len(items)], answers[len(items) :]
        ambiguous, expected = reference(items)
        for (a, found_a), (b, found_b) in itertools.combinations(zip(items, answer, strict=True), 2):
            assert (expected[a[:4]] == expected[b[:4]]) == (found_a[0] == found_b[0]), (items, a, b)
        for item, (_, other) in zip(items, answer, strict=True):
            # A row that joined a torn spelling of a dated person shares its doubt.
            of_torn = any(expected[item[:4]] == expected[doubt] for doubt in ambiguous)
            assert (item[:4] in ambiguous or of_torn) == (other is not None), (items, item)


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
