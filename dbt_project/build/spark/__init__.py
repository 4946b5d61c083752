"""Apache Spark between the two Parquet borders: a session, the borders as its tables, its tables as the warehouse.

Belongs here: what only Spark needs. pyspark and dbt-spark are no part of the product's own environment
(requirements-spark.lock, docs/scale.md); they are imported when a home asks for this engine.
"""

from dbt_project.build.spark.engine import Spark

__all__ = ["Spark"]
