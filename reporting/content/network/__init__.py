"""The network in the report: pairs and stages, duties, roadmaps, the five criteria, advice, decisions.

Belongs here: what the report says about the network, from the network's tables. Does not belong here: the five
indicators (``reporting.content.results``), the effect of support (``reporting.content.effect``), counting (dbt).
"""
