"""Running the models: plan a candidate, find missing parts, lay the borders in DuckDB, run dbt, export Parquet.

Belongs here: what to build and with which inputs. Does not belong here: any rule of the domain (models and seeds hold
those), any reading of files as they arrive. dbt is imported by ``run`` and ``manifest`` only, when they are called.
"""
