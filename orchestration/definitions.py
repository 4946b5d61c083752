"""What ``dagster dev`` loads: the definitions of the home named by OPORA_HOME."""

from __future__ import annotations

import os

from opora.home import Home
from orchestration.build import build_defs
from orchestration.resources import House

defs = build_defs(House(Home.open(os.environ["OPORA_HOME"])))
