"""A synthetic municipality: people first, truth from the people, files from the people.

Belongs here: the invention of schools, pupils and teachers, what happened to them in five academic years, the
true figures counted from that, and the exports in the layouts that really arrive, with noise that changes no
true figure.

Does not belong here: any code of the product's rooms. The truth must stay an independent witness, so nothing
here imports ``ingestion`` or ``dbt_project``, and nothing of the product imports ``demo``.

Order: ``town`` → ``people`` → ``exams``, ``olympiads``, ``usage`` → ``truth``; then ``write_*`` by way of
``sheets`` and ``noise``; ``broken`` adds what no reader can mend; ``run`` is the way in.
"""
