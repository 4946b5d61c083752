"""Measurements that are too long or too dependent on the machine to be tests; ``make bench`` runs them.

Belongs here: simulations and timings, and the tables they write into docs/. Does not belong here: anything the
product imports.
"""
