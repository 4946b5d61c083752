"""What Dagster shows of tables: columns with types and words, which columns each one is computed from, rows.

Belongs here: turning what the rooms say about their tables into Dagster's metadata.
Does not belong here: any step of a run; a table that cannot be described changes no run.
"""
