"""XLSX: a sheet a table, numbers as numbers with their formats, frozen headers, filters; no hidden sheets."""
