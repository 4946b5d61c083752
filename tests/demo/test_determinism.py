"""Equal seeds give equal bytes; another seed gives other people; nothing personal stands in the truth."""

from __future__ import annotations

from pathlib import Path

from demo.run import create_demo_home
from demo.world import World, make_world
from opora.files import sha256_file
from opora.home import Home
from tests.demo.conftest import Written


def _hashes(root: Path) -> dict[str, str]:
    return {str(p.relative_to(root)): sha256_file(p) for p in sorted(root.rglob("*")) if p.is_file()}


def test_same_seed_gives_same_bytes(demo_written: Written, tmp_path: Path) -> None:
    again = create_demo_home(tmp_path / "again")
    for folder in ("inbox", "truth"):
        first, second = _hashes(demo_written.home.root / folder), _hashes(again.root / folder)
        assert len(first) > 2
        assert first == second


def test_other_seed_gives_other_people(demo_world: World) -> None:
    other = make_world(7)
    ours = {p.name.folded for p in demo_world.population.pupils}
    theirs = {p.name.folded for p in other.population.pupils}
    assert len(ours & theirs) < len(ours) * 0.2


def test_home_opens_and_names_the_municipality(demo_written: Written) -> None:
    home = Home.open(demo_written.home.root)
    assert home.config.municipality is not None
    assert home.config.municipality.code == "71999000"


def test_truth_holds_no_name(demo_written: Written, demo_world: World) -> None:
    text = "\n".join(
        p.read_text(encoding="utf-8") for p in (demo_written.home.root / "truth").iterdir()
    ).lower()
    surnames = {p.name.surname.lower() for p in demo_world.population.pupils}
    surnames |= {t.name.surname.lower() for t in demo_world.teachers}
    assert not [surname for surname in surnames if surname in text]


def test_size_is_moderate(demo_written: Written) -> None:
    deliveries = demo_written.files("**/*")
    assert 150 <= len(deliveries) <= 400
    assert sum(p.stat().st_size for p in deliveries) < 30_000_000
    sources = {p.relative_to(demo_written.inbox).parts[0] for p in deliveries}
    contracts = Path(__file__).parents[2] / "ingestion" / "sources"
    assert len(sources) >= 19
    assert all((contracts / source).is_dir() for source in sources)
