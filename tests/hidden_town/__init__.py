"""A town that the demo knows nothing of, from files to figures: every figure equals a truth counted from its life.

``facts`` names the town, ``life`` invents its people and what they did, ``truth`` counts the figures from that life by
the text of the methodology, ``write_exams``, ``write_base``, ``write_olympiads`` and ``write_registers`` put the same
life into exports of other layouts than the demo's, and ``test_hidden_town`` runs the main job on them.
"""
