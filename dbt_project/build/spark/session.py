"""One Spark session a build. What makes results equal to DuckDB's stands here and may not be set otherwise."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from dbt_project.build.spark.lay import place
from opora.config import SparkSettings

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

MEANING = {
    # A cast or a sum that does not fit is an error, as in DuckDB, not a null.
    "spark.sql.ansi.enabled": "true",
    "spark.sql.session.timeZone": "UTC",
    # Catalogue of this session only: the models' tables are thrown away with the candidate.
    "spark.sql.catalogImplementation": "in-memory",
    "spark.sql.sources.default": "parquet",
    "spark.sql.parquet.compression.codec": "zstd",
    "spark.sql.parquet.outputTimestampType": "TIMESTAMP_MICROS",
    # A column that only some files of a source have is null in the others.
    "spark.sql.parquet.mergeSchema": "true",
}
QUIET = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.sql.maxPlanStringLength": "2000",
}


def open_session(settings: SparkSettings, folder: Path) -> SparkSession:
    """Return a new session: the home's settings, then what the models' meaning needs; tables go under ``folder``."""
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.appName("opora").master(settings.master)
    local = settings.master.startswith("local")
    if local:  # no question about the machine's own name to a name server
        os.environ.setdefault("SPARK_LOCAL_HOSTNAME", "localhost")
    # On one machine nothing listens on an outer address, and small tables are not cut into 200 pieces.
    own = (
        {
            "spark.driver.host": "127.0.0.1",
            "spark.driver.bindAddress": "127.0.0.1",
            "spark.sql.shuffle.partitions": "4",
        }
        if local
        else {}
    )
    chosen = own | QUIET | settings.conf | MEANING | {"spark.sql.warehouse.dir": place(folder)}
    for name, value in chosen.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    return session
