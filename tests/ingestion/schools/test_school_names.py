"""Folding of names of schools and of municipal bodies."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestion.schools.names import fold_municipality, fold_school_name, numbers_of, without_form


@pytest.mark.parametrize(
    "spellings",
    [
        (
            "Муниципальное бюджетное общеобразовательное учреждение «Средняя общеобразовательная школа № 5»",
            'МБОУ "СОШ №5"', "мбоу сош 5", "МБОУ   СОШ № 5", "MБОУ СОШ N 5", "МБОУ «СОШ» номер 5",
        ),
        ("МОУ «Основная общеобразовательная школа с. Цаган-Олуй»", "МОУ ООШ села Цаган – Олуй"),
        ("МАОУ СОШ имени Ю.Б.Шагдарова", "МАОУ «СОШ им. Ю. Б. Шагдарова»"),
        ("МБОУ СОШ №1 города Нерчинска", "МБОУ СОШ № 1 г.Нерчинска"),
        ("МБОУ 1-я гимназия", "МБОУ 1я гимназия"),
        ("Муниципальное общеобразовательное учреждение – гимназия №1", "МОУ гимназия № 1"),
        ("МОУ <Ботовская средняя общеобразовательная школа>", "МОУ Ботовская СОШ"),
        ("МБОУ СОШ Соловьёвка", "МБОУ СОШ Соловьевка"),
        ("Государственное казенное общеобразовательное учреждение Школа 3", "ГКОУ школа №3"),
        ("Муниципальное казённое общеобразовательное учреждение СОШ 7", "МКОУ СОШ 7"),
        ("СОШ № 1 городского округа закрытого административно-территориального образования п. Горный",
         "СОШ №1 ГО ЗАТО п. Горный"),
    ],
)  # fmt: skip
def test_spellings_of_one_school_fold_alike(spellings: tuple[str, ...]) -> None:
    assert len({fold_school_name(name) for name in spellings}) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("МБОУ СОШ № 1", "МБОУ СОШ № 11"),
        ("МБОУ СОШ № 1", "МАОУ СОШ № 1"),
        ("МБОУ СОШ № 1", "МБОУ ООШ № 1"),
        ("МБОУ СОШ с. Илим", "МБОУ СОШ п. Илим"),
        ("МБОУ гимназия № 1", "МБОУ лицей № 1"),
    ],
)
def test_different_schools_stay_different(one: str, other: str) -> None:
    assert fold_school_name(one) != fold_school_name(other)


def test_the_legal_form_can_be_dropped() -> None:
    assert (
        without_form(fold_school_name("МБОУ СОШ № 5"))
        == without_form(fold_school_name("МАОУ «СОШ №5»"))
        == "сош 5"
    )
    moscow = "Государственное бюджетное общеобразовательное учреждение города Москвы «Школа № 426»"
    assert (
        without_form(fold_school_name(moscow))
        == without_form(fold_school_name("ГБОУ ШКОЛА №426"))
        == "школа 426"
    )
    assert numbers_of(fold_school_name("МБОУ СОШ № 240 г. Борзи")) == {240}


def test_municipal_bodies() -> None:
    one = {
        "Балейский район", "Балейский муниципальный округ", "МР «Балейский район»",
        'Комитет образования администрации муниципального района "Балейский район"',
        "Комитет образования администрации Балейского муниципального округа Забайкальского края",
    }  # fmt: skip
    assert len({fold_municipality(name) for name in one}) == 1
    city = {
        'Комитет образования администрации городского округа "Город чита"',
        "г. Чита",
        "Город Чита",
        "ГО Чита",
    }
    assert len({fold_municipality(name) for name in city}) == 1
    two = {"г. Петровск-Забайкальский", "Петровск-Забайкальский район", "Забайкальский район"}
    assert len({fold_municipality(name) for name in two}) == 3
    assert fold_municipality(None) == ""


@given(st.text('МБОУСшколаимени №15-«»"г. ёЁ', max_size=40))
def test_folding_is_stable(text: str) -> None:
    folded = fold_school_name(text)
    assert fold_school_name(folded) == folded
    assert fold_school_name(text.lower()) == fold_school_name(text.upper()) == folded
    assert fold_municipality(fold_municipality(text).upper()) == fold_municipality(fold_municipality(text))
