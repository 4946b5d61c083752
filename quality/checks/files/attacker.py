"""The attacker fails: nothing hidden can be computed back from what is published."""

from __future__ import annotations

from quality.check import Check, Outcome
from quality.context import Context


def run(context: Context) -> Outcome:
    """Attack the public files; the number evaluated is the number of public tables it was given."""
    from quality.attacker.run import attack

    findings = attack(context.home, context.candidate)
    tables = sum(1 for path in context.candidate.public.rglob("*.parquet") if path.is_file())
    return Outcome(tables, tuple(findings))


CHECK = Check(
    rule="attacker",
    stage="files",
    severity="blocker",
    title="скрытые значения нельзя вычислить по опубликованным",
    guidance="Ошибка защиты сведений: сообщите инженеру номер кандидата; выпуск с этим замечанием невозможен.",
    owner="data protection officer",
    tables=(),
    run=run,
    is_waivable=False,
)
