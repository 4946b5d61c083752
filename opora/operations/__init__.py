"""Keeping a home for years: backup and restore, pruning, migration, disk use.

Belongs here: what an engineer does to folders of a home and its vault as a whole. Does not belong here: anything that
knows what stands inside the lake, a mart or a release.
"""
