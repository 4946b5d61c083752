"""Russian words for the codes that stand in tables. Passports of indicators come from ``dim_indicator`` and nowhere
else; these are the short names that headings, charts and cards need."""

from __future__ import annotations

from dataclasses import dataclass

INDICATORS = ("I1", "I2", "I3", "I4", "I5")


@dataclass(frozen=True)
class Headline:
    """The official figure of an indicator: how it is called and which keys it has beside year and area."""

    code: str
    title: str
    short: str
    question: str
    measure: str
    unit: str
    noun: tuple[str, str, str]


HEADLINES: dict[str, Headline] = {
    "I1": Headline(
        "I1",
        "Доля учащихся, успешно сдавших ГИА",
        "Сдали ГИА",
        "Растёт ли доля выпускников, успешно сдавших ГИА?",
        "share",
        "pct",
        ("выпускник", "выпускника", "выпускников"),
    ),
    "I2": Headline(
        "I2",
        "Количество участников всероссийской олимпиады школьников",
        "Участники ВсОШ",
        "Становится ли больше участников ВсОШ?",
        "pupils",
        "count",
        ("участник", "участника", "участников"),
    ),
    "I3": Headline(
        "I3",
        "Количество победителей и призёров муниципального этапа ВсОШ",
        "Победители и призёры",
        "Становится ли больше победителей и призёров?",
        "pupils",
        "count",
        ("победитель и призёр", "победителя и призёра", "победителей и призёров"),
    ),
    "I4": Headline(
        "I4",
        "Доля учащихся, участвующих в конкурсном и олимпиадном движении",
        "Олимпиады и конкурсы",
        "Растёт ли доля участвующих в олимпиадах и конкурсах?",
        "share",
        "pct",
        ("учащийся", "учащихся", "учащихся"),
    ),
    "I5": Headline(
        "I5",
        "Доля педагогических работников, использующих онлайн-платформы",
        "Педагоги на платформах",
        "Растёт ли доля педагогов, работающих на платформах?",
        "share",
        "pct",
        ("педагог", "педагога", "педагогов"),
    ),
}

GROUPS = {
    "shnor": "ШНОР",
    "shnsu": "ШНСУ",
    "supported": "Получают поддержку",
    "partner": "Школы-партнёры",
    "other": "Остальные школы",
}
GROUP_MEANING = {
    "shnor": "школы с низкими образовательными результатами",
    "shnsu": "школы в неблагоприятных социальных условиях",
    "supported": "школы, получающие поддержку по соглашению",
    "partner": "школы, оказывающие поддержку",
    "other": "школы вне соглашений о поддержке",
}
CHANGE_STATUS = {
    "growth": "рост",
    "decline": "снижение",
    "within_noise": "в пределах колебаний",
    "not_comparable": "несопоставимо",
}
CHANGE_ICON = {"growth": "▲", "decline": "▼", "within_noise": "≈", "not_comparable": "∅"}
SOURCES = {
    "gia_ris": "РИС ГИА",
    "gia_protocol": "Протоколы ГИА",
    "gia_admission": "Ведомости допуска к ГИА",
    "gia_school_return": "Региональный свод ЕГЭ по школам",
    "vsosh_school_stage": "Школьный этап ВсОШ",
    "vsosh_sirius": "Сириус.Курсы",
    "vsosh_codes": "Коды участников Сириус",
    "vsosh_municipal_protocol": "Муниципальный этап ВсОШ",
    "vsosh_portal": "Портал ВсОШ",
    "platform_persons": "Платформы: список педагогов",
    "platform_aggregate": "Платформы: сводные числа",
    "platform_events": "Платформы: события",
    "contest_list": "Перечень конкурсов",
    "contest_participation": "Участие в конкурсах",
    "school_register": "Реестр школ",
    "contingent": "Контингент",
    "teaching_staff": "Педагогические работники",
    "agreements": "Соглашения о поддержке",
    "programmes": "Программы",
    "method_unions": "Методические объединения",
    "roadmap": "Дорожные карты",
    "events": "Мероприятия",
    "stage_gates": "Переходы стадий",
    "goal_survey": "Опрос о цели",
    "decisions": "Управленческие решения",
}
LEVELS = {"9": "9 класс", "11": "11 класс", "all": "9 и 11 классы"}
CUTOFFS = {"main": "основной период", "september": "с сентябрём"}
DENOMINATORS = {"admitted": "к допущенным", "enrolled": "к обучавшимся"}
STAGES = {"school": "школьный этап", "municipal": "муниципальный этап", "any": "оба этапа"}
SUBJECTS = {"russian": "русский язык", "mathematics": "математика", "any": "оба предмета"}
AWARDS = {"any": "победители и призёры", "winner": "победители", "prize_winner": "призёры"}
USAGE = {
    "L0": "зарегистрированы",
    "L1": "входили в систему",
    "L2": "задания, уроки или проверки в двух месяцах и более",
    "L3": "работают не менее чем в половине учебных недель",
}
HALVES = {"H1": "первое полугодие", "H2": "второе полугодие", "year": "год"}
MEASURES = {
    "share": "доля",
    "pupils": "учащиеся",
    "participations": "участия",
    "diplomas": "дипломы",
    "per_100": "на 100 учащихся 8–11 классов",
    "share_of_participants": "доля от участников муниципального этапа",
    "older_grade": "выступают за более старший класс",
    "unmatched": "несопоставленные коды",
    "teachers": "педагоги",
}
UNITS = {"share": "pct", "share_of_participants": "pct", "per_100": "per_100"}


def unit_of(measure: str) -> str:
    """Return the unit of a measure: ``pct``, ``per_100`` or ``count``."""
    return UNITS.get(measure, "count")


EXCLUSION_REASONS = {
    "past": "выпускник прошлых лет",
    "spo": "обучающийся СПО",
    "ukp": "учебно-консультационный пункт",
    "external": "экстерн",
    "not_in_admission_list": "нет в списке допуска",
    "not_admitted": "не допущен",
    "registrations": "регистрации, а не результаты",
    "person_unmatched": "человек не опознан",
    "no_score": "балла нет: не участвовал",
    "not_approved": "мероприятие не из утверждённого перечня",
    "outside_year": "не в этом учебном году",
    "subject_unknown": "предмет неизвестен",
    "grade_unknown": "класс неизвестен",
    "external_part_timer": "внешний совместитель",
    "long_leave": "отпуск дольше трёх месяцев",
    "pending": "ожидается результат",
    "not_taken": "не явился, удалён или аннулирован",
}
