"""The first page answers a director's two questions; the appendices say what was left out and what changed."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import duckdb
import marts_fixture
import marts_tables
import pytest
from lxml import html as lxml_html

from opora.candidates import Candidate
from reporting.content import changes, effect, exclusions, needs
from reporting.content.facts import Edition, Facts, read_facts
from reporting.content.model import Bullets, Paragraph, Section, Table
from reporting.run import release_before
from reporting.tables import TableStore
from reporting.xlsx.render import plain

CODE = marts_fixture.CODE


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Candidate:
    """Tables of 24 schools; nothing is rendered."""
    return marts_fixture.make_candidate(tmp_path_factory.mktemp("first"), {CODE: 24}, public_schools=True)


def _facts(folder: Path, edition: Edition = "internal", before: Path | None = None) -> Facts:
    store = TableStore(folder, None, before)
    try:
        return read_facts(store, edition, CODE, "Округ", [])
    finally:
        store.close()


def _text(paragraph: Paragraph) -> str:
    return "".join(plain(run) for run in paragraph.runs).replace("\u00a0", " ")


def _headlines(folder: Path) -> str:
    """SQL of the headline figures of schools of the newest year, written apart from the product."""
    return f"""select * from (
        select *, row_number() over (partition by area_code, indicator_code order by
            case gia_level when 'all' then 0 else 1 end, case period when 'H2' then 0 else 1 end) as place
        from '{folder}/indicator_values.parquet'
        where is_official and area_kind = 'school' and academic_year = '2024-2025' and symbol is null
    ) where place = 1"""


def test_schools_that_need_help_are_those_that_fell_or_lie_below_the_limit(made: Candidate) -> None:
    rows = (
        duckdb.connect()
        .execute(
            f"""select h.area_code, count(*) from ({_headlines(made.marts)}) h
        left join '{made.marts}/indicator_signals.parquet' s using (figure_id)
        where h.change_status = 'decline' or s.flag = 'below998' group by 1"""
        )
        .fetchall()
    )
    found = needs.needs(_facts(made.marts))
    assert {need.school for need in found} == {code for code, _ in rows} and len(rows) >= 4
    flags = [need.flags for need in found]
    assert flags == sorted(flags, reverse=True)


def test_the_answer_names_each_school_its_list_and_who_is_left_alone(made: Candidate) -> None:
    facts = _facts(made.marts)
    notice = needs.answer(facts)
    assert notice and notice.lead and notice.tone == "attention"
    found = needs.needs(facts)
    assert f"{len(found)} из 24 школ" in _text(notice.lead)
    lines = [_text(item) for item in notice.items]
    for need, line in zip(found, lines, strict=False):
        assert line.startswith(facts.school_name(need.school))
    # By the fixture: schools 16 (ШНОР), 21 and 22 (ШНСУ) are in the lists and in no agreement, nine are in them.
    assert lines[-1] == "В перечнях ШНОР и ШНСУ — 11 школ, без поддержки — 3: СОШ № 16, СОШ № 21, СОШ № 22."
    alone = [line for line in lines if "(ШНОР, без поддержки)" in line or "(ШНСУ, без поддержки)" in line]
    assert all(any(name in line for name in ("№ 16", "№ 21", "№ 22")) for line in alone)


def test_the_public_page_never_says_that_all_is_well_of_what_is_hidden(
    made: Candidate, tmp_path: Path
) -> None:
    calm = tmp_path / "calm"
    calm.mkdir()
    for path in made.public_tables.glob("*.parquet"):
        values = "* replace ('within_noise' as change_status)" if path.stem == "indicator_values" else "*"
        duckdb.connect().execute(
            f"copy (select {values} from '{path}') to '{calm / path.name}' (format parquet)"
        )
    notice = needs.answer(_facts(calm, "public"))
    assert notice and notice.lead and notice.tone == "info"
    assert _text(notice.lead).startswith("По открытым значениям ни у одной из 24 школ")
    assert "скрытые для защиты сведений" in _text(notice.items[-1])
    notice = needs.answer(_facts(calm))
    assert notice and notice.lead and _text(notice.lead).startswith("Ни у одной из 24 школ")


@pytest.mark.parametrize(
    ("row", "lead", "words"),
    [
        ({"verdict": "within_noise", "mde_pp": 7.24, "estimate_pp": 0.9},
         "не отличимо от колебаний (обнаружимо от 7,2 п.п.).",
         "Это не значит, что поддержка не помогает"),
        ({"verdict": "beyond_noise", "estimate_pp": 4.0}, "изменение больше колебаний.", "изменился лучше"),
        ({"verdict": "beyond_noise", "estimate_pp": -4.0}, "изменение больше колебаний.", "изменился хуже"),
        ({"verdict": "cannot", "reason": "мало школ", "estimate_pp": None}, "оценить нельзя: мало школ.", ""),
    ],
)  # fmt: skip
def test_the_verdict_is_said_in_one_line_and_explained(row: dict[str, Any], lead: str, words: str) -> None:
    whole = {
        "is_primary": True,
        "outcome_title": "доля сдавших ГИА-9",
        "n_treated": 8,
        "n_control": 14,
        **row,
    }
    notice = effect.answer(SimpleNamespace(extra={"support_effect": [whole]}))  # type: ignore[arg-type]
    assert notice and notice.lead and _text(notice.lead) == f"Доля сдавших ГИА-9: {lead}"
    assert words in " ".join(_text(item) for item in notice.items)
    assert len(notice.items) == (0 if row["estimate_pp"] is None else 2)


def test_the_first_page_stands_before_everything_else(candidate: Candidate) -> None:
    page = lxml_html.fromstring((candidate.internal / "report.html").read_text(encoding="utf-8"))
    heads = [" ".join(head.text_content().split()) for head in page.iter("h2", "h3")]
    assert heads[:3] == ["Главное за минуту", "Помогает ли поддержка?", "Каким школам нужна помощь?"]
    assert page.get_element_by_id("contents").getprevious().get("id") == "summary"
    dictionary = lxml_html.fromstring((candidate.internal / "dictionary.html").read_text(encoding="utf-8"))
    assert next(dictionary.iter("h2")).text_content() == "Содержание"


def _only_table(section: Section) -> Table:
    (table,) = [block for block in section.blocks if isinstance(block, Table)]
    return table


def test_exclusions_are_those_of_the_municipality_by_reason(made: Candidate, tmp_path: Path) -> None:
    marts = tmp_path / "marts"
    marts.mkdir()
    for path in made.marts.glob("*.parquet"):
        (marts / path.name).write_bytes(path.read_bytes())
    own, other = (
        duckdb.connect()
        .execute(
            f"""select figure_id from '{marts}/indicator_values.parquet'
            where is_official and academic_year = '2024-2025'
            and indicator_code = 'I1' and gia_level = 'all' and area_kind = '{kind}' limit 1"""
        )
        .fetchall()[0][0]
        for kind in ("municipality", "school")
    )
    rows = [
        {"figure_id": own, "reason": "past", "n": 12},
        {"figure_id": own, "reason": "spo", "n": 1300},
        {"figure_id": other, "reason": "ukp", "n": 5},
    ]
    kinds = {"figure_id": "VARCHAR", "reason": "VARCHAR", "n": "BIGINT"}
    marts_tables.write_table(marts / "figure_exclusions.parquet", kinds, rows)
    told = [[plain(cell) for cell in row.cells] for row in _only_table(exclusions.build(_facts(marts))).rows]
    left_out = {row[2]: row[3] for row in told if row[0].startswith("I1")}
    assert left_out["Выпускник прошлых лет"] == "12" and left_out["Обучающийся СПО"] == "1\u00a0300"
    assert not any("консультационный" in row[2] for row in told)
    public = exclusions.build(_facts(marts, "public"))
    assert not any(isinstance(block, Table) for block in public.blocks)


def test_changes_list_what_the_release_before_printed_otherwise(made: Candidate, tmp_path: Path) -> None:
    values = made.marts / "indicator_values.parquet"
    picked = "area_kind = 'municipality' and indicator_code = 'I1' and gia_level = 'all' and is_official"
    duckdb.connect().execute(
        f"""copy (select * replace
        (case when {picked} and academic_year = '2024-2025' then value - 1.25 else value end as value) from '{values}'
        where academic_year <> '2023-2024') to '{tmp_path}/indicator_values.parquet' (format parquet)"""
    )
    section = changes.build(_facts(made.marts, before=tmp_path))
    table = _only_table(section)
    ((after, k, n),) = (
        duckdb.connect()
        .execute(
            f"select value, numerator, denominator from '{values}' where {picked} and academic_year = '2024-2025'"
        )
        .fetchall()
    )
    assert len(table.rows) == 1
    cells = [plain(cell).replace("\u00a0", " ") for cell in table.rows[0].cells]
    assert cells[:2] == ["Округ", "2024/25"]
    was, now = (float(cell.split(" %")[0].replace(",", ".")) for cell in cells[4:])
    assert now == pytest.approx(after, abs=0.05) and was == pytest.approx(after - 1.25, abs=0.05)
    assert cells[5].replace(" ", "").endswith(f"({k}из{n})")
    (bullets,) = [block for block in section.blocks if isinstance(block, Bullets)]
    assert "Появились официальные показатели: 2023/24" in _text(bullets.items[0])


def test_the_public_history_does_not_print_what_is_hidden_now(made: Candidate, tmp_path: Path) -> None:
    values = made.marts / "indicator_values.parquet"
    picked = "area_kind = 'school' and indicator_code = 'I4' and is_official and academic_year = '2024-2025'"
    now = tmp_path / "now"
    now.mkdir()
    for path in made.marts.glob("*.parquet"):
        hide = f"case when {picked} then null else {{0}} end as {{0}}".format
        columns = (
            "numerator",
            "denominator",
            "value",
            "value_low",
            "value_high",
            "ci_low",
            "ci_high",
            "change",
        )
        replaced = ", ".join([*map(hide, columns), f"case when {picked} then 'c' else symbol end as symbol"])
        shown = f"* replace ({replaced})" if path == values else "*"
        duckdb.connect().execute(
            f"copy (select {shown} from '{path}') to '{now / path.name}' (format parquet)"
        )
    table = _only_table(changes.build(_facts(now, "public", before=made.marts)))
    assert len(table.rows) == 24
    assert {(plain(row.cells[4]), plain(row.cells[5])) for row in table.rows} == {("было показано", "c")}
    internal = _only_table(changes.build(_facts(now, "internal", before=made.marts)))
    assert all("%" in plain(row.cells[4]) for row in internal.rows)


def test_changes_of_a_first_release_and_of_an_equal_one(made: Candidate) -> None:
    def words(section: Section) -> str:
        (block,) = section.blocks
        assert isinstance(block, Paragraph)
        return _text(block)

    assert words(changes.build(_facts(made.marts))) == "Это первый выпуск: сравнивать не с чем."
    same = changes.build(_facts(made.marts, before=made.marts))
    assert words(same) == "Официальные показатели не изменились."


def test_a_published_candidate_compares_with_the_release_before_its_own(made: Candidate) -> None:
    home = made.home
    assert release_before(home, made) is None
    first, second = home.releases / "0001-a", home.releases / "0002-b"
    for folder, told in (
        (first, {"candidate": "other"}),
        (second, {"candidate": made.id, "previous_release": "0001-a"}),
    ):
        (folder / "internal").mkdir(parents=True)
        (folder / "internal" / "manifest.json").write_text(json.dumps(told), encoding="utf-8")
    current = home.releases / "current"
    current.symlink_to("0001-a")
    assert release_before(home, made) == first.resolve()
    current.unlink()
    current.symlink_to("0002-b")
    assert release_before(home, made) == first
    (first / "internal" / "manifest.json").unlink()
    (first / "internal").rmdir()
    first.rmdir()
    assert release_before(home, made) is None  # pruned
