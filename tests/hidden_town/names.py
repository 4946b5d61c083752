"""Names of the hidden town: no full name twice, save of planted namesakes."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from tests.hidden_town.facts import GYMNASIUM, SECOND, Person

_MEN = ("Агеев", "Бельских", "Вдовин", "Гурьев", "Дьячков", "Ершов", "Жёлтиков", "Зимин", "Исхаков", "Ким", "Лазуткин",
        "Мамин-Сибирский", "Неёлов", "О", "Пятых", "Ражев", "Сёмин", "Тулеев", "Уткин", "Фёдоров", "Хвостов", "Цой",
        "Чижов", "Шубин", "Щёголев", "Юргин", "Ярцев", "Сапожников")  # fmt: skip
_WOMEN = ("Агеева", "Бельских", "Вдовина", "Гурьева", "Дьячкова", "Ершова", "Жёлтикова", "Зимина", "Исхакова", "Ким",
          "Лазуткина", "Мамина-Сибирская", "Неёлова", "О", "Пятых", "Ражева", "Сёмина", "Тулеева", "Уткина", "Фёдорова",
          "Хвостова", "Цой", "Чижова", "Шубина", "Щёголева", "Юргина", "Ярцева", "Сапожникова")  # fmt: skip
_HE = (
    "Артём",
    "Богдан",
    "Глеб",
    "Демид",
    "Елисей",
    "Захар",
    "Клим",
    "Лев",
    "Мирон",
    "Назар",
    "Платон",
    "Семён",
)
_SHE = (
    "Агния",
    "Варвара",
    "Дарина",
    "Есения",
    "Злата",
    "Кира",
    "Лада",
    "Майя",
    "Ника",
    "Полина",
    "Стефания",
    "Алёна",
)
_HIS = ("Артёмович", "Игоревич", "Львович", "Петрович", "Фёдорович", "Вели оглы", "")
_HERS = ("Артёмовна", "Игоревна", "Львовна", "Петровна", "Фёдоровна", "Вели кызы", "")

TWINS = {
    # Namesakes in two schools; in two classes a year apart; in two classes of one year and school.
    (SECOND, 2019, 1): (GYMNASIUM, 2019, 1),
    (GYMNASIUM, 2018, 4): (GYMNASIUM, 2017, 4),
}
"""(home, year of grade 8, number) of a pupil named like an earlier one."""


class People:
    """Gives new people."""

    def __init__(self, rng: Random) -> None:
        self.rng = rng
        self.number = 0
        self.taken: set[tuple[str, str, str]] = set()
        self.by_place: dict[tuple[str, int, int], Person] = {}

    def pupil(self, born_in: int, twin_of: tuple[str, int, int]) -> Person:
        """Return a pupil; the twin of a planted pair bears the name of the first one."""
        born = date(born_in, 10, 1) + timedelta(days=self.rng.randrange(330))
        model = self.by_place.get(TWINS.get(twin_of, ("", 0, 0)))
        self.by_place[twin_of] = self._new(born, model)
        return self.by_place[twin_of]

    def adult(self, born_in: int) -> Person:
        return self._new(date(born_in, 1, 1) + timedelta(days=self.rng.randrange(365)), None)

    def _new(self, born: date, model: Person | None) -> Person:
        self.number += 1
        if model is not None:
            return Person(self.number, model.surname, model.given, model.patronymic, born)
        while True:
            is_he = self.rng.random() < 0.5
            name = (
                self.rng.choice(_MEN if is_he else _WOMEN),
                self.rng.choice(_HE if is_he else _SHE),
                self.rng.choice(_HIS if is_he else _HERS),
            )
            rest = {(name[0], name[1], other) for other in (*_HIS, *_HERS)}
            if name[0] == "О" and not name[2]:
                continue  # two words of which the first is a letter are an initial and a surname
            # A name without a patronymic fits every namesake of the rest: it must stand alone.
            if name in self.taken or (not name[2] and rest & self.taken) or (*name[:2], "") in self.taken:
                continue
            self.taken.add(name)
            return Person(self.number, *name, born)
