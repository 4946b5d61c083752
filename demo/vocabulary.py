"""Words that exports use for codes, written apart from the product's vocabulary on purpose."""

from __future__ import annotations

from datetime import date

SUBJECT = {
    1: "Русский язык",
    2: "Математика (профильная)",
    3: "Физика",
    4: "Химия",
    5: "Информатика",
    6: "Биология",
    7: "История",
    8: "География",
    9: "Английский язык",
    12: "Обществознание",
    18: "Литература",
    22: "Математика (базовая)",
    51: "Русский язык (ГВЭ)",
    52: "Математика (ГВЭ)",
}
SUBJECT_DATIVE = {1: "русскому языку", 2: "математике", 3: "физике", 18: "литературе"}
STATUS = {
    "valid": "действующий результат",
    "absent_excused": "неявка по уважительной причине",
    "absent": "неявка без уважительной причины",
    "unfinished_excused": "не завершил по уважительной причине",
    "removed": "удалён",
    "annulled_retake": "аннулирован с правом пересдачи",
    "annulled_no_retake": "аннулирован без права пересдачи",
    "appeal_changed": "изменён по апелляции",
    "replaced": "заменён более поздней попыткой",
}
FORM = {"oge": "ОГЭ", "ege": "ЕГЭ", "gve": "ГВЭ"}
STAGE = {"main": "основной", "reserve": "резервный день", "additional": "дополнительный"}
CATEGORY = {
    "current": "выпускник текущего года",
    "past": "выпускник прошлых лет",
    "spo": "обучающийся СПО",
    "ukp": "УКП",
}
KIND = {
    "basic": "основная",
    "secondary": "средняя",
    "lyceum": "лицей",
    "gymnasium": "гимназия",
    "evening": "вечерняя",
    "special": "специальная",
}
CONTEST_LEVEL = {
    "municipal": "муниципальный",
    "regional": "региональный",
    "national": "всероссийский",
    "international": "международный",
}
CONTEST_FORMAT = {"full_time": "очный", "remote": "дистанционный", "mixed": "смешанный"}


def subject_name(code: int, level: int = 11) -> str:
    """Return the subject's name; at level 9 there is one mathematics."""
    return "Математика" if level == 9 and code == 2 else SUBJECT[code]


_MONTHS = {5: "мая", 9: "сентября", 12: "декабря"}


def day_in_words(day: date) -> str:
    """Return «20 сентября 2024 года»."""
    return f"{day.day} {_MONTHS[day.month]} {day.year} года"
