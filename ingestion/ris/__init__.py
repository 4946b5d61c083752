"""Bases of РИС ГИА: XML of any size read in portions, twice: once to judge it, once to land it.

Belongs here: which tables of a base are needed, accounting over portions, landing portion by portion. Does not belong
here: the grammar of XML (``ingestion.readers.xml``), what a field means (``ingestion.sources.gia_ris``), how tables
are joined into results (``dbt_project``).
"""
