"""One module a rule: ``checks/<stage>/<rule>.py`` with a ``CHECK``. ``quality.registry`` finds them by walking.

Belongs here: rules across rows, tables, sources and files. A rule on one table's shape is its contract's or dbt's.
Each has a broken fixture in ``tests/quality/broken/<rule>.py``; a guard test fails without one.
"""
