"""Every trap of real exports stands in the default demo: a table of traps, each with a test that finds it.

The finders look at bytes and cells, never at the generator.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from datetime import date
from functools import cache
from pathlib import Path

import openpyxl
import pytest
import yaml
from python_calamine import CalamineWorkbook, SheetVisibleEnum

from opora.files import sha256_file
from tests.demo.conftest import Written, csv_rows, sheets

_LATIN_IN_CYRILLIC = re.compile(r"[а-яё][aceopxyABCEHKMOPTX]|[aceopxyABCEHKMOPTX][а-яё]")


@cache
def _cells(path: Path) -> list[object]:
    return [cell for rows in sheets(path, hidden=True).values() for row in rows for cell in row if cell != ""]


def _books(w: Written, pattern: str = "**/*.xlsx") -> list[Path]:
    return [path for path in w.files(pattern) if path.suffix == ".xlsx"]


def _any_cell(w: Written, pattern: str, test: Callable[[object], bool]) -> bool:
    return any(test(cell) for path in _books(w, pattern) for cell in _cells(path))


def _texts(w: Written, pattern: str) -> list[str]:
    return [p.read_bytes().decode(_encoding(p)) for p in w.files(pattern) if p.suffix == ".csv"]


def _encoding(path: Path) -> str:
    try:
        path.read_bytes().decode("utf-8")
    except UnicodeDecodeError:
        return "cp1251"
    return "utf-8"


def _is_text(pattern: str, flags: int = 0) -> Callable[[object], bool]:
    compiled = re.compile(pattern, flags)
    return lambda cell: isinstance(cell, str) and bool(compiled.search(cell))


def _encodings(w: Written) -> bool:
    heads = {
        _encoding(p) + ("+bom" if p.read_bytes()[:3] == b"\xef\xbb\xbf" else "") for p in w.files("**/*.csv")
    }
    return heads == {"utf-8", "utf-8+bom", "cp1251"}


def _separators(w: Written) -> bool:
    first = [text.split("\n", 1)[0] for text in _texts(w, "**/*.csv")]
    return all(any(head.count(sign) > 5 for head in first) for sign in ";,\t")


def _line_ends(w: Written) -> bool:
    return {("\r\n" in text) for text in _texts(w, "**/*.csv")} == {True, False}


def _unescaped_quotes(w: Written) -> bool:
    lines = [line for text in _texts(w, "gia_protocol/**/*.csv") for line in text.splitlines()]
    return any(re.search(r';[^";]+ "[^;]+";', line) and '""' not in line for line in lines)


def _several_in_one_cell(w: Written) -> bool:
    in_book = _any_cell(w, "gia_admission/2024-2025/*.xlsx", _is_text(r"^[А-Я]\w+\n[А-Я]"))
    return in_book and any(
        re.search(r'"[А-Я][а-я ]+\n[А-Я]', text) for text in _texts(w, "gia_admission/2022-2023/*")
    )


def _merged(w: Written) -> bool:
    page = openpyxl.load_workbook(w.files("gia_school_return/2024-2025/*.xlsx")[0]).worksheets[0]
    spans = page.merged_cells.ranges
    return any(r.max_col > r.min_col for r in spans) and any(r.max_row > r.min_row for r in spans)


def _serials(w: Written) -> bool:
    page = sheets(w.files("gia_admission/2025-2026/ГИА-9/*.xlsx")[0])["Допуск"]
    column = page[2].index("Дата рождения")
    return all(isinstance(row[column], float) and 36000 < row[column] < 42000 for row in page[4:])


def _real_dates(w: Written) -> bool:
    return _any_cell(w, "teaching_staff/**/*.xlsx", lambda cell: isinstance(cell, date))


def _column_numbers(w: Written) -> bool:
    pages = [page for p in _books(w) for page in sheets(p).values()]
    return any(row[:4] == [1, 2, 3, 4] for page in pages for row in page)


def _empty_column(w: Written) -> bool:
    page = sheets(w.files("gia_protocol/2025-2026/ГИА-11/*.xlsx")[0])["Протокол"]
    return all(row[0] == "" for row in page) and any(row[1] for row in page)


def _group_rows(w: Written) -> bool:
    pages = [
        sheets(p) for p in (*w.files("contingent/2023-2024/*"), *w.files("gia_school_return/2025-2026/*"))
    ]
    alone = [
        [c for c in row if c != ""] == ["Ермаковский городской округ"]
        for b in pages
        for s in b.values()
        for row in s
    ]
    return sum(alone) == 2


def _totals(w: Written) -> bool:
    words = {cell for p in _books(w) for cell in _cells(p) if isinstance(cell, str)}
    return {"Итого", "ИТОГО", "итого по округу", "Всего:", "итого по Тюменской области"} <= words


def _total_above(w: Written) -> bool:
    page = sheets(w.files("gia_school_return/2025-2026/*")[0])["2026"]
    return str(page[6][2]).startswith("ВСЕГО по") and page[8][1] != ""


def _hidden(w: Written) -> bool:
    for path in w.files("gia_protocol/2025-2026/**/*.xlsx"):
        book = CalamineWorkbook.from_path(str(path))
        hidden = [m.name for m in book.sheets_metadata if m.visible != SheetVisibleEnum.Visible]
        if hidden != ["Черновик"] or len(sheets(path, hidden=True)["Черновик"]) < 2:
            return False
    return True


def _instructions(w: Written) -> bool:
    return all({"Инструкция", "Правила"} <= set(sheets(p)) for p in w.files("vsosh_school_stage/**/*.xlsx"))


def _row_15(w: Written) -> bool:
    starts = set()
    for pages in (sheets(p) for p in w.files("vsosh_school_stage/**/*.xlsx")):
        for page in list(pages.values())[2:]:
            heads = [i for i, row in enumerate(page) if str(row[0]).lower() == "предмет"]
            starts.add(heads[-1] + 2)
    return starts == {15, 16}


def _lost_zero(w: Written) -> bool:
    in_book = _any_cell(w, "school_register/2022-2023/*", lambda cell: cell == 72121.0)
    return in_book and any(";72121;" in text for text in _texts(w, "contest_participation/**/*.csv"))


def _fraction(w: Written) -> bool:
    page = sheets(w.files("vsosh_school_stage/2025-2026/*")[0])["Русский язык"]
    return all(row[9] == "" or 0 <= row[9] <= 1 for row in page[14:])


def _blank_and_zero(w: Written) -> bool:
    scores: Counter[str] = Counter()
    for path in w.files("vsosh_school_stage/**/*.xlsx"):
        for title, page in sheets(path).items():
            if title.lower() in ("математика", "русский язык"):
                scores.update(
                    "blank" if row[8] == "" else "zero" if row[8] == 0 else "some" for row in page[15:]
                )
    return scores["blank"] > 50 and scores["zero"] > 3


def _blank_study_grade(w: Written) -> bool:
    page = sheets(w.files("vsosh_school_stage/2025-2026/*")[0])["Русский язык"]
    kinds = Counter("blank" if r[7] == "" else "older" if r[6] > r[7] else "own" for r in page[14:])
    return min(kinds["blank"], kinds["older"], kinds["own"]) > 0


def _two_states(w: Written) -> bool:
    paths = w.files("vsosh_municipal_protocol/2024-2025/*/МЭ_Математика.xlsx")
    final, early = (sheets(p) for p in paths)
    return len(paths) == 2 and final != early


def _same_bytes_twice(w: Written) -> bool:
    counts = Counter(sha256_file(p) for p in w.files("gia_protocol/**/*"))
    return sorted(counts.values())[-2:] == [1, 2]


def _corrected(w: Written) -> bool:
    found = 0
    for path in w.files("**/*.xlsx"):
        for other in path.parent.glob(f"испр*/{path.name}"):
            days = [
                yaml.safe_load(p.with_name(p.name + ".delivery.yaml").read_text("utf-8"))
                for p in (path, other)
            ]
            found += days[1]["as_of"] > days[0]["as_of"] and sha256_file(path) != sha256_file(other)
    return found == 2


def _facts_both_ways(w: Written) -> bool:
    with_sidecar = {p for p in w.files("**/*") if p.with_name(p.name + ".delivery.yaml").exists()}
    named = {p for p in w.files("**/*") if "as_of_" in p.name}
    known = with_sidecar | named
    return len(named - with_sidecar) > 30 and len(with_sidecar) > 100 and known == set(w.files("**/*"))


def _double_rows(w: Written) -> bool:
    for text in _texts(w, "gia_protocol/2021-2022/**/*.csv"):
        counts = Counter(text.split("\r\n"))
        if any(n == 2 and line for line, n in counts.items()):
            return True
    return False


def _statuses(w: Written) -> bool:
    texts = "\n".join(_texts(w, "gia_protocol/**/*.csv")).lower()
    books = {
        str(c).lower() for p in w.files("gia_protocol/**/*.xlsx") for c in _cells(p) if isinstance(c, str)
    }
    words = (
        "неявка по уважительной причине", "неявка без уважительной причины", "не завершил по уважительной причине",
        "удалён", "аннулирован с правом пересдачи", "аннулирован без права пересдачи", "изменён по апелляции",
    )  # fmt: skip
    own = {"заменён более поздней попыткой", "не преодолел минимальный порог", "не явился", "удалён"}
    return all(word in texts for word in words) and own <= books


def _categories(w: Written) -> bool:
    texts = "\n".join(_texts(w, "gia_protocol/**/*.csv"))
    return all(word in texts for word in ("выпускник прошлых лет", "обучающийся СПО", ";УКП;"))


def _not_admitted(w: Written) -> bool:
    rows = [
        line.split(";") for text in _texts(w, "gia_admission/2023-2024/*") for line in text.splitlines()[1:]
    ]
    return any(row[4] == "нет" and row[3] == "9" for row in rows)


def _two_exams_and_gve(w: Written) -> bool:
    rows = [row for path in w.files("gia_admission/2023-2024/*") for row in csv_rows(path, "cp1251")]
    return {(row["Форма"], row["ОВЗ"]) for row in rows} >= {("ГВЭ", "да"), ("ОГЭ", "да"), ("ОГЭ", "")}


def _rename_and_merger(w: Written) -> bool:
    names, closed = {}, {}
    for year in ("2022-2023", "2024-2025"):
        page = sheets(w.files(f"school_register/{year}/*")[0])["Школы"]
        code = next(i for i, t in enumerate(page[0]) if t in ("Код ОО", "Код школы"))
        rows = {f"{int(row[code]):06d}": dict(zip(page[0], row, strict=True)) for row in page[1:]}
        names[year] = rows["072124"]["Краткое наименование"]
        closed[year] = (rows["072129"]["Действует по"], rows["072129"]["Правопреемник"])
    return len(set(names.values())) == 2 and closed == {
        "2022-2023": ("", ""),
        "2024-2025": (date(2023, 8, 31), "720120"),
    }


def _old_name(w: Written) -> bool:
    return _any_cell(w, "vsosh_school_stage/2024-2025/**/*", _is_text('СОШ пос. Прииртышский[»"]'))


def _roles(w: Written) -> bool:
    rows = [
        line.split(",")
        for text in _texts(w, "platform_persons/2025-2026/uchi_ru/*")
        for line in text.splitlines()
    ]
    per_person = Counter((row[0], row[1]) for row in rows)
    people = {name for name, role in per_person if role == "администратор"}
    return bool(people) and any((name, "учитель") in per_person for name in people)


def _external_and_leave(w: Written) -> bool:
    rows = [
        line.split(";") for text in _texts(w, "teaching_staff/**/*.csv") for line in text.splitlines()[1:]
    ]
    schools: dict[tuple[str, ...], set[str]] = {}
    for row in rows:
        schools.setdefault((row[0], row[3], row[4]), set()).add(row[1])
    return (
        any(r[6] == "да" for r in rows)
        and any(r[7] for r in rows)
        and any(len(s) > 1 for s in schools.values())
    )


def _class_spellings(w: Written) -> bool:
    spellings = (r"^\d+[А-Д]$", r"^\d+[а-д]$", r"^\d+ [А-Д]$", r"^\d+-[А-Д]$", r"^\d+[А-Д] $")
    return all(_any_cell(w, "gia_protocol/**/*", _is_text(spelling)) for spelling in spellings)


def _two_quotes(w: Written) -> bool:
    return all(_any_cell(w, "vsosh*/**/*", _is_text(f"СОШ №.?{q}")) for q in (r'\d+"', r"\d+»"))


def _has_latin(cell: object) -> bool:
    return isinstance(cell, str) and bool(_LATIN_IN_CYRILLIC.search(cell))


TRAPS: dict[str, Callable[[Written], bool]] = {
    "cp1251, UTF-8 with and without BOM": _encodings,
    "semicolon, comma and tab": _separators,
    "CRLF and LF": _line_ends,
    "decimal commas": lambda w: any(re.search(r";\d+,\d;", text) for text in _texts(w, "gia_protocol/**/*")),
    "unescaped inner quotes": _unescaped_quotes,
    "several subjects in one cell, split by line breaks": _several_in_one_cell,
    "merged and two-level headers": _merged,
    "Excel serial dates": _serials,
    "true date cells": _real_dates,
    "dates as YYYY.MM.DD": lambda w: any(re.search(r";20\d\d\.\d\d\.\d\d;", t) for t in _texts(w, "contest_p*/**/*")),
    "a row of column numbers under the header": _column_numbers,
    "a leading empty column": _empty_column,
    "group rows": _group_rows,
    "totals in several words and cases": _totals,
    "a total above the data": _total_above,
    "hidden sheets, one with stale rows": _hidden,
    "instruction sheets": _instructions,
    "data from row 15 or 16": _row_15,
    "codes without their leading zero": _lost_zero,
    "percent as a fraction": _fraction,
    "a blank score and a zero score": _blank_and_zero,
    "words in score columns": lambda w: _any_cell(w, "gia_protocol/**/*.xlsx", _is_text("^(Не явился|Удалён)$")),
    "words in the total of a jury's protocol": lambda w: _any_cell(w, "vsosh_mun*/**/*", _is_text("^Не явился$")),
    "spellings of a class": _class_spellings,
    "призер and призёр": lambda w: all(_any_cell(w, "vsosh*/**/*", _is_text(f"^{x}$")) for x in ("призер", "призёр")),
    "ё as е in a name": lambda w: _any_cell(w, "**/*", _is_text(r"\b(Артем|Алена|Семен|Петр|Федор)\b")),
    "double spaces": lambda w: _any_cell(w, "gia_protocol/**/*.xlsx", _is_text(r"^[А-ЯЁ]\w+  [А-ЯЁ]")),
    "hard spaces": lambda w: _any_cell(w, "gia_school_return/**/*", _is_text("\u00a0")),
    "Latin letters that look Cyrillic": lambda w: _any_cell(w, "**/*", _has_latin),
    "quotes of two kinds in one school's name": _two_quotes,
    "the old name of a renamed school": _old_name,
    "patronymics оглы and кызы": lambda w: all(_any_cell(w, "gia_adm*/**/*", _is_text(x)) for x in ("оглы$", "кызы$")),
    "no patronymic": lambda w: any(re.search(r";[А-ЯЁ][а-яё]+ [А-ЯЁ][а-яё]+;", t) for t in _texts(w, "gia_adm*/**/*")),
    "double surnames": lambda w: _any_cell(w, "**/*.xlsx", _is_text(r"^[А-ЯЁ][а-яё]+-[А-ЯЁ][а-яё]+$")),
    "performing for an older grade; a blank grade of study": _blank_study_grade,
    "preliminary and final protocols that differ": _two_states,
    "the same file delivered twice": _same_bytes_twice,
    "a corrected file under the same name with a later as_of": _corrected,
    "facts from names and from sidecars": _facts_both_ways,
    "a person's row twice in one protocol": _double_rows,
    "all statuses of a result": _statuses,
    "past graduates, СПО, УКП": _categories,
    "level-9 pupils not admitted": _not_admitted,
    "two exams only, ГВЭ": _two_exams_and_gve,
    "a merger and a rename": _rename_and_merger,
    "one person in two roles": _roles,
    "external part-timers, long leaves, two posts": _external_and_leave,
    "adults apart from the main contingent": lambda w: _any_cell(w, "contingent/**/*", _is_text("^взрослые$")),
    "footers with signatures": lambda w: _any_cell(w, "vsosh_mun*/**/*", _is_text("^Председатель жюри:$")),
}  # fmt: skip


@pytest.mark.parametrize("name", TRAPS)
def test_trap_is_present(name: str, demo_written: Written) -> None:
    assert TRAPS[name](demo_written), f"the demo lost its trap: {name}"


def test_the_clean_demo_has_no_unreadable_file(demo_written: Written) -> None:
    for path in demo_written.files("**/*.xlsx"):
        assert any(sheets(path).values())
