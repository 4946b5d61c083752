"""The Typer application and the commands of the main job."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from opora.config import Config, Municipality
from opora.home import Home

app = typer.Typer(
    name="opora",
    help="Opora: from a centre's inbox to a published municipal report.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

HomeOption = Annotated[Path, typer.Option("--home", help="The home folder.", envvar="OPORA_HOME")]
NoteOption = Annotated[
    str | None, typer.Option("--note", help="Why published figures change (printed in CHANGES.md).")
]


@app.command()
def init(
    path: Annotated[Path, typer.Argument(help="Folder to create.")],
    code: Annotated[str, typer.Option(help="Code of the municipality.")] = "00000000",
    name: Annotated[str, typer.Option(help="Name of the municipality, as printed.")] = "Муниципалитет",
    register: Annotated[str, typer.Option(help="given, or propose where there is no register.")] = "given",
) -> None:
    """Create a home: folders, opora.yaml, a key in the vault."""
    from ingestion.vault import Vault
    from opora.cli.screen import say
    from opora.errors import UsageError
    from orchestration.settings import write_settings

    if register not in {"given", "propose"}:
        raise UsageError("--register: given или propose")
    municipality = (
        None if register == "propose" and code == "00000000" else Municipality(code=code, name=name)
    )
    home = Home.create(path, Config.model_validate({"municipality": municipality, "register": register}))
    Vault.open(home)
    write_settings(home)
    say(f"Дом создан: {home.root}")
    say(f"Хранилище имён и ключ (держите отдельно от дома): {home.vault}")
    say(f"Положите файлы в {home.inbox} и запустите: opora run --home {home.root}")


@app.command()
def demo(
    path: Annotated[Path, typer.Argument(help="Folder to create.")],
    broken: Annotated[bool, typer.Option("--broken", help="Add defects that no reader can mend.")] = False,
) -> None:
    """Write a synthetic municipality's exports, registers and true answers into a home."""
    from demo.run import create_demo_home
    from opora.cli.screen import say
    from orchestration.settings import write_settings

    home = create_demo_home(path, broken=broken)
    write_settings(home)
    say(f"Учебный муниципалитет записан: {home.root}")


@app.command()
def run(
    home: HomeOption,
    note: NoteOption = None,
    alert: Annotated[
        bool,
        typer.Option("--alert", help="Tell people (file, webhook, e-mail) unless all went well: for timers."),
    ] = False,
) -> None:
    """The main job: inbox → lake → marts → gate → release."""
    from opora.cli.job import main_job, tell_people

    place = Home.open(home)
    code = main_job(place, note)
    if alert:
        tell_people(place, code)
    raise typer.Exit(int(code))


@app.command()
def ingest(home: HomeOption) -> None:
    """Read the inbox into the lake; whole deliveries that cannot be read are returned."""
    from opora.cli import job

    raise typer.Exit(int(job.ingest_step(Home.open(home))))


@app.command()
def build(home: HomeOption) -> None:
    """Build a candidate from the lake: marts, public tables, both editions."""
    from opora.cli import job

    job.build_step(Home.open(home))


@app.command()
def check(home: HomeOption) -> None:
    """Audit the latest candidate and write its evidence; exit 3 when it may not be published."""
    from opora.cli import job

    raise typer.Exit(int(job.check_step(Home.open(home))))


@app.command()
def publish(
    home: HomeOption,
    candidate: Annotated[
        str | None, typer.Option("--candidate", help="Candidate id; the latest by default.")
    ] = None,
    note: NoteOption = None,
) -> None:
    """Publish an audited candidate; refuses (exit 3) when its evidence does not hold."""
    from opora.cli import job

    raise typer.Exit(int(job.publish_step(Home.open(home), candidate, note)))


@app.command()
def mirror(home: HomeOption) -> None:
    """Write the current release into PostgreSQL again (publish.postgres_url); a publication does so by itself."""
    from opora.cli import job

    raise typer.Exit(int(job.mirror_step(Home.open(home), is_asked=True)))


@app.command()
def explain(
    figure: Annotated[str, typer.Argument(help="Id of the figure, or its unambiguous beginning.")],
    home: HomeOption,
    release: Annotated[
        str | None, typer.Option("--release", help="Release id; the current one by default.")
    ] = None,
    rows: Annotated[int, typer.Option("--rows", min=0, help="How many source rows to print.")] = 20,
) -> None:
    """Say why a published number is so: numerator, denominator, rule, deliveries, source rows."""
    from opora.cli.explain import show

    show(Home.open(home), figure, release, rows)


@app.command()
def doctor(
    home: HomeOption,
    deep: Annotated[
        bool, typer.Option("--deep", help="Also every byte of the originals and of all releases.")
    ] = False,
) -> None:
    """Check the home: permissions, disk, vault, inbox, lake, acts, rules, releases; changes nothing."""
    from opora.cli.doctor import examine

    raise typer.Exit(int(examine(Home.open(home), deep)))


from opora.cli import keeping  # noqa: E402, F401  (commands register on the app above)
from opora.cli.deliveries import deliveries_app  # noqa: E402
from opora.cli.layout import layout_app  # noqa: E402
from opora.cli.releases import releases_app  # noqa: E402

app.add_typer(deliveries_app, name="deliveries")
app.add_typer(layout_app, name="layout")
app.add_typer(releases_app, name="releases")
