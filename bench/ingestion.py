"""Ingestion against the bare reader of each form, in one run: what accounting, judgement and depersonalisation cost.

A log of events (csv and Parquet) against DuckDB that reads the same file and writes it as Parquet; a workbook of
200,000 rows against python-calamine that only walks its rows. Each measurement is a process of its own: it warms up on
a small file first (imports, contracts), then tells the seconds of the large one and its peak memory. The median of the
runs counts; sides take turns, so that a busy machine is busy for both. Exit code 1 when a target is missed.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import random
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

PAGE = Path(__file__).resolve().parents[1] / "docs" / "ingestion-speed.md"
MAX_PEAK_GB = 2.0
EVENTS, ROWS = 5_000_000, 200_000
_WARM = 2_000
_BY_HAND = "## Отдельные замеры\n"


@dataclass(frozen=True)
class Case:
    """A form of file, how it is told in the table, and the least share of the bare reader's speed."""

    name: str
    title: str
    bare: str
    target: float


CASES = (
    Case("events.csv", "журнал событий, csv", "DuckDB: read_csv → Parquet", 0.5),
    Case("events.parquet", "журнал событий, Parquet", "DuckDB: read_parquet → Parquet", 0.5),
    Case("protocol.xlsx", "книга Excel, 18 столбцов", "python-calamine: обход строк", 0.6),
)


def write_events(path: Path, events: int) -> None:
    """Write a log of ``events`` rows of one academic year: pupils, teachers, 300 schools; by the file's suffix."""
    import duckdb

    form = "header, delimiter ','" if path.suffix == ".csv" else "format parquet, compression zstd"
    moment = "timestamp '2025-09-01' + to_seconds(cast(i * 23000000.0 / $events as bigint))"
    moment = f"strftime({moment}, '%Y-%m-%d %H:%M:%S')" if path.suffix == ".csv" else moment
    duckdb.connect().execute(
        f"""copy (
            select {moment} as timestamp, 'myschool' as platform, cast(720000 + person % 300 as varchar) as school_code,
                case when is_teacher then 't' || person || '@school.example' else 's' || person end as person_id,
                case when is_teacher then 'teacher' else 'pupil' end as role,
                ['login', 'assignment', 'work_check', 'lesson', 'page_view'][1 + cast(hash(i + 4) % 5 as bigint)]
                    as action
            from (select i, hash(i + 1) % 10 < 3 as is_teacher,
                case when hash(i + 1) % 10 < 3 then hash(i + 2) % 9000 else hash(i + 3) % 90000 end as person
                from range($events) as numbers(i))
        ) to '{path}' ({form})""",
        {"events": events},
    )


def write_protocol(path: Path, rows: int) -> None:
    """Write a protocol of results as one sheet: four subjects of ``rows / 4`` pupils."""
    import xlsxwriter

    titles = (
        "№", "Код МСУ / АТЕ", "Код ОО", "Наименование ОО", "Класс", "Фамилия, имя, отчество", "Дата рождения",
        "Предмет", "Дата экзамена", "Этап", "Форма экзамена", "Категория", "Статус", "Первичный балл", "Балл (100)",
        "Отметка", "% выполнения", "Минимальный балл",
    )  # fmt: skip
    draw = random.Random(9)  # noqa: S311
    names = (("Белова", "Громова", "Зуева", "Козлова", "Панова"), ("Анна", "Вера", "Инна", "Мария", "Ольга"),
             ("Андреевна", "Ивановна", "Олеговна", "Петровна"))  # fmt: skip
    pupils = [
        (draw.randrange(400), " ".join(map(draw.choice, names)), 39300 + draw.randrange(400))
        for _ in range(max(1, rows // 4))
    ]
    subjects = ("Русский язык", "Математика (профильная)", "Физика", "Обществознание")
    with xlsxwriter.Workbook(str(path)) as book:
        sheet, day = book.add_worksheet("Протокол"), book.add_format({"num_format": "dd.mm.yyyy"})
        sheet.write_row(0, 0, titles)
        for row in range(rows):
            school, name, born = pupils[row % len(pupils)]
            score = draw.randint(5, 50)
            cells = (
                row + 1, 719, 720000 + school, f"МБОУ «СОШ № {school}»", "11 А", name, born,
                subjects[row // len(pupils) % 4], 46177, "основной", "ЕГЭ", "выпускник текущего года",
                "действующий результат", score, score * 2, None, score * 2, 24,
            )  # fmt: skip
            for column, cell in enumerate(cells):
                if cell is not None:
                    sheet.write(row + 1, column, cell, day if column in (6, 8) else None)
    facts = "gia_level: 11\nstate: final\nas_of: 2026-06-12\nacademic_year: 2025-2026\n"
    path.with_name(path.name + ".delivery.yaml").write_text(facts, encoding="utf-8")


def bare(file: Path, folder: Path) -> None:
    """Read the file as its bare reader does; a log is written as Parquet too."""
    if file.suffix == ".xlsx":
        from python_calamine import CalamineWorkbook

        book = CalamineWorkbook.from_path(str(file))
        for name in book.sheet_names:
            for _ in book.get_sheet_by_name(name).iter_rows():
                pass
        return
    import duckdb

    read = "read_csv" if file.suffix == ".csv" else "read_parquet"
    with duckdb.connect() as con:
        con.execute(
            f"copy (select * from {read}('{file}')) to '{folder / 'bare.parquet'}' (format parquet, compression zstd)"
        )


def own(file: Path, folder: Path) -> Callable[[], None]:
    """Return the ingestion of the file out of the inbox of a new home; it fails unless every row lands."""
    from ingestion.run import ingest
    from opora.config import Config
    from opora.home import Home

    home = Home.create(
        folder / "home", Config.model_validate({"municipality": {"code": "71900000", "name": "Замер"}})
    )
    inbox = home.inbox / ("gia_protocol" if file.suffix == ".xlsx" else "platform_events")
    inbox.mkdir(parents=True)
    for each in (file, file.with_name(file.name + ".delivery.yaml")):
        if each.exists():
            shutil.copy(each, inbox)

    def run() -> None:
        report = ingest(home)
        if report.returned or any(counts["quarantined"] for counts in report.by_source().values()):
            raise SystemExit(f"{file.name}: not every row landed")

    return run


def measure(side: str, file: Path, warm: Path) -> None:
    """Print seconds, processor seconds and peak memory (GB) of one side on a file, after a small one.

    To be run in a process of its own.
    """
    for each in (warm, file):
        with tempfile.TemporaryDirectory(dir=file.parent) as name:
            folder = Path(name)
            run = own(each, folder) if side == "own" else partial(bare, each, folder)
            start, worked = time.perf_counter(), time.process_time()
            run()
            seconds, cpu = time.perf_counter() - start, time.process_time() - worked
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    print(json.dumps([seconds, cpu, peak]))


def _child(side: str, file: Path, warm: Path) -> list[float]:
    command = [sys.executable, "-m", "bench.ingestion", "--side", side, str(file), str(warm)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603
    found: list[float] = json.loads(done.stdout.splitlines()[-1])
    return found


def compare(case: Case, folder: Path, events: int, rows: int, runs: int) -> tuple[str, bool]:
    """Return the row of the table for a case, and whether it holds its targets."""
    file, warm = folder / case.name, folder / f"warm-{case.name}"
    size = rows if file.suffix == ".xlsx" else events
    write = write_protocol if file.suffix == ".xlsx" else write_events
    write(file, size)
    write(warm, _WARM)
    taken: dict[str, list[list[float]]] = {"bare": [], "own": []}
    for _ in range(runs):
        for side, found in taken.items():
            found.append(_child(side, file, warm))
    times, work = (
        {side: statistics.median(each[at] for each in found) for side, found in taken.items()}
        for at in (0, 1)
    )
    peak = max(each[2] for each in taken["own"])
    ratio = times["bare"] / times["own"]
    holds = ratio >= case.target and peak < MAX_PEAK_GB
    cells = (
        case.title, f"{size:,}".replace(",", " "), case.bare, f"{times['bare']:.2f}", f"{times['own']:.2f}",
        f"**{ratio:.2f}**", f"{work['bare'] / work['own']:.2f}", f"{case.target}", f"{peak:.2f}",
        "да" if holds else "нет",
    )  # fmt: skip
    return "| " + " | ".join(cells) + " |", holds


def machine() -> str:
    """Return what the figures were measured on: processor, cores in use, memory, load before the run."""
    info = Path("/proc/cpuinfo")
    names = (
        [line for line in info.read_text().splitlines() if line.startswith("model name")]
        if info.exists()
        else []
    )
    model = names[0].partition(":")[2].strip() if names else platform.processor() or platform.machine()
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    return (
        f"{model}, ядер {os.cpu_count()}, памяти {memory:.0f} ГБ, Python {platform.python_version()}; "
        f"нагрузка перед замером {os.getloadavg()[0]:.1f}"
    )


def kept(page: Path) -> str:
    """Return what people wrote below the table: findings that take longer than this measurement."""
    found = page.read_text(encoding="utf-8").partition(_BY_HAND) if page.exists() else ("", "", "")
    return f"\n{found[1]}{found[2]}" if found[1] else ""


def main() -> None:
    """Measure all cases, print the table and write it to docs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=EVENTS)
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--side", choices=("own", "bare"))
    parser.add_argument("files", nargs="*", type=Path)
    given = parser.parse_args()
    if given.side:
        measure(given.side, *given.files)
        return
    told = machine()
    with tempfile.TemporaryDirectory() as name:
        rows = [compare(case, Path(name), given.events, given.rows, given.runs) for case in CASES]
    text = (
        f"""# Скорость приёма

Таблицу пишет `make bench` (`python -m bench.ingestion`): приём против голого читателя того же файла, медиана из
{given.runs} запусков по очереди, каждый в своём процессе после прогрева. Доля = время читателя / время приёма: сколько
стоят учёт каждой строки, проверка ячеек, обезличивание, две суммы SHA-256 и копия исходного файла. На занятой машине
вернее доля по времени процессора: она не зависит от соседей. «Держится» — по
часам; пик — память приёма.

Машина: {told}.

| файл | строк | голый читатель | читатель, с | приём, с | доля | по процессору | цель | пик, ГБ | держится |
|---|---|---|---|---|---|---|---|---|---|
"""
        + "\n".join(row for row, _ in rows)
        + """

Почему так: Parquet читается со своими словарями, каждое разное значение разбирается один раз; текст проверяется на
кодировку, пока читается; книга от 16 МБ XML разрезается между строками, и calamine читает её части на всех ядрах.
"""
    )
    print(text)
    PAGE.write_text(text + kept(PAGE), encoding="utf-8")
    raise SystemExit(0 if all(holds for _, holds in rows) else 1)


if __name__ == "__main__":
    main()
