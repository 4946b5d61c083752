"""The page about one run: what came, what went back, what changed, what was published, how long each step took.

Belongs here: facts read back from Dagster's history and from the release, and their page in ``runs/`` of the home.
Does not belong here: anything that a run needs; a page that cannot be written changes no run.
"""
