"""The measured cost of suppression against a count by hand."""

from __future__ import annotations

from pathlib import Path

from disclosure_cases import MUNICIPALITY, figure, members, new_home, read, write

from disclosure.run import suppress


def test_cells_and_people_hidden_are_counted(tmp_path: Path) -> None:
    home, candidate = new_home(tmp_path)
    rows = [
        figure("school", code, n - f, n)
        for code, f, n in (("000001", 1, 9), ("000002", 5, 40), ("000003", 5, 30))
    ]
    rows += [
        figure("school", "000004", 13, 15),
        figure("school", "000006", 17, 18),
        figure("municipality", MUNICIPALITY, 98, 112),
    ]
    rows.append(figure("school", "000005", None, None, symbol="x"))
    write(candidate.marts, "indicator_values", rows)
    write(candidate.marts, "area_members", members({f"00000{k}": [] for k in (1, 2, 3, 4, 6)}), None)
    suppress(home, candidate)
    cost = {row["area_kind"]: row for row in read(candidate.marts / "disclosure_utility.parquet")}
    # School 1 is hidden (n < 10), school 4 with it (the least loss); school 6 is a bound; the sum is shown.
    school = cost["school"]
    assert (school["cells"], school["shown"], school["bounds"], school["hidden"]) == (5, 2, 1, 2)
    assert (school["people"], school["people_hidden"], school["hidden_share_pct"]) == (112, 24, 40.0)
    assert (cost["municipality"]["cells"], cost["municipality"]["hidden"]) == (1, 0)
    reasons = {row["area_code"]: row["reason"] for row in read(candidate.marts / "disclosure_log.parquet")}
    assert reasons == {"000001": "primary", "000004": "complementary"}
    assert {path.stem for path in candidate.public_tables.iterdir()} == {
        "indicator_values",
        "area_members",
        "disclosure_rules",
    }
