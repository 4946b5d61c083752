"""The command line: parses words, calls the rooms, prints, and turns errors into exit codes.

Belongs here: commands and how their results look in a terminal. Does not belong here: anything a
Dagster run would need too (that is in ``orchestration``) and any rule.
"""

from __future__ import annotations

import sys

from opora.cli.app import app
from opora.disk_fault import disk_fault
from opora.errors import ExitCode, OporaError


def main() -> None:
    """Entry point of ``opora``: every ``OporaError`` becomes one readable line and its exit code."""
    from opora.cli.screen import error_line

    try:
        app(standalone_mode=True)
    except OporaError as error:
        error_line(str(error))
        sys.exit(int(error.exit_code))
    except OSError as error:
        if (fault := disk_fault(error)) is None:
            raise
        error_line(f"{fault}; прошлый выпуск не тронут")
        sys.exit(int(fault.exit_code))
    except KeyboardInterrupt:
        error_line("прервано; прошлый выпуск не тронут")
        sys.exit(int(ExitCode.FAILURE))
