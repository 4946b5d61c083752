"""No personal data in what would be published: every file through the name scan with the vault's dictionary."""

from __future__ import annotations

from quality.check import Check, Outcome
from quality.context import Context


def run(context: Context) -> Outcome:
    """Scan the candidate; the number evaluated is the number of files in ``public/`` and ``internal/``."""
    from ingestion.vault.vault import Vault
    from quality.name_scan import scan

    findings = scan(context.home, context.candidate, names=Vault.open(context.home).names)
    folders = (context.candidate.public, context.candidate.internal)
    files = sum(1 for folder in folders for path in folder.rglob("*") if path.is_file())
    return Outcome(files, tuple(findings))


CHECK = Check(
    rule="name_scan",
    stage="files",
    severity="blocker",
    title="в файлах нет персональных данных",
    guidance="Найдите, из какой выгрузки пришло имя, и исправьте раскладку или договор источника.",
    owner="data protection officer",
    tables=(),
    run=run,
    is_waivable=False,
)
