"""The ground every room stands on: home, configuration, locks, shared words, exit codes.

Belongs here: where things lie on disk, what the configuration says, how a file is written safely,
what an academic year is, and the command line that calls the rooms.
Does not belong here: any rule of the domain (those live in the contracts, in dbt or in ``quality``).
"""

__version__ = "0.1.0"
