"""Everybody whom a doubtful name may be: the first of them is not enough for the ends of a count."""

from __future__ import annotations

from ingestion.identity.candidates import COLUMNS
from ingestion.identity.resolve import resolve
from ingestion.vault import Vault
from tests.ingestion.identity.rows import PROTOCOL, SCHOOL, Row, land, row


def candidates(vault: Vault, *rows: Row) -> tuple[list[set[int]], list[int]]:
    """Return per row the rows whose person it may be (itself and its equals among them), and its group."""
    effective, frame = land(vault, list(rows))
    people = resolve(vault, effective)
    assert tuple(people.candidates.columns) == COLUMNS
    assert not people.candidates.duplicated(list(COLUMNS[:-1])).any()
    place = ["source", "academic_year", "person_token"]
    found = frame.merge(people.map, how="left", on=place).reset_index(names="row")
    pairs = found.merge(people.candidates, on=["source", "academic_year", "person_id"])
    ids = found["person_id"].tolist()
    options: list[set[int]] = [set() for _ in rows]
    groups = [0] * len(rows)
    for number, candidate, group in pairs[["row", "candidate_person_id", "doubt_group"]].itertuples(
        index=False
    ):
        options[number] |= {other for other, person in enumerate(ids) if person == candidate}
        groups[number] = int(group)
    return options, groups


def test_all_whom_initials_fit_are_candidates_and_the_name_itself(vault: Vault) -> None:
    options, groups = candidates(
        vault,
        row("Иванов Иван Иванович", "2009-02-01"),
        row("Иванов Игорь Игоревич", "2009-05-01"),
        row("Иванов Илья Ильич", "2009-06-01"),
        row("Иванов И. И.", source=PROTOCOL),
        row("Петров Пётр Ильич", "2009-02-01"),
    )
    assert options == [set(), set(), set(), {0, 1, 2, 3}, set()]
    assert groups[3] != 0


def test_doubtful_names_that_share_a_candidate_are_of_one_group(vault: Vault) -> None:
    options, groups = candidates(
        vault,
        row("Иванов Иван Иванович", "2009-02-01"),
        row("Иванов Иван Петрович", "2009-03-01"),
        row("Иванов Иван", source=PROTOCOL),
        row("Иванов И.", source=SCHOOL),
        row("Ким Олег Ильич", "2009-02-01"),
        row("Ким Олег Львович", "2009-03-01"),
        row("Ким Олег", source=PROTOCOL),
    )
    assert options[2] == options[3] == {0, 1, 2, 3}  # a doubtful name may be another doubtful name, too
    assert options[6] == {4, 5, 6}
    assert groups[2] == groups[3] != groups[6]


def test_a_name_without_a_school_may_be_anybody_of_that_name(vault: Vault) -> None:
    options, _ = candidates(
        vault,
        row("Иванов Иван Иванович", "2009-02-01"),
        row("Иванов Иван Иванович", "2009-03-01", school="000002"),
        row("Иванов Иван Иванович", school=None, label=None, source="contest_participation"),
    )
    assert options == [set(), set(), {0, 1, 2}]


def test_a_spelling_of_a_dated_person_that_fits_two(vault: Vault) -> None:
    options, _ = candidates(
        vault,
        row("Иванов Иван Иванович", "2009-02-01"),
        row("Иванов Иван Петрович", "2009-02-01"),
        row("Иванов Иван", "2009-02-01", source=PROTOCOL),
    )
    assert options == [set(), set(), {0, 1, 2}]


def test_a_code_of_two_pupils_and_namesakes_of_one_class(vault: Vault) -> None:
    coded = {"source": "vsosh_codes", "participant_code": "sma0001"}
    options, _ = candidates(
        vault,
        row("Иванов Иван Иванович", "2009-02-01", **coded),
        row("Петров Пётр Ильич", "2009-03-01", **coded),
        row(None, school=None, label=None, source="vsosh_sirius", participant_code="sma0001"),
        row("Ким Олег Ильич", source=PROTOCOL, participant_code="9-01"),
        row("Ким Олег Ильич", source=PROTOCOL, participant_code="9-02"),
    )
    assert options[:3] == [set(), set(), {0, 1, 2}]
    assert options[3:] == [
        {3},
        {4},
    ]  # each itself or the one pupil whom both may be, and who has no row of his own


def test_a_decision_leads_candidates_along_and_ends_the_doubt(vault: Vault) -> None:
    rows = [
        row("Иванов Иван Иванович", "2009-02-01"),
        row("Иванов Игорь Игоревич", "2009-05-01"),
        row("Иванов И. И.", source=PROTOCOL),
        row("Иванав Игорь Игоревич", "2009-05-01"),
    ]
    _, frame = land(vault, rows)
    tokens = [int(token) for token in frame["person_token"]]
    vault.confirmations.mkdir(parents=True)
    act = vault.confirmations / "2025.yaml"
    act.write_text(f"- {{same: [{tokens[1]}, {tokens[3]}], reason: опечатка, signer: методист}}\n", "utf-8")
    assert candidates(vault, *rows)[0] == [set(), set(), {0, 1, 2, 3}, set()]
    act.write_text(f"- {{same: [{tokens[1]}, {tokens[2]}], reason: список, signer: методист}}\n", "utf-8")
    assert candidates(vault, *rows)[0] == [set()] * 4
