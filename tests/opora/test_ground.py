"""Years, atomic files, home, settings, locks and the state of the last run."""

from __future__ import annotations

import stat
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from opora.candidates import Candidate
from opora.config import Config, Municipality, read_config
from opora.errors import OporaError, UsageError
from opora.files import atomic_path, canonical_json, sha256_tree, write_text
from opora.home import Home
from opora.locks import writer_lock
from opora.state import LastRun, fingerprint, read_last_run, write_last_run
from opora.years import AcademicYear


def new_home(tmp_path: Path) -> Home:
    return Home.create(tmp_path / "home", Config(municipality=Municipality(code="71710000", name="Городок")))


@pytest.mark.parametrize(
    ("day", "year"),
    [(date(2025, 6, 5), "2024-2025"), (date(2024, 9, 1), "2024-2025"), (date(2024, 8, 31), "2023-2024")],
)
def test_academic_year_turns_on_the_first_of_september(day, year):
    assert str(AcademicYear.of(day)) == year


@pytest.mark.parametrize("text", ["2024-2026", "24-25", "2024", "июнь"])
def test_a_wrong_academic_year_is_refused(text):
    with pytest.raises(ValueError, match="academic year"):
        AcademicYear.parse(text)


def test_academic_year_reads_dashes_of_all_kinds():
    assert {AcademicYear.parse(t) for t in ("2024-2025", "2024–2025", "2024/2025", " 2024 - 2025 ")} == {
        AcademicYear(2024)
    }


def test_a_failed_write_leaves_the_old_file_and_no_leftovers(tmp_path):
    target = tmp_path / "a.txt"
    write_text(target, "old")
    with pytest.raises(RuntimeError), atomic_path(target) as part:
        part.write_text("half")
        raise RuntimeError("power cut")
    assert target.read_text() == "old"
    assert list(tmp_path.iterdir()) == [target]


def test_equal_values_give_equal_json():
    assert canonical_json({"b": 1, "a": [date(2025, 1, 2)]}) == '{"a": ["2025-01-02"], "b": 1}'


def test_tree_hash_sees_names_and_bytes(tmp_path):
    write_text(tmp_path / "x" / "a", "1")
    first = sha256_tree(tmp_path)
    (tmp_path / "x" / "a").rename(tmp_path / "x" / "b")
    second = sha256_tree(tmp_path)
    write_text(tmp_path / "x" / "b", "2")
    assert len({first, second, sha256_tree(tmp_path)}) == 3


def test_home_keeps_private_folders_private_and_the_vault_outside(tmp_path):
    home = new_home(tmp_path)
    for folder in (home.inbox, home.returns, home.lake, home.vault):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert home.root not in home.vault.parents
    assert Home.open(home.root).config.municipality == Municipality(code="71710000", name="Городок")
    with pytest.raises(UsageError, match="уже есть дом"):
        new_home(tmp_path)


def test_vault_place_comes_from_the_environment_first(tmp_path, monkeypatch):
    home = new_home(tmp_path)
    monkeypatch.setenv("OPORA_VAULT", str(tmp_path / "elsewhere"))
    assert home.vault == tmp_path / "elsewhere"


@pytest.mark.parametrize(
    ("text", "word"),
    [("municpality: {}", "municpality"), ("version: [", "YAML"), ("register: maybe", "register")],
)
def test_settings_say_where_they_are_wrong(tmp_path, text, word):
    path = tmp_path / "opora.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match=word):
        read_config(path)


def test_missing_settings_say_how_to_begin(tmp_path):
    with pytest.raises(UsageError, match="opora init"):
        Home.open(tmp_path)


def test_the_lock_is_reentrant_here_and_closed_to_other_processes(tmp_path):
    home = new_home(tmp_path)
    script = (
        "import sys; from opora.home import Home; from opora.locks import writer_lock\n"
        "with writer_lock(Home.open(sys.argv[1])): print('entered')"
    )
    with writer_lock(home), writer_lock(home):
        held = subprocess.run(
            [sys.executable, "-c", script, str(home.root)],
            capture_output=True,
            text=True,
            cwd=Path.cwd(),
            check=False,
        )
    assert "entered" not in held.stdout
    assert OporaError.__name__ in held.stderr
    free = subprocess.run(
        [sys.executable, "-c", script, str(home.root)],
        capture_output=True,
        text=True,
        cwd=Path.cwd(),
        check=False,
    )
    assert free.stdout.strip() == "entered"


def test_fingerprint_changes_with_everything_a_run_depends_on(tmp_path):
    home = new_home(tmp_path)
    seen = {fingerprint(home, "inbox-1"), fingerprint(home, "inbox-2")}
    write_text(home.acts / "waivers" / "one.yaml", "rule: x")
    seen.add(fingerprint(home, "inbox-1"))
    write_text(home.rules / "platforms.csv", "a,b")
    seen.add(fingerprint(home, "inbox-1"))
    (home.releases / "0001").mkdir()
    (home.releases / "current").symlink_to("0001")
    seen.add(fingerprint(home, "inbox-1"))
    assert len(seen) == 5


def test_last_run_survives_and_a_damaged_record_counts_as_none(tmp_path):
    home = new_home(tmp_path)
    assert read_last_run(home) is None
    last = LastRun("f", 3, ["строка"], None)
    write_last_run(home, last)
    assert read_last_run(home) == last
    (home.root / "last_run.json").write_text("{", encoding="utf-8")
    assert read_last_run(home) is None


def test_latest_candidate_is_remembered(tmp_path):
    home = new_home(tmp_path)
    with pytest.raises(UsageError, match="opora build"):
        Candidate.latest(home)
    Candidate(home, "abc").mark_latest()
    assert Candidate.latest(home).id == "abc"


def test_native_text_goes_nowhere_inside_the_block_and_only_there() -> None:
    import subprocess
    import sys

    code = (
        "import ctypes; from opora.native_output import no_native_output; libc = ctypes.CDLL(None)\n"
        "libc.puts(b'before')\nwith no_native_output():\n    libc.puts(b'inside')\nlibc.puts(b'after'); print('python')"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert sorted(done.stdout.split()) == ["after", "before", "python"]


def test_blocks_of_several_threads_give_standard_output_back() -> None:
    code = (
        "import sys; from concurrent.futures import ThreadPoolExecutor\n"
        "from opora.native_output import no_native_output\n"
        "sys.setswitchinterval(1e-5)\n"
        "def block(_):\n    with no_native_output():\n        sum(range(500))\n"
        "with ThreadPoolExecutor(4) as threads:\n    list(threads.map(block, range(400)))\n"
        "print('still here')"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "still here"
