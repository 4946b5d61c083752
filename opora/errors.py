"""Exit codes and the errors that carry them. Texts that speak of data are in Russian."""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """What a command returns to the shell (pinned; 3 outranks 4)."""

    DONE = 0
    FAILURE = 1
    USAGE = 2
    REFUSED = 3
    RETURNED = 4


class OporaError(Exception):
    """A failure whose message is meant for a person; it ends the command with ``exit_code``."""

    exit_code: ExitCode = ExitCode.FAILURE


class UsageError(OporaError):
    """The command or the configuration is wrong."""

    exit_code = ExitCode.USAGE


class GateRefused(OporaError):
    """The gate refused the candidate; the last release still stands."""

    exit_code = ExitCode.REFUSED


class MirrorFailed(OporaError):
    """The release stands, but a copy of it outside the home (PostgreSQL) could not be brought up to it."""
