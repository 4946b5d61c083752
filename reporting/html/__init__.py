"""HTML: one self-contained page a document, with inline styles and inline SVG; no request leaves the page.

Belongs here: templates, styles, the few lines of script that a page needs. Does not belong here: choosing content or
formatting a number.
"""
