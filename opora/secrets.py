"""Secrets: from the environment, or from a file that the environment names; never from ``opora.yaml``.

``NAME`` holds the value, or ``NAME_FILE`` the path of a file whose text is the value (systemd credentials, a mounted
secret). Nothing here prints a value: messages name the variable and the file.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from pathlib import Path

from opora.errors import UsageError

FILE_SUFFIX = "_FILE"
_MOST = 64 << 10
"""Bytes that a file of a secret may have: more is another file."""


def secret(name: str, environ: Mapping[str, str] | None = None) -> str | None:
    """Return the secret ``name``, or None where neither variable is set; blanks around the value are no part of it.

    Raises ``UsageError`` when both variables are set, or the file is missing, empty, too large, or readable by
    everybody on the machine.
    """
    env = os.environ if environ is None else environ
    value, place = env.get(name, "").strip(), env.get(name + FILE_SUFFIX, "").strip()
    if value and place:
        raise UsageError(f"заданы и {name}, и {name}{FILE_SUFFIX}: оставьте одну из переменных")
    if not place:
        return value or None
    return _read(name + FILE_SUFFIX, Path(place))


def _read(variable: str, path: Path) -> str:
    try:
        about = path.stat()
        if about.st_mode & stat.S_IRWXO:
            raise UsageError(
                f"{variable}: файл {path} открыт всем на машине ({stat.S_IMODE(about.st_mode):o}); "
                f"выполните chmod 640 {path}"
            )
        text = path.read_bytes()[: _MOST + 1].decode("utf-8").strip()
    except OSError as error:
        raise UsageError(f"{variable}: файл {path} не читается ({type(error).__name__})") from None
    except UnicodeDecodeError:
        raise UsageError(f"{variable}: файл {path} — не текст в UTF-8") from None
    if not text or len(text) > _MOST:
        raise UsageError(f"{variable}: файл {path} пуст или больше {_MOST >> 10} КиБ")
    return text
