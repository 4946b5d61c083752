"""The pages: what is printed stands in the tables; markup is whole, offline and accessible; bytes repeat."""

from __future__ import annotations

import hashlib
import re
from itertools import pairwise, product
from pathlib import Path
from typing import Any

import duckdb
import marts_fixture
import marts_tables
import pytest
from lxml import html as lxml_html

from opora.candidates import Candidate
from reporting.run import render

VOID = {"meta", "link", "br", "input", "img", "hr"}


def pages(root: Path) -> list[Path]:
    return sorted(root.rglob("*.html"))


def tree(path: Path) -> lxml_html.HtmlElement:
    return lxml_html.fromstring(path.read_text(encoding="utf-8"))


def printed_number(text: str) -> float | None:
    """Read a printed number back, written apart from the product's formatting."""
    text = (
        text.replace("\u00a0", "")
        .replace("\u2212", "-")
        .replace("%", "")
        .replace("п.п.", "")
        .replace("*", "")
    )
    text = text.replace("+", "").replace(",", ".")
    return float(text) if re.fullmatch(r"-?\d+(\.\d+)?", text) else None


def test_the_appendix_lists_the_number_of_every_printed_figure(candidate: Candidate) -> None:
    """A paper report can be asked «why» too: whatever shows its number on hover stands in «Перечень показателей»."""
    for edition in (candidate.public, candidate.internal):
        text = (edition / "report.html").read_text(encoding="utf-8")
        shown = set(re.findall(r'data-figure="([0-9a-f]{16})"', text))
        on_hover = set(re.findall(r"показатель ([0-9a-f]{16})", text))
        listed = set(re.findall(r"[0-9a-f]{16}", text[text.index("Перечень показателей</h") :]))
        assert len(shown) > 20
        assert shown <= on_hover and shown <= listed


STATES = ("done_on_time", "done_late", "overdue", "cancelled", "planned")


def network_rows(folder: Path) -> dict[str, tuple[float | None, None, str | None]]:
    """Return value and symbol of the network's figures by id; ids are made here anew from the keys."""
    con = duckdb.connect()

    def asked(select: str, table: str, rest: str = "") -> list[tuple[Any, ...]]:
        return con.sql(f"select {select} from '{folder}/{table}.parquet' {rest}").fetchall()

    def ident(*keys: str) -> str:
        return hashlib.md5("|".join(("network", *keys)).encode()).hexdigest()[:16]

    place = "academic_year, half, municipality_code, pair_id"
    criteria = asked(f"{place}, 'criterion', component, plan_version, value, symbol", "network_criteria")
    duties = asked(f"{place}, 'duty', duty_code, 'z', done, null", "partner_duties")
    found = {ident(*row[:7]): (row[7], None, row[8]) for row in criteria + duties}
    items = asked("academic_year, pair_id, plan_version, state, count(*)", "roadmap_events", "group by all")
    counts = {row[:4]: row[4] for row in items}
    years = {row[0] for row in criteria}
    for town, pair in asked("distinct municipality_code, pair_id", "partnership_stages"):
        for year, plan, state in product(years, ("baseline", "current"), STATES):
            n = counts.get((year, pair, plan, state), 0)
            found[ident(year, "year", town, pair, "plan", state, plan)] = (n, None, None)
    return found


def test_every_printed_figure_equals_its_row(candidate: Candidate) -> None:
    """Each element that carries a figure's id prints the value (or the change) of that row, rounded to one digit."""
    for folder, edition in (
        (candidate.marts, candidate.internal),
        (candidate.public_tables, candidate.public),
    ):
        sql = f"SELECT figure_id, value, change, symbol FROM '{folder}/indicator_values.parquet'"
        rows = {row[0]: row[1:] for row in duckdb.connect().sql(sql).fetchall()}
        rows |= network_rows(folder)
        seen = 0
        for path in pages(edition):
            for element in tree(path).iter("span", "abbr"):
                ident = element.get("data-figure")
                if ident is None:
                    continue
                value, change, symbol = rows[ident]
                # «3 из 8» and «75,0 % (6 из 8)» begin with the number itself.
                text = re.split(r"\s(?=из|\()", element.text_content().replace("\u00a0%", "%"))[0]
                number = printed_number(text)
                seen += 1
                if number is None:
                    assert symbol in ("x", "z", "c"), (path, text)
                    assert value is None
                    continue
                near = [v for v in (value, change) if v is not None and abs(v - number) <= 0.05 + 1e-9]
                assert near, (path.name, text, value, change)
        assert seen > 120


def test_headline_values_stand_in_the_cards(candidate: Candidate) -> None:
    sql = f"""SELECT value FROM '{candidate.marts}/indicator_values.parquet' WHERE academic_year = '2024-2025'
        AND area_kind = 'municipality' AND is_official AND indicator_code = 'I1' AND gia_level = 'all'"""
    value = duckdb.connect().sql(sql).fetchall()[0][0]
    cards = tree(candidate.internal / "report.html").find_class("card")
    assert len(cards) == 5
    assert printed_number(cards[0].find_class("value")[0].text_content()) == pytest.approx(value, abs=0.05)


def test_public_edition_names_no_school_figure(candidate: Candidate) -> None:
    """While public tables hold no school rows, no page of a school exists and no file or sender is named."""
    assert not (candidate.public / "schools").exists()
    assert len(pages(candidate.internal / "schools")) == 17
    page = tree(candidate.public / "report.html")
    for section in (
        "network",
        "advice",
    ):  # agreements are public: they name their schools, not figures of them
        page.get_element_by_id(section).drop_tree()
    text = str(lxml_html.tostring(page, encoding="unicode"))
    assert "СОШ №" not in text and ".xlsx" not in text and "МОУО" not in text
    assert "отсев" not in text


def test_public_schools_appear_with_their_rows(tmp_path: Path) -> None:
    made = marts_fixture.make_candidate(tmp_path, {marts_fixture.CODE: 5}, public_schools=True)
    render(made.home, made)
    assert len(pages(made.public / "schools")) == 6


def test_pages_ask_nothing_of_a_network(candidate: Candidate, region: Candidate) -> None:
    for made in (candidate, region):
        for path in pages(made.root):
            text = path.read_text(encoding="utf-8")
            for element in lxml_html.fromstring(text).iter():
                for name in ("href", "src", "srcset", "action", "data", "poster", "xlink:href"):
                    value = element.get(name)
                    assert value is None or not re.match(r"(?i)\s*(?:[a-z]+:)?//|https?:", value), (
                        path,
                        value,
                    )
            assert "http" not in text.replace("http-equiv", ""), path
            assert "@import" not in text and "url(h" not in text


def test_links_lead_to_files_and_anchors(candidate: Candidate, region: Candidate) -> None:
    for made in (candidate, region):
        for path in pages(made.public) + pages(made.internal):
            page = tree(path)
            ids = {element.get("id") for element in page.iter() if element.get("id")}
            for link in page.iter("a"):
                href = link.get("href")
                if href.startswith("#"):
                    assert href[1:] in ids, (path, href)
                else:
                    assert (path.parent / href).resolve().is_file(), (path, href)


def test_markup_is_balanced_and_ids_are_unique(candidate: Candidate) -> None:
    """A strict scan: every element that opens closes in order (the parser above would mend it silently)."""
    for path in pages(candidate.root):
        text = re.sub(r"(?s)<(style|script)>.*?</\1>", "", path.read_text(encoding="utf-8"))
        stack: list[str] = []
        for closing, name, rest in re.findall(r"<(/?)([a-zA-Z][\w-]*)((?:[^>\"]|\"[^\"]*\")*)>", text):
            if closing:
                assert stack and stack.pop() == name, (path.name, name, stack[-3:])
            elif name not in VOID and not rest.endswith("/"):
                stack.append(name)
        assert stack == [], path.name
        ids = re.findall(r'\sid="([^"]+)"', text)
        assert len(ids) == len(set(ids)), path.name


def test_accessibility_landmarks_headings_and_tables(candidate: Candidate) -> None:
    for path in pages(candidate.root):
        page = tree(path)
        assert page.get("lang") == "ru"
        for landmark in ("header", "main", "footer"):
            assert len(list(page.iter(landmark))) == 1, (path, landmark)
        assert page.find_class("skip")[0].get("href") == "#content"
        levels = [int(e.tag[1]) for e in page.iter("h1", "h2", "h3", "h4", "h5", "h6")]
        assert levels[0] == 1 and levels.count(1) == 1
        assert all(after - before <= 1 for before, after in pairwise(levels)), (
            path,
            levels,
        )
        for table in page.iter("table"):
            assert table.find("caption") is not None
            assert all(cell.get("scope") for cell in table.iter("th"))
        for svg in page.iter("svg"):
            assert svg.get("role") == "img"
            assert svg.find("title").text and svg.find("desc").text


def test_charts_tell_their_numbers_in_words(candidate: Candidate) -> None:
    page = tree(candidate.internal / "report.html")
    charts = {figure.get("id"): figure for figure in page.iter("figure")}
    assert {"dyn-i1", "dyn-i5", "groups-i1", "school-statuses", "funnel-i1", "supported-i1"} <= set(charts)
    told = charts["dyn-i5"].find(".//desc").text
    assert "2020/21\u00a0— нет данных" in told
    assert "смена правил" in charts["dyn-i1"].find(".//desc").text


def test_answer_whether_support_works(candidate: Candidate, region: Candidate) -> None:
    """The methodology's sentence stands in the summary and in the analysis, with the numbers of the row."""
    for edition in (candidate.public, candidate.internal):
        page = tree(edition / "report.html")
        for place in ("summary", "effect"):
            text = page.get_element_by_id(place).text_content().replace("\u00a0", " ")
            assert "не отличимо от колебаний (обнаружимо от 7,2 п.п.)" in text
            assert "в 8 школах с поддержкой по сравнению с 14 школами без неё: +0,9 п.п." in text
        text = page.get_element_by_id("effect").text_content().replace("\u00a0", " ")
        assert "оценить нельзя: нет базового года" in text
        assert "в пределах +0,2 … +1,7 п.п." in text
        assert "within_noise" not in text and "cannot_estimate" not in text
    # A region's table does not say whose the estimate is: it is not printed under one municipality's name.
    report = tree(region.internal / "municipalities" / "76500001" / "report.html")
    assert not [e for e in report.iter("section") if e.get("id") == "effect"]


def test_region_has_a_report_each_and_tables_once(region: Candidate) -> None:
    for edition in (region.public, region.internal):
        for code in ("76500001", "76500002"):
            assert (edition / "municipalities" / code / "report.html").is_file()
            assert not (edition / "municipalities" / code / "tables").exists()
        assert (edition / "tables" / "indicator_values.parquet").is_file()
        index = tree(edition / "report.html")
        names = [link.text for link in index.iter("a") if link.get("href").startswith("municipalities/")]
        assert names == ["Округ 76500002", marts_fixture.NAME]


def hashes(root: Path) -> dict[str, str]:
    return {
        str(path.relative_to(root)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(root.rglob("*"))
        if path.is_file() and path.suffix != ".duckdb"
    }


def database_rows(path: Path) -> dict[str, list[tuple[object, ...]]]:
    con = duckdb.connect(str(path), read_only=True)
    names = [row[0] for row in con.execute("SHOW TABLES").fetchall()]
    rows = {name: con.execute(f'SELECT * FROM "{name}"').fetchall() for name in names}
    con.close()
    return rows


def test_equal_inputs_give_equal_bytes(region: Candidate) -> None:
    """Every file repeats byte for byte, save the DuckDB file: DuckDB does not clear unused bytes of its blocks."""
    rows = database_rows(region.internal / "opora.duckdb")
    stale = region.public / "schools" / "gone.html"
    stale.parent.mkdir(parents=True, exist_ok=True)
    before = {name: hashes(getattr(region, name)) for name in ("public", "internal")}
    stale.write_text("left by an earlier run", encoding="utf-8")
    render(region.home, region)
    assert not stale.exists()
    after = {name: hashes(getattr(region, name)) for name in ("public", "internal")}
    assert before == after
    assert database_rows(region.internal / "opora.duckdb") == rows
    assert len(before["internal"]) > 20


def test_an_edition_without_figures_is_refused(tmp_path: Path) -> None:
    made = marts_fixture.make_candidate(tmp_path, {marts_fixture.CODE: 3})
    marts_tables.write_table(
        made.public_tables / "indicator_values.parquet",
        {c: marts_tables.TYPES[c] for c in marts_tables.COLUMNS},
        [],
    )
    with pytest.raises(ValueError, match="public edition"):
        render(made.home, made)
