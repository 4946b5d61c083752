"""The page of the national bench: what was measured, as ratios, and whether each target holds."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from typing import Any

from bench.national.rooms import RELEASE, Facts

_TITLES = {
    "plan": "план: снимок входов и ключи частей",
    "build": "расчёт: все модели, проверки dbt, витрины, описание",
    "checks": "проверки данных",
    "analysis": "анализ: сигналы, эффект",
    "disclosure": "защита сведений",
    "render": "издания",
    "audit": "аудит файлов, имён, попытка раскрытия",
    "publish": "публикация",
}
_WHY = {
    "int_platform_usage": "день каждого учителя на каждой платформе, со ссылкой на поставку: пол хранит "
    "только день человека и поставок не знает",
    "int_olympiad_results": "каждая строка с местом в файле; строки других предметов отброшены до окна, кроме тех, чьи "
    "ученики без класса; пол ищет повторённые среди всех",
    "int_gia_attempts": "одно окно по строкам протоколов и базы РИС, счёт слитых строк, минимум и место в файле; пол "
    "берёт только отметку",
    "indicator_values": "номер показателя (md5), прошлый год по этому номеру, интервалы Уилсона и Ньюкома: пол их не "
    "считает; больше трети времени — запись 35 столбцов",
    "int_olympiad_counts": "ученик школы — одна строка, этап и предмет — биты; округа складывают школы; пол считает "
    "людей в каждом округе заново",
    "int_gia_results": "действующий результат по двум срезам, со ссылкой на строку; окно одно на оба среза",
    "int_platform_users": "месяцы и недели человека — биты двух чисел, один проход",
}
_MOST = 1.5
_MEMORY = 4.0
_LINEAR = 0.3


def page(found: Facts, others: list[Facts] | None = None) -> str:
    """Return the page in Markdown; what was not measured is said. ``others``: findings at other scales."""
    rows = found["generate"]["rows"]
    largest = max([*(others or []), found], key=lambda each: float(each["scale"]))
    parts = [
        "# Страна на тех же моделях\n",
        f"Пишет `make bench-country`, один масштаб — `make bench-national SCALE={found['scale']}`. Масштаб 1 — "
        "40 000 школ в 2 000 муниципалитетов, два учебных года: 5 млн результатов экзаменов, 20 млн строк ВсОШ, "
        "50 млн событий платформ. "
        f"Здесь масштаб {found['scale']}: школ {_n(rows['school_register__schools'])}, строк {_n(sum(rows.values()))}. "
        "Каждый замер — новый процесс. «Процессор» — секунды процессора всех потоков: на занятой машине сравнивать "
        "следует их, часы показывают и соседей.\n",
        f"Машина: {found['machine']}.\n",
        f"Разделы, в заголовке которых масштаб не назван, — масштаба {found['scale']:g}.\n" if others else "",
        _figures(largest),
        _usual(found) if found is not largest else "",
        _scales([*(others or []), found]),
        _country(largest) if others else "",
        _release(found),
        _disclosure([*(others or []), found]),
        _documents([*(others or []), found]),
        _correction(found),
        _readers(found),
        _fixed(found),
    ]
    return "\n".join(part for part in parts if part)


def _figures(found: Facts) -> str:
    if not {"floor_duckdb", "figures"} <= set(found):
        return ""
    floor, figures = found["floor_duckdb"], found["figures"]
    lines = [
        f"## Озеро → I1–I5, масштаб {found['scale']:g}: модели против запросов, написанных руками\n",
        f"Числители, знаменатели и значения сверены: {_n(figures['equal_floor'])} показателей школ, групп, "
        "муниципалитетов и страны равны все. Пол — `bench/national/floor.sql`: те же показатели во всех вариантах, без "
        "интервалов, происхождения, исключений и однофамильцев. Модели — `indicator_values` и всё, из чего она "
        "состоит, через dbt. pandas и Polars считают только официальные показатели школ, то есть меньше.\n",
        "| кто | часы, с | процессор, с | к полу, часы | к полу, процессор | пик, ГБ |",
        "|---|---|---|---|---|---|",
        _side("DuckDB руками (пол)", floor, floor),
    ]
    for title, name in (
        ("модели", "figures"),
        ("Polars, потоком", "floor_polars"),
        ("pandas", "usual_pandas"),
    ):
        if name in found:
            lines.append(_side(title, found[name], floor))
    ratio = figures["cpu"] / floor["cpu"]
    if found.get("memory_limit"):
        lines.append(
            f"\nПамять обеих сторон ограничена: {found['memory_limit']} (`OPORA_MEMORY_LIMIT`); моделей считается "
            f"сразу: {found['models_at_once']} (`OPORA_MODELS_AT_ONCE`)."
        )
    lines.append(
        f"\nЦель: модели не дольше {_MOST} пола. {_held(ratio <= _MOST)}: {ratio:.2f} по процессору. Пик памяти "
        f"моделей {figures['peak']:.2f} ГБ (цель {_MEMORY:.0f}). {_held(figures['peak'] <= _MEMORY)}.\n"
    )
    models = sorted(figures["models"].items(), key=lambda item: -item[1])
    total = sum(figures["models"].values())
    lines.append(
        "Самые дорогие модели (часы внутри dbt): "
        + ", ".join(f"`{name}` {100 * seconds / total:.0f} %" for name, seconds in models[:6])
        + ".\n"
    )
    profiled = found.get("profile", {}).get("operators", {})
    for name, _ in models[:3]:
        lines.append(f"- `{name}`: {_WHY[name]}." if name in _WHY else f"- `{name}`.")
        if name in profiled:
            lines += _operators(profiled[name])
    lines.append("")
    return "\n".join(lines)


def _usual(found: Facts) -> str:
    """Tell what a user would write instead, at the scale where it was measured."""
    if not {"floor_duckdb", "usual_pandas", "floor_polars"} <= set(found):
        return ""
    floor = found["floor_duckdb"]
    return "\n".join(
        [
            f"## Как написали бы без склада, масштаб {found['scale']:g}\n",
            "Только официальные показатели школ: меньше, чем считает пол. Сверены с показателями моделей.\n",
            "| кто | часы, с | процессор, с | к полу, часы | к полу, процессор | пик, ГБ |",
            "|---|---|---|---|---|---|",
            _side("DuckDB руками (пол, все показатели)", floor, floor),
            _side("Polars, потоком", found["floor_polars"], floor),
            _side("pandas", found["usual_pandas"], floor),
            "",
        ]
    )


def _operators(operators: list[Facts]) -> list[str]:
    """Return the profile of a model as a table within its item."""
    return [
        "",
        "  | оператор (профиль DuckDB) | секунды всех потоков | доля | строк на выходе |",
        "  |---|---|---|---|",
        *(
            f"  | `{each['operator'].replace('|', '¦')}` | {each['seconds']:.2f} | {100 * each['share']:.0f} % "
            f"| {_n(each['rows'])} |"
            for each in operators
        ),
        "",
    ]


def _scales(all_found: list[Facts]) -> str:
    measured = _measured(all_found, "floor_duckdb", "figures")
    if len(measured) < 2:
        return ""
    lines = [
        "## Время на строку\n",
        "| масштаб | строк | пол, процессор, с | модели, процессор, с | к полу | пол, мкс на строку "
        "| модели, мкс на строку | пик пола, ГБ | пик моделей, ГБ |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for found in measured:
        rows = sum(found["generate"]["rows"].values())
        floor, figures = found["floor_duckdb"], found["figures"]
        lines.append(
            f"| {found['scale']:g} | {_n(rows)} | {floor['cpu']:.1f} | {figures['cpu']:.1f} "
            f"| {figures['cpu'] / floor['cpu']:.2f} | {1e6 * floor['cpu'] / rows:.1f} "
            f"| {1e6 * figures['cpu'] / rows:.1f} | {floor['peak']:.2f} | {figures['peak']:.2f} |"
        )
    if len(measured) > 2:
        lines.append(_per_row(measured))
    return "\n".join(lines) + "\n"


def _per_row(measured: list[Facts]) -> str:
    """Tell what a row more costs between neighbouring scales: there the fixed cost is in both and falls out."""
    points = [(sum(found["generate"]["rows"].values()), found["figures"]["cpu"]) for found in measured]
    steps = [1e6 * (more - less) / (rows_more - rows) for (rows, less), (rows_more, more) in pairwise(points)]
    apart = max(abs(step / steps[0] - 1) for step in steps[1:])
    return (
        "\nСтрока сверх постоянной цены стоит моделям (процессор): "
        + ", ".join(f"{step:.1f} мкс" for step in steps)
        + f" между соседними масштабами; расхождение {100 * apart:.0f} % (цель 30). {_held(apart <= _LINEAR)}."
    )


def _measured(all_found: list[Facts], *rooms: str) -> list[Facts]:
    """Return the findings in which these rooms were measured, the smallest scale first."""
    whole = (found for found in all_found if all("cpu" in found.get(room, {}) for room in rooms))
    return sorted(whole, key=lambda found: float(found["scale"]))


def _linear(apart: float) -> str:
    return f"{'линейно' if apart <= _LINEAR else 'не линейно'} в пределах 30 %"


def _municipalities(found: Facts) -> float:
    """Return how many municipalities of twenty schools the load has."""
    return float(found["generate"]["rows"]["school_register__schools"] / 20)


def _disclosure(all_found: list[Facts]) -> str:
    """Tell whether disclosure is linear in municipalities; the load has twenty schools in one."""
    measured = _measured(all_found, "disclosure")
    if len(measured) < 2:
        return ""
    lines = [
        "## Защита сведений: по муниципалитетам\n",
        "| масштаб | муниципалитетов | часы, с | процессор, с | на муниципалитет, с | и на год, с | пик, ГБ |",
        "|---|---|---|---|---|---|---|",
    ]
    costs = []
    for found in measured:
        room = found["disclosure"]
        many = _municipalities(found)
        costs.append(room["cpu"] / many)
        lines.append(
            f"| {found['scale']:g} | {many:.0f} | {room['process']:.0f} | {room['cpu']:.0f} | {costs[-1]:.2f} "
            f"| {costs[-1] / 2:.2f} | {room['peak']:.2f} |"
        )
    apart = abs(costs[-1] / costs[0] - 1)
    lines.append(
        f"\nОт наименьшего масштаба к наибольшему цена муниципалитета меняется на {100 * apart:.0f} %: "
        f"{_linear(apart)}."
    )
    return "\n".join(lines) + "\n"


def _documents(all_found: list[Facts]) -> str:
    """Tell what both editions and the audit of all files cost a municipality, by scale."""
    costs: dict[str, list[float]] = {"render": [], "audit": []}
    measured = _measured(all_found, *costs)
    if len(measured) < 2:
        return ""
    lines = [
        "## Издания и аудит: по муниципалитетам\n",
        "| масштаб | муниципалитетов | издания, с процессора на муниципалитет | пик, ГБ | аудит, с процессора на "
        "муниципалитет | пик, ГБ |",
        "|---|---|---|---|---|---|",
    ]
    for found in measured:
        many = _municipalities(found)
        for name, told in costs.items():
            told.append(found[name]["cpu"] / many)
        lines.append(
            f"| {found['scale']:g} | {many:.0f} | {costs['render'][-1]:.2f} | {found['render']['peak']:.2f} "
            f"| {costs['audit'][-1]:.2f} | {found['audit']['peak']:.2f} |"
        )
    apart = max(abs(told[-1] / told[0] - 1) for told in costs.values())
    lines.append(
        f"\nОт наименьшего масштаба к наибольшему цена меняется не больше чем на {100 * apart:.0f} %: "
        f"{_linear(apart)}."
    )
    return "\n".join(lines) + "\n"


def _side(title: str, side: Facts, floor: Facts) -> str:
    return (
        f"| {title} | {side['work']:.1f} | {side['cpu']:.1f} | {side['work'] / floor['work']:.2f} "
        f"| **{side['cpu'] / floor['cpu']:.2f}** | {side['peak']:.2f} |"
    )


def _country(found: Facts) -> str:
    """Tell the rooms before disclosure at the largest scale: beyond it everything goes by municipality."""
    if "build" not in found:
        return ""
    measured = [name for name in RELEASE if name in found]
    lines, whole, peak = _rooms(found, measured)
    told = [f"## Страна по комнатам, масштаб {found['scale']:g}\n", *lines]
    if floor := found.get("floor_duckdb", {}).get("cpu"):
        told.append(
            f"\nДо защиты сведений и документов: {whole / floor:.2f} пола (цель 3 — до выпуска). "
            f"{_held(whole / floor <= 3)} без документов: их пол не пишет, их цена на муниципалитет — ниже. Аудит "
            "перед публикацией проверяет данные ещё раз."
        )
    told.append(
        f"Пик памяти этих комнат {peak:.2f} ГБ (цель {_MEMORY:.0f}). {_held(peak <= _MEMORY)}. Память ограничена: "
        f"{found.get('memory_limit') or 'нет'}. Защита, издания и аудит файлов идут по муниципалитетам: их цена в "
        "разделах ниже, страной за один раз они не измерены."
    )
    return "\n".join(told) + "\n"


def _rooms(found: Facts, names: Iterable[str]) -> tuple[list[str], float, float]:
    """Return the table of these rooms, their processor seconds without disclosure, and the largest peak."""
    lines = [
        "| комната | часы процесса, с | процессор, с | пик, ГБ | к полу, процессор |",
        "|---|---|---|---|---|",
    ]
    floor = found.get("floor_duckdb", {}).get("cpu")
    whole = peak = 0.0
    for name in names:
        room = found.get(name)
        if room is None:
            lines.append(f"| {_TITLES[name]} | не измерено | | | |")
        elif "failed" in room:
            lines.append(f"| {_TITLES[name]} | отказ: {room['failed']} | | | |")
        else:
            share = f"{room['cpu'] / floor:.2f}" if floor else ""
            lines.append(
                f"| {_TITLES[name]} | {room['process']:.1f} | {room['cpu']:.1f} | {room['peak']:.2f} | {share} |"
            )
            peak = max(peak, room["peak"])
            whole += 0 if name == "disclosure" else room["cpu"]
    return lines, whole, peak


def _release(found: Facts) -> str:
    if "build" not in found:
        return ""
    floor = found.get("floor_duckdb", {}).get("cpu")
    rows, whole, peak = _rooms(found, RELEASE)
    lines = ["## Озеро → выпуск, по комнатам\n", *rows]
    if any("cpu" not in found.get(name, {}) for name in RELEASE):
        lines.append("\nНе все комнаты измерены: суммы нет.")
    elif floor:
        lines.append(
            f"\nБез защиты сведений: {whole / floor:.1f} пола (цель 3). {_held(whole / floor <= 3)}."
        )
    lines.append(
        f"Пик памяти измеренных комнат {peak:.2f} ГБ (цель {_MEMORY:.0f}). {_held(peak <= _MEMORY)}."
    )
    municipalities = _municipalities(found)
    if "cpu" in found.get("disclosure", {}):
        room = found["disclosure"]
        one, clock = room["cpu"] / municipalities, room["process"] / municipalities
        lines.append(
            f"Защита сведений муниципалитета из 20 школ за два года (цель 1 с): {clock:.2f} с по часам. "
            f"{_held(clock <= 1)}; {one:.2f} с процессора. {_held(one <= 1)}. На год — {clock / 2:.2f} и "
            f"{one / 2:.2f} с; итоги над муниципалитетами в счёте."
        )
    if all("cpu" in found.get(name, {}) for name in ("render", "audit")):
        render, audit = (found[name]["cpu"] / municipalities for name in ("render", "audit"))
        lines.append(
            f"Издания и аудит идут по муниципалитетам: {render:.1f} и {audit:.1f} с процессора на каждый из "
            f"{municipalities:.0f} (два издания: страница, документ Word, книга). Пол таких файлов не пишет и не "
            "читает, поэтому кратность к нему велика."
        )
    blockers = found.get("checks", {}).get("blockers")
    if blockers:
        lines.append(
            "Замечания к нагрузке, которые остановили бы выпуск: "
            + ", ".join(f"`{b}`" for b in blockers)
            + "."
        )
    return "\n".join(lines) + "\n"


def _correction(found: Facts) -> str:
    if "correction" not in found:
        return ""
    told = found["correction"]
    return (
        "## Исправление протокола одной школы за один год\n\n"
        "| расчёт | процессор, с | частей посчитано |\n|---|---|---|\n"
        f"| всё впервые | {told['full']['cpu']:.1f} | {told['full']['built']} |\n"
        f"| ничего не изменилось | {told['unchanged']['cpu']:.1f} | {told['unchanged']['built']} |\n"
        f"| одна школа, один год | {told['corrected']['cpu']:.1f} | {told['built']} |\n\n"
        f"Доля ключа в полном расчёте {told['share']:.1f} с; исправление против доли и постоянной части: "
        f"{told['ratio']:.2f} (цель 1,5). {_held(told['ratio'] <= 1.5)}. Малые модели через годы считаются всегда: они "
        "и есть постоянная часть.\n"
    )


def _readers(found: Facts) -> str:
    if "readers" not in found:
        return ""
    told = found["readers"]
    return (
        "## 32 читателя во время публикаций\n\n"
        f"Работа с публикациями: одна {told['alone']:.1f} с, рядом с 32 процессами, которые только жгут процессор, "
        f"{told['burners']:.1f} с, рядом с 32 читателями действующего выпуска {told['readers']:.1f} с: "
        f"{told['beyond_share']:.2f} от доли процессора. Запросов {_n(told['reads'])}, отказов и смешанных чтений "
        f"{len(told['failures'])}, выпусков у одного читателя до {told['releases']}. "
        f"{_held(not told['failures'] and told['beyond_share'] <= 1.2)}.\n"
    )


def _fixed(found: Facts) -> str:
    if "fixed" not in found:
        return ""
    told = found["fixed"]
    return (
        "## Постоянная цена\n\n"
        f"Нового нет: {told['nothing_new']:.1f} с от старта процесса до выхода (цель 5). "
        f"{_held(told['nothing_new'] <= 5)}. "
        f"Пустой расчёт: {told['cold']:.1f} с в новом процессе (цель 15). {_held(told['cold'] <= 15)}; "
        f"{told['warm']:.1f} с в тёплом (цель 2). {_held(told['warm'] <= 2)}.\n"
    )


def _held(holds: bool) -> str:
    return "Держится" if holds else "Не держится"


def _n(number: Any) -> str:
    return f"{number:,}".replace(",", " ")
