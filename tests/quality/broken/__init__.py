"""One broken fixture a rule: ``break_world`` makes one change to the sound world, ``EXPECTED`` says what is then told.

``after_write`` (optional) breaks files that stand already. ``words`` must stand in the message; the other keys of an
expectation are attributes of the finding. Whatever a broken world holds besides stays sound.
"""
