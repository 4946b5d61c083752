"""Apache Superset over the releases of a home: its settings, the dashboards as files, the recipe that joins them.

Belongs here: what Superset reads (``superset_config.py``, ``assets/``) and how it is prepared and started. Does not
belong here: tables and their words (``publication``). Superset runs in an environment of its own and never writes to a
home.
"""
