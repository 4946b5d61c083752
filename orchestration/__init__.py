"""Dagster: one module per concept (assets, checks, jobs, sensors, schedules, alerts, resources) and ``build_defs``.

Belongs here: which room runs after which, what Dagster shows of it, and the outcome of a run.
Does not belong here: any rule of the domain; a step only calls its room.
"""
