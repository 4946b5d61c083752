"""The content model and its sections: what the report says, before anyone decides how it looks.

Belongs here: facts of one municipality read from tables, sections as pure functions of facts, words.
Does not belong here: markup, styles, files. A section whose data is not there is left out, never stubbed.
"""
