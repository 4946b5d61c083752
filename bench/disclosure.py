"""What disclosure control costs and how long it takes: the demo, and the real regional return where it is at hand.

Writes docs/disclosure-utility.md: cells and people that the public does not see, by kind of area and indicator, and the
seconds of suppression and of the attacker. ``--demo HOME`` and ``--region HOME`` take homes that have a candidate.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import yaml

from analysis.run import analyse_public
from disclosure.run import UTILITY_NAME, suppress
from opora.candidates import Candidate
from opora.config import Config, Municipality
from opora.home import Home
from quality.attacker.run import attack_tables

PAGE = Path(__file__).resolve().parents[1] / "docs" / "disclosure-utility.md"
RETURN = (
    Path(__file__).resolve().parents[2] / "shared" / "data" / "zabaykalsky_krai_ege_by_school_2022_2024.xlsx"
)
SCHOOLS_BELOW_TEN = "373 школы, 166 — меньше 10 выпускников"
WAIVED = (
    ("mean_outside_schools", "2022-2023", 7),
    ("return_participants_exceed_graduates", "2021-2022", 1),
    ("return_participants_exceed_graduates", "2021-2022", 22),
    ("return_parts_exceed_participants", "2022-2023", 4),
    ("totals_not_reconciled", "2021-2022", 10),
    ("totals_not_reconciled", "2022-2023", 7),
)
"""Faults of the return that its sender has to mend: the figures they touch are withdrawn (rule, year, subject)."""
_KINDS = {"school": "школы", "group": "группы", "municipality": "муниципалитеты", "region": "регион"}


@dataclass(frozen=True)
class Measured:
    """One home: its utility by table, kind of area, indicator and official or not; seconds; what the attacker found.

    ``whole``: one program a year over all municipalities at once, which the gate splits where no total crosses them.
    """

    rows: list[dict[str, Any]]
    suppress_s: float
    attack_s: float
    recovered: int
    whole_s: float
    whole_recovered: int


def measure(home: Home, candidate: Candidate) -> Measured:
    """Cut the public tables of a copy of the candidate's marts and attack them, with the clock of the process."""
    with tempfile.TemporaryDirectory(prefix=".utility-", dir=home.candidates) as folder:
        copy = Candidate(home, Path(folder).name)
        shutil.copytree(candidate.marts, copy.marts)
        start = time.process_time()
        suppress(home, copy)
        analyse_public(home, copy)
        cut = time.process_time()
        recovered = attack_tables(copy.public_tables, [])
        done = time.process_time()
        whole = attack_tables(copy.public_tables, [], is_whole=True)
        end = time.process_time()
        rows = pq.read_table(copy.marts / f"{UTILITY_NAME}.parquet").to_pylist()
    return Measured(rows, cut - start, done - cut, len(recovered), end - done, len(whole))


def region_home(root: Path) -> Home:
    """Return a home of the region with the return in its inbox and the waivers that it needs."""
    config = Config(region=Municipality(code="75", name="Забайкальский край"), register="propose")
    home = Home.create(root, config)
    shutil.copyfile(RETURN, home.inbox / RETURN.name)
    acts = [
        {
            "rule": rule,
            "scope": {"source": "gia_school_return", "academic_year": year, "subject_code": subject},
            "reason": "Исправленный файл запрошен у отправителя",
            "signer": "Директор центра",
            "until": "2099-12-31",
        }
        for rule, year, subject in WAIVED
    ]
    path = home.acts / "waivers" / "return.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(yaml.safe_dump(acts, allow_unicode=True), encoding="utf-8")
    return home


def table(measured: Measured) -> list[str]:
    """Return the lines of one table: cells by what the public sees of them, and the share of people hidden."""
    lines = [
        "| область | показатель | клеток | показано | границей | скрыто | скрыто, % клеток | скрыто, % людей |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for row in measured.rows:
        present = row["shown"] + row["bounds"] + row["hidden"]
        if not present:
            continue
        subject = "предметы" if row["indicator_code"] == "subjects" else row["indicator_code"]
        official = ", официальный" if row["is_official"] else ""
        people = 100 * row["people_hidden"] / row["people"] if row["people"] else 0.0
        lines.append(
            f"| {_KINDS[row['area_kind']]} | {subject}{official} | {present} | {row['shown']} | {row['bounds']} | "
            f"{row['hidden']} | {_number(100 * row['hidden'] / present)} | {_number(people)} |"
        )
    return [*lines, _total(measured.rows)]


def _total(rows: Iterable[dict[str, Any]]) -> str:
    listed = [row for row in rows if row["shown"] + row["bounds"] + row["hidden"]]
    shown, bounds, hidden = (sum(row[name] for row in listed) for name in ("shown", "bounds", "hidden"))
    people, lost = sum(row["people"] for row in listed), sum(row["people_hidden"] for row in listed)
    present = shown + bounds + hidden
    return (
        f"| **всего** | | {present} | {shown} | {bounds} | {hidden} | {_number(100 * hidden / present)} | "
        f"{_number(100 * lost / people)} |"
    )


def _number(value: float) -> str:
    return f"{value:.1f}".replace(".", ",")


def page(demo: Measured, region: Measured | None) -> str:
    """Return the document."""
    lines = [
        "# Чего стоит защита сведений",
        "",
        "Что читатель открытого издания не видит. Клетка — одна строка таблицы, которая в нём стоит; человек",
        "считается один раз в каждой клетке. Строки, которых в открытом издании нет вовсе (предметы по выбору у школ,",
        "варианты I1 у школ), не входят. Пишет `make bench`",
        "(`bench/disclosure.py`); секунды — процессорные, одного процесса.",
    ]
    for title, measured in (
        ("Демо-муниципалитет", demo),
        (f"Настоящая региональная сводка ({SCHOOLS_BELOW_TEN})", region),
    ):
        lines += ["", f"## {title}", ""]
        if measured is None:
            lines.append("Файла на этой машине не было.")
            continue
        lines += [
            f"Сокрытие {measured.suppress_s:.0f} с, злоумышленник {measured.attack_s:.0f} с; "
            f"вычислил {measured.recovered}. Всё сразу, одной программой на год, без деления на муниципалитеты: "
            f"{measured.whole_s:.0f} с; вычислил {measured.whole_recovered}.",
            "",
            *table(measured),
        ]
    lines += [
        "",
        "Регион решается по муниципалитетам и годам; итоги над ними — второй уровень: что скрыто внизу, скрыто и там,",
        "а если по показанному итогу что-нибудь вычислялось бы, скрывается и он или, если потеря меньше, то, что внизу",
        "может стоять вместо. У школ региона I1 — интервал по предметам, и он скрыт вместе с ними: большинство классов",
        "меньше 10 человек.",
        "",
    ]
    return "\n".join(lines)


def main(arguments: list[str]) -> int:
    """Measure and write the page."""
    given = dict(zip(arguments[::2], arguments[1::2], strict=False))
    with tempfile.TemporaryDirectory() as scratch:
        demo = Home.open(Path(given["--demo"])) if "--demo" in given else _demo(Path(scratch) / "demo")
        region = None
        if "--region" in given:
            region = Home.open(Path(given["--region"]))
        elif RETURN.exists():
            from opora.cli.job import main_job

            region = region_home(Path(scratch) / "region")
            main_job(region, None)
        answers = [None if home is None else measure(home, Candidate.latest(home)) for home in (demo, region)]
    assert answers[0] is not None
    PAGE.write_text(page(answers[0], answers[1]), encoding="utf-8")
    print(PAGE)
    return 0


def _demo(root: Path) -> Home:
    from demo.run import create_demo_home
    from opora.cli.job import main_job

    home = create_demo_home(root)
    main_job(home, None)
    return home


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
