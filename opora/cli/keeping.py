"""``opora backup``, ``restore``, ``migrate``, ``prune`` and ``key rotate``: commands that keep a home for years."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from opora.cli.app import HomeOption, app
from opora.cli.screen import say
from opora.errors import OporaError
from opora.home import VERSION, Home

key_app = typer.Typer(help="The key of the vault.", no_args_is_help=True)


@app.command()
def backup(
    target: Annotated[Path, typer.Argument(help="Folder for the two archives.")], home: HomeOption
) -> None:
    """Write the home and the vault into two archives with checksums; keep them apart."""
    from opora.operations.backup import backup as write_backup

    for archive in write_backup(Home.open(home), target):
        say(f"{archive.path} — файлов: {archive.files}")
    say("Храните архив vault отдельно от архива home: в нём имена и ключ.")


@app.command()
def restore(
    home_archive: Annotated[Path, typer.Argument(help="<stamp>-home.tar.gz")],
    vault_archive: Annotated[Path, typer.Argument(help="<stamp>-vault.tar.gz")],
    target: Annotated[Path, typer.Argument(help="New folder of the home.")],
) -> None:
    """Restore a home and its vault into an empty place; every file is proved by its checksum."""
    from opora.operations.restore import restore as read_backup

    home = read_backup(home_archive, vault_archive, target)
    say(f"Дом восстановлен: {home.root}; хранилище имён: {home.vault}")
    if home.version < VERSION:
        say(f"Дом версии {home.version}; приведите его: opora migrate --home {home.root}")
    say(f"Проверьте: opora doctor --home {home.root}")


@app.command()
def prune(
    home: HomeOption,
    keep: Annotated[int, typer.Option("--keep", min=1, help="How many candidates stay.")] = 2,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would go, remove nothing.")] = False,
    log_days: Annotated[int, typer.Option("--log-days", min=1, help="How many days of the log stay.")] = 90,
) -> None:
    """Remove old candidates, unused cache and old days of the log; never a release, the lake or the vault."""
    from opora.operations.prune import prune as remove

    gone = remove(Home.open(home), keep, dry_run, log_days)
    verb = "можно удалить" if dry_run else "удалено"
    say(
        f"{verb}: кандидатов {len(gone.candidates)}, готовых частей {len(gone.cached)}, "
        f"дней журнала {len(gone.logs)}, {gone.freed / 2**20:.1f} МиБ"
    )


@app.command()
def migrate(home: HomeOption) -> None:
    """Bring a home of an older version to this program's; releases, lake and vault stay as they are."""
    from opora.operations.migrate import migrate as bring_up
    from orchestration.run import upgrade_history
    from publication.releases import close_internal, is_closed, list_releases
    from publication.verify import verify_release

    place = Home.open(home)
    done = bring_up(place)
    for line in done.changes:
        say(f"  {line}")
    upgrade_history(place)
    releases = list_releases(place)
    for release in releases:
        if not is_closed(release.path):
            close_internal(release.path)
            say(f"  {release.id}: внутреннее издание закрыто от других пользователей машины")
    damaged = [release.id for release in releases if verify_release(place, release.id)]
    if done.before == done.after:
        say(f"Дом уже версии {done.after}; история запусков Dagster приведена к его версии.")
    else:
        say(f"Дом приведён от версии {done.before} к версии {done.after}.")
    say(f"Выпусков: {len(releases)}, целы: {len(releases) - len(damaged)}")
    if damaged:
        raise OporaError(f"повреждены выпуски: {', '.join(damaged)}; возьмите их из копии")


@key_app.command("rotate")
def rotate(home: HomeOption) -> None:
    """Replace the key: ids of people in new releases no longer link to older ones; figures stay."""
    from ingestion.vault import Vault
    from opora.locks import writer_lock

    place = Home.open(home)
    with writer_lock(place):
        Vault.open(place).rotate_key()
    say("Ключ заменён, запись в журнале хранилища (acts/keys.jsonl). Сделайте копию: opora backup")


app.add_typer(key_app, name="key")
