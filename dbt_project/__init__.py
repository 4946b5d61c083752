"""The warehouse: from the lake's rows to the marts, as a dbt project with a small runner.

Belongs here: seeds (rules by year), staging, intermediate and mart models, their tests, the macros, and
``build/``, which plans a candidate, decides which (domain, academic year) parts are missing and runs dbt in process.
Does not belong here: reading of files as they arrive (``ingestion``), suppression (``disclosure``), anything that
is printed. Models read the lake and the candidate's inputs, nothing else; SQL of one engine stands in ``macros/`` only.
"""
