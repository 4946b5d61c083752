"""Does the gate see a corrupted figure? One cell of every table and kind of column is changed, and the checks run.

Each mutation is tried in four places: after the calculation (``cells/``), after withdrawal and analysis (``marts/``),
after disclosure control (``public_tables/``) and in what readers download (``tables/`` of both editions, Parquet and
csv). A fifth column tells how many of the first would be seen by rules about the numbers alone, had the calculation
itself been wrong and sealed its own error: those are what dbt's tests and the independent witnesses are for.
"""

from __future__ import annotations

import os
import random
import shutil
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from opora.candidates import Candidate
from opora.home import Home
from opora.seals import seal
from quality.check import Check, run_check
from quality.context import Context
from quality.registry import all_checks, checks_of

PAGE = Path(__file__).resolve().parents[1] / "docs" / "gate-mutations.md"
SEED = 20260901
SEALS = frozenset({"cells_as_built", "tables_as_written", "editions_as_tables"})
FILE_RULES = ("tables_as_written", "editions_as_tables", "small_counts_shown")
"""Rules over files that look at tables; scans for names, links and leftovers see no numbers."""
CLASSES = ("key", "count", "share", "interval", "symbol", "flag", "text", "date")
PLACES = ("cells", "marts", "public_tables", "tables", "csv")
_WORDS_OF_STATE = ("_state", "_status", "_kind", "verdict", "flag", "state", "outcome_state")
_KEYS = (
    "_code",
    "_id",
    "_key",
    "academic_year",
    "half",
    "scope",
    "component",
    "criterion",
    "period",
    "reason",
)

JUDGED = {
    "area_members": "состав групп выводится из соглашений и статусов; его держат проверки dbt и независимый пересчёт",
    "bridge_partnership": "год соглашения: строка стоит в каждом году, в котором оно действует; проверки dbt",
    "corrections_log": "номер человека и школа по её названию присваиваются расчётом: второй записи нет",
    "dim_academic_year": "слова названия года",
    "dim_indicator": "слова паспортов: из правил, сверяются проверками dbt",
    "dim_school": "школа без реестра (предложенная) — из файлов, где её назвали",
    "dim_subject": "справочник предметов: из правил, сверяется проверками dbt",
    "disclosure_rules": "пороги сокрытия: строки справочника; сверяются проверками правил и `small_counts_shown`",
    "figure_deliveries": "поставка того же года и тех же источников: видят «opora explain» и его проверки",
    "figure_exclusions": "причина при верном числе: пересчитывают независимые свидетели в проверках",
    "indicator_values": "число, согласованное само с собой и с соседями: видно только пересчётом по строкам "
    "(независимые свидетели в проверках)",
    "management_decisions": "«не проверено» и «срок не наступил» выводятся из дня данных; год — из даты решения",
    "method_unions": "счёт людей, школ и встреч пересчитывает независимый свидетель сети",
    "network_criteria": "счёт, согласованный сам с собой, пересчитывает независимый свидетель (demo/network_truth.py)",
    "olympiad_funnel": "повторяет показатели: видно правилом, кроме слов",
    "partner_duties": "проведённое, часы и люди: пересчитывает независимый свидетель сети в проверках",
    "partnership_stages": "день перехода, согласованный с соседними: проверки dbt и заложенные пути демо",
    "quality_results": "итоги проверок: сверяются с доказательствами (`findings_agree`)",
    "roadmap_events": "проведение, люди и свидетельства: пересчитывает независимый свидетель сети в проверках",
    "school_statuses": "муниципалитет и статусы стоят как в реестре: видно правилом, кроме слов",
    "september_falls": "перечень снизившихся: модульная проверка модели и `every_falling_pupil_has_a_dated_reason`",
    "subject_results": "средний балл, счёт высоких баллов и слова: пересчитывает независимый свидетель ГИА в проверках",
    "submission_board": "состояние сдачи стоит как во входных данных кандидата; выводят его проверки приёма",
    "transition_programmes": "цели и авторы: пересчитывает независимый свидетель сети в проверках",
}
"""Why rules about numbers alone cannot see a corruption of this table, and what does."""

BY_CLASS = """Доли, интервалы и даты видны правилам все: долю считают заново из её счёта, интервал — по Уилсону, дату
сверяют с поставкой или с соседними датами. Ключи видны, когда повторяют другой ключ, уводят строку из суммы по школам
или расходятся с реестром; не видны там, где строка стоит сама по себе. Счёт виден, когда есть итог, доля или второй
источник; людей, часы и свидетельства сети пересчитывают независимые свидетели в проверках. Слова видны там, где они
стоят в поставке; слова справочников — из правил, и сверяют их проверки dbt."""
"""The judgement of what rules about numbers see, by kind of column."""


@dataclass(frozen=True)
class Mutation:
    """One cell changed: table, column, its class, row, and the value put in."""

    table: str
    column: str
    kind: str
    row: int
    value: Any


@dataclass
class Trial:
    """What one mutation met: place → rules that saw it; ``rules``: seen without the seals."""

    mutation: Mutation
    seen: dict[str, tuple[str, ...]] = field(default_factory=dict)
    rules: tuple[str, ...] = ()

    @property
    def is_caught(self) -> bool:
        return all(self.seen.values())


def kind_of(field_: pa.Field) -> str:
    """Return the class of a column."""
    name, kind = field_.name, field_.type
    if name == "symbol":
        return "symbol"
    if pa.types.is_boolean(kind) or name.endswith(_WORDS_OF_STATE):
        return "flag"
    if pa.types.is_date(kind) or pa.types.is_timestamp(kind):
        return "date"
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        return "key" if name.endswith(_KEYS) else "text"
    if any(part in name for part in ("low", "high")) and pa.types.is_floating(kind):
        return "interval"
    return "share" if pa.types.is_floating(kind) else "count"


def mutations(folder: Path, draw: random.Random, per_class: int = 1) -> Iterator[Mutation]:
    """Yield mutations of every table of a folder: up to ``per_class`` columns of every class that holds a value."""
    for path in sorted(folder.glob("*.parquet")):
        table = pq.read_table(path)
        columns: dict[str, list[str]] = defaultdict(list)
        for entry in table.schema:
            if entry.name == "symbol" or table.column(entry.name).null_count < table.num_rows:
                columns[kind_of(entry)].append(entry.name)
        for kind in CLASSES:
            for name in draw.sample(columns[kind], min(per_class, len(columns[kind]))):
                values = table.column(name).to_pylist()
                rows = [k for k, value in enumerate(values) if value is not None or kind == "symbol"]
                if rows:
                    row = draw.choice(rows)
                    yield Mutation(path.stem, name, kind, row, _other(values[row], kind, values, draw))


def _other(value: Any, kind: str, values: list[Any], draw: random.Random) -> Any:
    """Return a value that is wrong and looks right: of the column's own where it can be."""
    if kind == "symbol":
        return "x" if value is None else None
    if isinstance(value, bool):
        return not value
    if isinstance(value, date):
        return value + timedelta(days=1)
    if isinstance(value, int):
        return value + 1
    if isinstance(value, float):
        return value + 1.0
    others = sorted({other for other in values if other not in (None, value)})
    return draw.choice(others) if others and kind != "text" else f"{value} "


def changed(path: Path, mutation: Mutation) -> bool:
    """Write the table again with the one cell changed; False when the table does not hold it."""
    table = pq.read_table(path)
    if mutation.column not in table.schema.names or mutation.row >= table.num_rows:
        return False
    place = table.schema.get_field_index(mutation.column)
    entry = table.schema.field(place)
    values = table.column(place).to_pylist()
    value = mutation.value
    if mutation.kind not in ("symbol",) and values[mutation.row] is None:
        return False
    if values[mutation.row] == value:
        value = None if mutation.kind == "symbol" else _other(value, mutation.kind, values, random.Random(0))  # noqa: S311
    values[mutation.row] = value
    table = table.set_column(place, entry.with_nullable(True), pa.array(values, entry.type))
    path.unlink()  # never into a file that a hard link shares
    pq.write_table(table, path, compression="zstd")
    return True


def campaign(
    home: Home, source: Candidate, per_class: int = 1, most: int | None = None, only_rules: bool = False
) -> list[Trial]:
    """Try every mutation in every place; ``most``: a seeded sample of so many.

    ``only_rules``: in ``cells/`` alone, by rules about numbers alone.

    The candidate is copied by hard links, and each file that a trial changes is put back.
    """
    draw = random.Random(SEED)  # noqa: S311
    listed = list(mutations(source.cells, draw, per_class))
    if most is not None and most < len(listed):
        listed = sorted(draw.sample(listed, most), key=lambda item: (item.table, item.column))
    with tempfile.TemporaryDirectory(prefix=".mutations-", dir=home.candidates) as folder:
        copy = Candidate(home, Path(folder).name)
        shutil.copytree(source.root, copy.root, copy_function=os.link, dirs_exist_ok=True)
        # Files that are written in place by the trials must not be links to the candidate's own.
        (copy.root / "seals.json").unlink(missing_ok=True)
        shutil.copyfile(source.root / "seals.json", copy.root / "seals.json")
        gate = _Gate(home, copy)
        usual = {check.rule: gate.findings(check) for check in _judges()}
        return [_trial(source, copy, gate, mutation, usual, only_rules) for mutation in listed]


def _judges() -> list[Check]:
    return [*checks_of("marts"), *(check for check in all_checks() if check.rule in FILE_RULES)]


class _Gate:
    """The checks over one candidate whose files change between trials.

    A context sees files as they were when it first looked, so each check gets a new one; pairs of a table and its csv
    that were compared before are equal bytes in all of them.
    """

    def __init__(self, home: Home, candidate: Candidate) -> None:
        self._home, self._candidate = home, candidate
        self._compared: dict[tuple[str, str], int] = {}

    def findings(self, check: Check) -> frozenset[str]:
        context = Context(self._home, self._candidate)
        context.compared = self._compared
        try:
            return frozenset(
                f"{check.rule}: {finding.message}" for finding in run_check(check, context).findings
            )
        finally:
            context.close()


def _trial(
    source: Candidate,
    copy: Candidate,
    gate: _Gate,
    mutation: Mutation,
    usual: dict[str, frozenset[str]],
    only_rules: bool,
) -> Trial:
    trial = Trial(mutation)

    def seen(checks: Iterable[Check]) -> tuple[str, ...]:
        return tuple(check.rule for check in checks if gate.findings(check) - usual[check.rule])

    cheap = [check for check in all_checks() if check.rule in FILE_RULES]
    path = copy.cells / f"{mutation.table}.parquet"
    if changed(path, mutation):
        if not only_rules:
            trial.seen["cells"] = seen(check for check in checks_of("marts") if check.rule in SEALS)
        seal(copy, [path])
        trial.rules = seen(check for check in checks_of("marts") if check.rule not in SEALS)
    _restore(source, copy, path)
    if only_rules:
        shutil.copyfile(source.root / "seals.json", copy.root / "seals.json")
        return trial
    for place, folder in (
        ("marts", copy.marts),
        ("public_tables", copy.public_tables),
        ("tables", copy.public / "tables"),
        ("tables", copy.internal / "tables"),
    ):
        path = folder / f"{mutation.table}.parquet"
        if path.exists() and changed(path, mutation):
            found = seen(cheap)
            trial.seen[place] = found if trial.seen.get(place, ("none yet",)) else ()
        if path.exists():
            _restore(source, copy, path)
    for folder in (copy.public / "tables", copy.internal / "tables"):
        path = folder / f"{mutation.table}.csv"
        if path.exists() and _one_digit(path):
            trial.seen["csv"] = seen(cheap)
            _restore(source, copy, path)
            break
    shutil.copyfile(source.root / "seals.json", copy.root / "seals.json")
    return trial


def _restore(source: Candidate, copy: Candidate, path: Path) -> None:
    path.unlink(missing_ok=True)
    os.link(source.root / path.relative_to(copy.root), path)


def _one_digit(path: Path) -> bool:
    """Change the last digit of a csv; False when it has none after its header."""
    text = path.read_text(encoding="utf-8-sig")
    head, _, body = text.partition("\n")
    for place in range(len(body) - 1, -1, -1):
        if body[place].isdigit():
            path.unlink()
            digit = str((int(body[place]) + 1) % 10)
            path.write_text(f"{head}\n{body[:place]}{digit}{body[place + 1 :]}", encoding="utf-8-sig")
            return True
    return False


def page(trials: list[Trial], seconds: float) -> str:
    """Return the document: scores by class and place, and the survivors with a judgement."""
    tried = sum(len(trial.seen) for trial in trials)
    caught = sum(bool(rules) for trial in trials for rules in trial.seen.values())
    by_rules = [trial for trial in trials if trial.rules]
    lines = [
        "# Видит ли контроль испорченное число",
        "",
        "В каждой таблице выпуска портится по одной клетке каждого вида столбцов; потом работают проверки. "
        "Пишет `make test-mutations` "
        f"(`bench/gate_mutations.py`), здесь {len(trials)} порч, {seconds:.0f} с.",
        "",
        f"**Поймано {caught} из {tried}: {100 * caught / tried:.1f} %** (нужно не меньше 90 %).",
        "",
        "| вид столбца | " + " | ".join(PLACES) + " | только правила о числах |",
        "|---|" + "---|" * (len(PLACES) + 1),
    ]
    for kind in CLASSES:
        own = [trial for trial in trials if trial.mutation.kind == kind]
        if not own:
            continue
        cells = []
        for place in PLACES:
            there = [trial.seen[place] for trial in own if place in trial.seen]
            cells.append(f"{sum(map(bool, there))} / {len(there)}" if there else "–")
        lines.append(
            f"| {kind} | " + " | ".join(cells) + f" | {sum(bool(t.rules) for t in own)} / {len(own)} |"
        )
    lines += [
        "",
        "`cells` — после расчёта, `marts` — после изъятия и анализа, `public_tables` — после защиты сведений, "
        "`tables` и `csv` — в изданиях. Последний столбец строже нужного: порча случилась до записи, "
        "печать (`seals.json`) её заверила, и ловить могут только правила о числах; "
        f"их {len(by_rules)} из {len(trials)}.",
        "",
        "## Кто ловит",
        "",
    ]
    tally = Counter(
        rule for trial in trials for rules in (*trial.seen.values(), trial.rules) for rule in rules
    )
    lines += [f"- `{rule}`: {n}" for rule, n in tally.most_common()]
    escaped = [trial for trial in trials if not trial.is_caught]
    lines += ["", "## Не пойманы контролем", ""]
    lines += [
        f"- `{trial.mutation.table}.{trial.mutation.column}` ({trial.mutation.kind}): "
        + ", ".join(place for place, rules in trial.seen.items() if not rules)
        for trial in escaped
    ] or ["Таких нет."]
    lines += ["", "## По видам столбцов", "", *BY_CLASS.splitlines()]
    lines += [
        "",
        "## Не видны правилам о числах, и почему это допустимо",
        "",
        "| таблица | столбцы | почему |",
        "|---|---|---|",
    ]
    blind: dict[str, list[str]] = defaultdict(list)
    for trial in trials:
        if not trial.rules:
            blind[trial.mutation.table].append(trial.mutation.column)
    for table, columns in sorted(blind.items()):
        listed = ", ".join(f"`{column}`" for column in sorted(set(columns)))
        lines.append(f"| `{table}` | {listed} | {JUDGED[table]} |")
    return "\n".join([*lines, ""])


def main(arguments: list[str]) -> int:
    """Run the campaign over a home (``--home PATH``), else over a new demo; write the page.

    ``--rules``: only what rules about numbers see, printed and not written.
    """
    with tempfile.TemporaryDirectory() as scratch:
        if "--home" in arguments:
            home = Home.open(Path(arguments[arguments.index("--home") + 1]))
        else:
            from demo.run import create_demo_home
            from opora.cli.job import main_job

            home = create_demo_home(Path(scratch) / "home")
            main_job(home, None)
        start = time.process_time()
        if "--rules" in arguments:
            for trial in campaign(home, Candidate.latest(home), only_rules=True):
                print(
                    f"{trial.mutation.table}.{trial.mutation.column} ({trial.mutation.kind}): {trial.rules}"
                )
            return 0
        trials = campaign(home, Candidate.latest(home), per_class=1)
        PAGE.write_text(page(trials, time.process_time() - start), encoding="utf-8")
    print(PAGE)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
