"""Where the copy goes: the address from the environment or ``opora.yaml``, and a connection whose errors are quiet."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from opora.errors import MirrorFailed
from opora.home import Home
from opora.secrets import secret

if TYPE_CHECKING:
    import psycopg

URL_VARIABLE = "OPORA_POSTGRES_URL"
_CONNECT_SECONDS = 10


@dataclass(frozen=True)
class Target:
    """A schema of a database, the role that may read it, and the edition that goes there. Never prints the address."""

    url: str = field(repr=False)
    schema: str = "opora"
    reader: str = "opora_reader"
    edition: Literal["public", "internal"] = "public"

    @property
    def aside(self) -> str:
        """The schema where the next release is built."""
        return f"{self.schema}_next"


def target_of(home: Home) -> Target | None:
    """Return where the home mirrors its releases to; None when nothing is configured."""
    settings = home.config.publish
    url = secret(URL_VARIABLE) or settings.postgres_url
    if not url:
        return None
    return Target(url, settings.postgres_schema, settings.postgres_reader, settings.postgres_edition)


@contextmanager
def connected(target: Target) -> Iterator[psycopg.Connection]:
    """Give a connection in autocommit; every error of the server leaves as ``MirrorFailed`` without the address.

    An address that cannot be parsed is not quoted: it may hold a password.
    """
    import psycopg

    try:
        password = str(psycopg.conninfo.conninfo_to_dict(target.url).get("password") or "")
    except psycopg.Error:
        raise MirrorFailed(
            f"адрес PostgreSQL не читается: проверьте publish.postgres_url в opora.yaml или {URL_VARIABLE}"
        ) from None
    try:
        with psycopg.connect(
            target.url, autocommit=True, connect_timeout=_CONNECT_SECONDS, application_name="opora"
        ) as connection:
            yield connection
    except psycopg.Error as error:
        raise MirrorFailed(f"PostgreSQL: {_reason(error, password)}") from None


def _reason(error: psycopg.Error, password: str) -> str:
    """Return the server's first words without detail (detail lines quote the values of rows) and without the secret."""
    words = error.diag.message_primary or (str(error).strip().splitlines() or [type(error).__name__])[0]
    return words.replace(password, "***") if password else words
