"""What the report says of the network, read back from the printed pages: sections 6, 8, 9 and 10, the school's page."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import marts_fixture
import pytest
from lxml import html
from network_fixture import AS_OF, tables

from opora.candidates import Candidate
from reporting.content.network import vocabulary
from reporting.content.network.vocabulary import COMPONENTS

SEEDS = Path(__file__).resolve().parents[2] / "dbt_project" / "seeds"


def _text(element: Any) -> str:
    return " ".join(str(element.text_content()).replace("\u00a0", " ").split())


@pytest.fixture(scope="module", params=["public", "internal"])
def page(request: pytest.FixtureRequest, candidate: Candidate) -> Any:
    return html.parse(str(getattr(candidate, request.param) / "report.html")).getroot()


def _rows(page: Any, table: str) -> list[list[str]]:
    return [
        [_text(cell) for cell in row.iter("th", "td")]
        for row in page.get_element_by_id(table).find("tbody").iter("tr")
    ]


def test_sections_stand_in_the_order_of_the_methodology(page: Any) -> None:
    order = [element.get("id") for element in page.iter("section")]
    wanted = ["results", "network", "analysis", "advice", "decisions", "outcomes-section"]
    assert [name for name in order if name in wanted] == wanted


def test_pairs_with_stage_and_what_the_gate_lacks(page: Any) -> None:
    first, second = _rows(page, "network-pairs")
    assert first[0] == "СОШ № 2" and first[1] == "СОШ № 1"
    assert first[3] == "2. Совместная деятельность !застряла" and first[4:8] == [
        "01.10.2024", "323 дня", "80 % закрытых мероприятий", "75,0 % (3 из 4)",
    ]  # fmt: skip
    assert second[3:] == [
        "1. Знакомство",
        "01.03.2025",
        "172 дня",
        "контакты трёх команд, записанная проблема",
        "x",
    ]


def test_the_graph_tells_its_pairs_in_words(page: Any) -> None:
    told = page.get_element_by_id("network-graph").find(".//desc").text.replace("\u00a0", " ")
    assert "СОШ № 1 → СОШ № 2: 2. совместная деятельность, застряла" in told


def test_the_matrix_of_duties_says_its_state_without_colour(page: Any) -> None:
    first = _rows(page, "network-duties")[0]
    assert first[0] == "СОШ № 2 — СОШ № 1"
    assert first[1] == "✓выполнено: 2 из 1"
    assert first[2] == "!просрочено: 1 из 4 (формально — 1)"
    assert first[3] == "–не намечено: 0"
    assert _rows(page, "network-formal") == [
        ["1/76500001", "Мероприятие 2", "20.03.2025", "нулевая длительность"]
    ]


def test_roadmaps_by_state_with_the_first_plan_beside(page: Any) -> None:
    assert _rows(page, "network-roadmaps")[0] == ["СОШ № 2 — СОШ № 1", "1", "1", "1", "0", "1", "1 из 4"]
    assert _rows(page, "network-overdue") == [
        ["СОШ № 2 — СОШ № 1", "Мероприятие 3", "Совместные мероприятия", "01.04.2025", "не проведено"]
    ]


def test_the_panel_prints_numbers_and_symbols(page: Any) -> None:
    panel = {row[0]: row[1:] for row in _rows(page, "network-criteria")}
    assert panel["Выполнено в срок по первой карте"] == ["62,5 %", "37,5 %"]
    assert panel["Активные участники"] == ["31", "31"]
    assert panel["Рост числа активных"] == ["z", "−12,9 %"]
    assert panel["Эффективное число видов и форматов"] == ["–", "3,46"]


def test_advice_follows_its_rules_and_the_day_of_the_data(page: Any) -> None:
    assert AS_OF.isoformat() == "2025-08-20"
    advice = {row[0]: row[1:] for row in _rows(page, "advice-table")}
    what, due = advice["Пара: СОШ № 2 — СОШ № 1"]
    assert what.startswith("Выйти из стадии 2: нужно — 80 % закрытых мероприятий; провести просроченное")
    assert "в срок выполнено 3 из 4; добрать минимум соглашения: консультации (1 из 4)" in what
    assert "подтвердить или снять 1 мероприятие с отметкой «формально»" in what
    assert due == "19.09.2025"
    assert "утвердить дорожную карту" in advice["Пара: СОШ № 3 — СОШ № 1"][0].lower()
    centre, _ = advice["Центр, ведущий сеть"]
    assert "верно назвали 60,0 %" in centre.lower() and "№ 2/23" in centre


def test_decisions_and_what_came_of_them(page: Any) -> None:
    assert [row[0] for row in _rows(page, "decisions-table")] == ["1/24"]
    outcomes = _rows(page, "outcomes")
    assert [row[0] for row in outcomes] == ["1/23", "2/23"]
    assert outcomes[0][3:6] == ["✓достигнуто", "Две пары", "05.09.2024"]
    assert outcomes[1][3] == "!не проверено"
    assert "связь, не причина" in _text(page.get_element_by_id("outcomes-section"))


def test_the_summary_holds_the_network_in_one_line(page: Any) -> None:
    summary = _text(page.get_element_by_id("summary"))
    assert (
        "Сеть: В сети 2 пары школ: знакомятся — 1, ведут совместную работу — 1; застряли на стадии — 1"
        in summary
    )
    assert "37,5 % (3 из 8)" in summary


def test_a_school_sees_its_pair_and_next_steps(candidate: Candidate) -> None:
    supported = marts_fixture.schools(marts_fixture.CODE, 3)[1]["school_code"]
    text = _text(html.parse(str(candidate.internal / "schools" / f"{supported}.html")).getroot())
    assert "Пара со школой «СОШ № 1»: 2. Совместная деятельность, застряла" in text
    assert "Впереди: Мероприятие 4, до 30.08.2025" in text
    assert "Что дальше: выйти из стадии 2" in text


def test_the_public_edition_prints_no_small_count_of_people(candidate: Candidate) -> None:
    """Seven active people of a pair and three people reached stand in the internal tables only."""
    import duckdb

    query = "select count(*) from read_parquet(?) where {}"
    for folder, expected in ((candidate.marts, 1), (candidate.public_tables, 0)):
        with duckdb.connect() as con:
            for table, where in (("network_criteria", "numerator = 7"), ("partner_duties", "people = 3")):
                found = con.execute(query.format(where), [str(folder / f"{table}.parquet")]).fetchone()
                assert found == (expected,), (folder.name, table)


def test_words_are_those_of_the_seeds() -> None:
    with (SEEDS / "network_components.csv").open(encoding="utf-8") as stream:
        seed = {(row["component"], row["plan_version"]): row["title"] for row in csv.DictReader(stream)}
    assert {key: title for key, (title, _) in COMPONENTS.items()} == seed
    with (SEEDS / "network_duties.csv").open(encoding="utf-8") as stream:
        assert [row["duty_code"] for row in csv.DictReader(stream)] == list(vocabulary.DUTIES)


def test_a_network_without_tables_leaves_no_section(tmp_path: Path) -> None:
    from reporting.content import facts as reading
    from reporting.content import report
    from reporting.tables import TableStore

    made = marts_fixture.make_candidate(tmp_path, {marts_fixture.CODE: 4})
    for table in tables(marts_fixture.CODE, ["1", "2", "3"]):
        (made.marts / f"{table}.parquet").unlink()
    store = TableStore(made.marts, made.inputs)
    found = reading.read_facts(store, "internal", marts_fixture.CODE, marts_fixture.NAME, [])
    document = report.build(found, made.home.config.organisation)
    store.close()
    assert not {"network", "advice", "decisions", "outcomes-section"} & {
        part.id for part in document.sections
    }
