"""``python -m deployment.superset HOME``: prepare Superset for a home and start it."""

import argparse
import sys
from pathlib import Path

from deployment.superset.bundle import release_address
from deployment.superset.recipe import main

parser = argparse.ArgumentParser(prog="python -m deployment.superset", description=__doc__)
parser.add_argument("home", type=Path, help="the home whose current release is shown")
parser.add_argument("--database", help="SQLAlchemy address of the data (default: the release's opora.duckdb)")
parser.add_argument("--port", type=int, default=8088)
given = parser.parse_args()
sys.exit(main(given.home, given.database or release_address(given.home), given.port))
