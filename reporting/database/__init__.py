"""``opora.duckdb`` of the internal edition: the tables of a release with words, views and macros for an analyst.

Belongs here: writing the file (storage v1.0.0, because clients carry DuckDB 1.x and refuse the newer default) and
``objects/*.sql``, one view or macro a file. Its first line says in Russian what it is; ``-- needs:`` names the tables
and objects it reads, and an object whose tables a release does not hold is left out.
Does not belong here: a figure that the marts do not hold. The macros of shares repeat the formulas of the warehouse,
so that an analyst may pool schools of one's own choice; tests hold them against statsmodels.
"""
