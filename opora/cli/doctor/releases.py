"""What a home has published: the pointer, the manifests, the bytes, who may enter the internal edition."""

from __future__ import annotations

from collections.abc import Iterator

from opora.home import Home


def whole(home: Home) -> Iterator[str]:
    """The pointer names a release that is whole; no release is half there; internal editions are closed."""
    from publication.releases import CURRENT, MANIFEST, current_release, is_closed, list_releases
    from publication.verify import verify_release

    if not home.releases.is_dir():
        yield "нет папки releases; её создаст «opora run»"
        return
    pointer = home.releases / CURRENT
    if pointer.is_symlink() and not pointer.exists():
        yield f"действующим назван {pointer.readlink()}, а его нет: opora releases rollback или копия"
    for path in sorted(home.releases.iterdir()):
        if path.is_dir() and not path.is_symlink() and not (path / "internal" / MANIFEST).exists():
            yield f"{path.name}: выпуск без манифеста; следующая публикация уберёт его или возьмите его из копии"
    for release in list_releases(home):
        if not is_closed(release.path):
            yield f"{release.id}: внутреннее издание открыто другим; выполните chmod 500 {release.path}/internal"
    current = current_release(home)
    if current is not None:
        for problem in verify_release(home, current.id):
            yield f"{current.id}: {problem}; возьмите выпуск из копии"


def every_byte(home: Home) -> Iterator[str]:
    """Every release has the bytes that its manifest says."""
    from publication.releases import list_releases
    from publication.verify import verify_release

    for release in list_releases(home):
        for problem in verify_release(home, release.id):
            yield f"{release.id}: {problem}"
