"""Folding of names: examples by hand, and properties that must hold for every name."""

from __future__ import annotations

from datetime import date, datetime

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestion.identity.normalise import (
    Name,
    fold_text,
    normalise_class,
    normalise_code,
    normalise_date,
    normalise_email,
    normalise_name,
    normalise_school_code,
)
from ingestion.identity.people import ATTRIBUTES, canonical_people, is_named


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("Иванов  Иван\u00a0Иванович", ("иванов", "иван", "иванович")),
        ("ИBAHОВ Ивaн", ("иванов", "иван", None)),
        ("Соловьёв Пётр Семёнович", ("соловьев", "петр", "семенович")),
        ("Зайцев Андреи\u0306 Андреевич", ("зайцев", "андрей", "андреевич")),
        ("Иванов И. И.", ("иванов", "и.", "и.")),
        ("Иванов И.И.", ("иванов", "и.", "и.")),
        ("И.И. Иванов", ("иванов", "и.", "и.")),
        ("Иванов A. C.", ("иванов", "а.", "с.")),
        ("Иванов Иван И.", ("иванов", "иван", "и.")),
        ("О Глеб Игоревич", ("о.", "глеб", "игоревич")),
        ("Ю Ника Вели кызы", ("ю.", "ника", "вели кызы")),
        ("Петрова - Водкина Анна Ильинична", ("петрова-водкина", "анна", "ильинична")),
        ("Петрова Водкина Анна Петровна", ("петрова-водкина", "анна", "петровна")),
        ("Петрова Водкина А. П.", ("петрова-водкина", "а.", "п.")),
        ("Алиев Али Вели оглы", ("алиев", "али", "вели оглы")),
        ("Алиев Али Вели-оглу", ("алиев", "али", "вели оглы")),
        ("Алиева Лейла Велигызы", ("алиева", "лейла", "вели кызы")),
        ("Иван Иванович Иванов", ("иванов", "иван", "иванович")),
        ("Абрамович Роман Аркадьевич", ("абрамович", "роман", "аркадьевич")),
        ("Иванова (Петрова) Анна", ("иванова", "анна", None)),
        ("Smith John", ("smith", "john", None)),
        ("Ким", ("ким", None, None)),
        ("  -  ", (None, None, None)),
        ("нет", (None, None, None)),
    ],
)
def test_full_name_is_split_surname_first(written: str, expected: tuple[str | None, ...]) -> None:
    assert normalise_name(full_name=written) == Name(*expected)


def test_cells_apart_and_one_cell_give_one_name() -> None:
    expected = Name("иванов", "иван", "иванович")
    assert normalise_name("Иванов", "Иван", "Иванович") == expected
    assert normalise_name("Иванов", "Иван Иванович") == expected
    assert normalise_name("Иванов Иван Иванович") == expected
    assert normalise_name(full_name="Иванов Иван Иванович") == expected
    assert normalise_name("Иванов", "И.И.") == Name("иванов", "и.", "и.")
    assert normalise_name("Иванов", "Иван", "отсутствует") == Name("иванов", "иван", None)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("9 «А»", "9а"),
        ("9A", "9а"),
        ("11-б", "11б"),
        (9.0, "9"),
        ("10 класс", "10"),
        ("подг", None),
        (None, None),
    ],
)
def test_class(written: object, expected: str | None) -> None:
    assert normalise_class(written) == expected


def test_dates_codes_and_addresses() -> None:
    assert normalise_date("1.2.2009") == normalise_date(date(2009, 2, 1)) == "2009-02-01"
    assert normalise_date(datetime(2009, 2, 1, 5)) == normalise_date("2009-02-01 00:00:00") == "2009-02-01"
    assert normalise_date("31.02.2009") is None
    assert normalise_date(pd.NaT) is None and normalise_date(pd.NA) is None
    assert normalise_code("М-9-01") == normalise_code("m 9 01") == "м901"
    assert normalise_school_code(1234) == normalise_school_code("1234") == "001234"
    assert normalise_email(" A.b@X.ru ") == "a.b@x.ru"
    assert normalise_email("нет") is None


SURNAMES = ["Иванов", "Петрова-Водкина", "Соловьёв", "Майоров", "Хасанов", "Оболенская"]
GIVEN = ["Иван", "Анна-Мария", "Пётр", "Андрей", "Ия", "И."]
FATHERS = ["Иванович", "Ильинична", "Семёнович", "Вели оглы", "П.", None]
TO_LATIN = str.maketrans("АВЕКМНОРСТХаеорсух", "ABEKMHOPCTXaeopcyx")


@st.composite
def names_and_defects(draw: st.DrawFn) -> tuple[tuple[str, str, str | None], str]:
    parts = draw(st.tuples(st.sampled_from(SURNAMES), st.sampled_from(GIVEN), st.sampled_from(FATHERS)))
    text = " ".join(part for part in parts if part)
    if draw(st.booleans()):
        text = text.replace(" ", draw(st.sampled_from(["  ", "\u00a0", " \t", "\u2009"])))
    if draw(st.booleans()):
        text = text.replace("-", draw(st.sampled_from([" - ", "- ", "–", " — ", "\u2011"])))
    if draw(st.booleans()):
        text = text.replace("ё", "е")
    if draw(st.booleans()):
        text = text.replace("й", "и\u0306")
    if draw(st.booleans()):
        # Some letters of a word only: a word that is Latin throughout is another word.
        places = draw(st.sets(st.integers(0, len(text) - 1), max_size=4))
        text = "".join(
            sign.translate(TO_LATIN) if place in places else sign for place, sign in enumerate(text)
        )
    case = draw(st.sampled_from([str, str.upper, str.lower]))
    return parts, f" {case(text)} "


@given(names_and_defects())
def test_defects_of_typing_change_nothing(case: tuple[tuple[str, str, str | None], str]) -> None:
    parts, written = case
    assert normalise_name(full_name=written) == normalise_name(*parts)


@given(st.text(max_size=40))
def test_folding_is_idempotent_on_any_text(text: str) -> None:
    folded = fold_text(text)
    assert fold_text(folded) == folded
    name = normalise_name(full_name=text)
    assert normalise_name(*name) == name


@given(st.tuples(*[st.none() | st.text("абвгИйЁёABCaхm.- ", max_size=12)] * 3))
def test_parts_are_idempotent(parts: tuple[str | None, str | None, str | None]) -> None:
    name = normalise_name(*parts)
    assert normalise_name(*name) == name


def test_vectorised_people_equal_the_row_by_row_answer() -> None:
    rng = np.random.default_rng(7)
    rows = 400
    frame = pd.DataFrame({
        "surname": rng.choice([*SURNAMES, "ИВАНОВ", None], rows),
        "given_name": rng.choice([*GIVEN, "Иван Иванович"], rows),
        "patronymic": rng.choice(FATHERS, rows),
        "class_label": rng.choice(["9А", "9 а", "9", None], rows),
        "school_code": rng.choice(["1", "000001", "72"], rows),
    })  # fmt: skip
    codes, distinct = canonical_people(frame)
    assert not distinct.duplicated().any()
    expected = [
        (*normalise_name(a, b, c), normalise_class(d), normalise_school_code(e))
        for a, b, c, d, e in frame.itertuples(index=False)
    ]
    columns = ["surname", "given_name", "patronymic", "class_label", "school_code"]
    got = [tuple(row) for row in distinct[columns].take(codes).itertuples(index=False)]
    assert got == expected
    assert set(distinct.columns) == set(ATTRIBUTES)
    nobody = pd.DataFrame({"full_name": [None, "Иванов И."], "birth_date": ["01.02.2009", None]})
    codes, distinct = canonical_people(nobody)
    assert is_named(distinct)[codes].tolist() == [False, True]


def test_the_class_of_study_counts_not_the_class_of_performance() -> None:
    people = pd.DataFrame({
        "full_name": ["Иванов Иван"] * 4, "class_label": ["10А", "9А", None, None],
        "study_grade": [None, 8, 8, pd.NA], "grade_kind": ["performance", "study", None, None],
    })  # fmt: skip
    codes, distinct = canonical_people(people)
    assert distinct["class_label"].take(codes).tolist() == [None, "9а", "8", None]
