"""A published value changes only for a reason: a delivery, a rule, a decision, or a new version of the program."""

from __future__ import annotations

import json

from quality.check import Check, Outcome
from quality.context import Context
from quality.evidence import binding
from quality.figures import KEYS, told

_CAUSES = {
    "code": "программа",
    "rules": "правила",
    "waivers": "акты",
    "config": "настройки",
    "inputs": "поставки",
}


def run(context: Context) -> Outcome:
    """Compare with the release that readers see. A change with some cause elsewhere warns; one without any blocks."""
    release = context.home.releases / "current" / "internal"
    before = release / "tables" / "indicator_values.parquet"
    manifest = release / "manifest.json"
    if not before.exists() or not manifest.exists():
        return Outcome(0)
    context.define("published_figures", f"SELECT * FROM read_parquet('{before}')")
    links = release / "tables" / "figure_deliveries.parquet"
    new_links = "SELECT NULL AS figure_id WHERE false"
    if links.exists() and context.has_table("figure_deliveries"):
        new_links = f"""SELECT figure_id FROM (SELECT figure_id, delivery_id FROM {context.table("figure_deliveries")}
            EXCEPT SELECT figure_id, delivery_id FROM read_parquet('{links}'))"""
    rows = context.rows(
        f"""SELECT now.* FROM {context.table("indicator_values")} AS now JOIN published_figures AS old USING (figure_id)
        WHERE old.value IS NOT NULL AND now.value IS NOT NULL AND now.rule_version = old.rule_version
            AND (now.numerator IS DISTINCT FROM old.numerator OR now.denominator IS DISTINCT FROM old.denominator
                OR abs(now.value - old.value) > 1e-9 * greatest(1, abs(old.value)))
            AND figure_id NOT IN ({new_links})
        ORDER BY {", ".join(f"now.{key}" for key in KEYS)}"""
    )
    stated = json.loads(manifest.read_text(encoding="utf-8")).get("binding", {})
    now = binding(context.home, context.candidate)
    causes = [word for key, word in _CAUSES.items() if stated.get(key) != now[key]]
    compared = context.number(
        f"SELECT count(*) FROM {context.table('indicator_values')} SEMI JOIN published_figures USING (figure_id)"
    )
    words = f"изменились {', '.join(causes)}" if causes else "ничего другого не изменилось"
    findings = [
        CHECK.finding(
            item.message, severity="warning" if causes else "blocker", scope=item.scope, count=item.count
        )
        for item in told(
            CHECK, rows, lambda row: f"значение не то, что в выпуске, а новой поставки для него нет; {words}"
        )
    ]
    return Outcome(compared, tuple(findings))


CHECK = Check(
    rule="restated_without_reason",
    stage="marts",
    severity="blocker",
    title="опубликованное значение меняется только по причине",
    guidance="Найдите причину изменения и опубликуйте с пояснением: opora publish --note.",
    owner="methodologist",
    tables=("indicator_values",),
    run=run,
)
