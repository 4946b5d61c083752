"""Promotion: an audited candidate becomes a release, and readers are pointed at it.

Belongs here: verification of evidence against the bytes, immutable releases, the pointer ``releases/current``, the
journal, diff, rollback, withdrawal. A release is ``releases/<sequence>-<hash>/public|internal`` and never changes; what
happens to it later (rolled back to, withdrawn) stands beside it.
Does not belong here: rendering, computing, judging. Publication believes evidence only, never a caller.

An amendment changes a figure that the current release already shows. It carries a note: the centre's own, or, when
new deliveries explain it (they stand behind every changed figure, or nothing but deliveries has changed since that
release), «исправление по поставке …». Anything else without a note is refused (``UsageError``). A note stands in the
internal edition and in the journal only: it is free text, and public files hold nothing that the audit has not seen.
"""
