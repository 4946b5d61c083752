"""The answer about a figure of the network, in Russian lines."""

from __future__ import annotations

from collections.abc import Callable

from reporting import typography as ty
from reporting.content.network.numbers import value_text
from reporting.content.network.vocabulary import COMPONENTS, CRITERIA
from reporting.explain.evidence import Evidence
from reporting.network_figures import NetworkFigure

_DONE = "мероприятия с подтверждением и участниками обеих сторон"
_HOW = {
    "presence": "по четырём отметкам пары: цель в соглашении; цель в карте; связь с I1–I5; значение и срок. Среднее.",
    "awareness": "ответившие, которые верно назвали цель, из ответивших; x — отклик или число ответов ниже порога.",
    "active": "люди с двумя ролями или посещениями или с одной ролью ведущего, докладчика, организатора, консультанта.",
    "growth": "активные этого полугодия против активных прошлого.",
    "retention": "активные прошлого полугодия, которые активны и в этом.",
    "newcomers": "активные этого полугодия, которых не было среди активных раньше.",
    "school_initiated": f"{_DONE}, которые начали школы, из всех, у которых записан инициатор.",
    "initiator_diversity": f"1 − сумма квадратов долей инициаторов ({_DONE}).",
    "leaders": "люди, которые начали или вели хотя бы одно мероприятие.",
    "effective_leaders": "exp энтропии долей лидеров в мероприятиях.",
    "bus_factor": "сколько самых деятельных лидеров держат больше половины мероприятий.",
    "schools_with_leader": "школы пар, в которых есть лидер, из школ пар.",
    "levels": f"уровни, на которых прошли {_DONE}, из всех уровней.",
    "effective_types": f"exp энтропии долей сочетаний вида и формата ({_DONE}).",
    "richness": f"сочетания вида и формата, которые встретились ({_DONE}).",
    "rarefied": "сколько сочетаний встретилось бы при равном числе мероприятий у всех пар.",
    "done_on_time": "проведённые к сроку карты из тех, срок которых наступил.",
    "done": "проведённые, хотя бы и позже срока, из тех, срок которых наступил.",
    "formal": "проведённые с отметкой «формально» (одна сторона, нулевая длительность, чужое подтверждение).",
    "duty": f"{_DONE} этой обязанности за полугодие; для программы — ещё утверждённые программы с автором партнёра.",
    "plan": "мероприятия карты учебного года в этом состоянии из всех мероприятий карты.",
}


def lines_of(
    evidence: Evidence, sources: Callable[[Evidence], list[str]], reason: Callable[[str], str]
) -> list[str]:
    """Return the answer; ``sources`` gives the lines on rules and deliveries, ``reason`` the words of a reason."""
    figure, row = evidence.network, evidence.figure
    assert figure is not None
    title = (
        f"{row['criterion']}. {CRITERIA[row['criterion']]}: {figure.name}"
        if "criterion" in row
        else figure.name
    )
    area = "Вся сеть" if figure.pair_id == "z" else f"Пара по соглашению {figure.pair_id}"
    lines = [title, f"{area} (школ: {len(evidence.schools)}), {figure.when}"]
    if row.get("is_official"):
        lines.append("Официальная составляющая критерия")
    lines += ["", f"Значение: {_value(figure, evidence)}"]
    if row["symbol"] in ty.SYMBOL_MEANING and row["value"] is None:
        lines.append(f"  {ty.SYMBOL_MEANING[row['symbol']]}")
    if row["numerator"] is not None:
        whole = f" из {ty.count(row['denominator'])}" if row["denominator"] is not None else ""
        lines.append(f"  числитель {ty.count(row['numerator'])}{whole}")
    lines += [f"  не учтены: {item['n']} — {reason(item['reason'])}" for item in evidence.exclusions]
    how = figure.code if figure.kind == "criterion" else figure.kind
    return [*lines, "", f"Как считается: {_HOW[how]}", *sources(evidence)]


def _value(figure: NetworkFigure, evidence: Evidence) -> str:
    if figure.kind == "criterion":
        return value_text(evidence.figure, COMPONENTS[figure.code, figure.plan][1])
    return ty.count(evidence.figure["value"])
