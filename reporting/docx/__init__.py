"""DOCX: the report as an office circulates it: styles, a table of contents, numbered tables, a place to sign."""
