"""Russian words for the codes of the network's tables."""

from __future__ import annotations

from reporting.content.model import Status

HALVES = {"H1": "1-е полугодие", "H2": "2-е полугодие"}
STAGES = {
    1: "1. Знакомство",
    2: "2. Совместная деятельность",
    3: "3. Обобщение",
}
MISSING = {
    "contacts": "контакты трёх команд",
    "problem": "записанная проблема",
    "roadmap": "утверждённая дорожная карта",
    "transition": "отметка о переходе",
    "closed_share": "80 % закрытых мероприятий",
    "report": "рефлексивный отчёт",
    "decision": "решение по итогам",
}
DUTIES = {
    "D1": "Совместные мероприятия",
    "D2": "Консультации",
    "D3": "Участие в программе",
    "D4": "Межшкольные семинары",
    "D5a": "Обучение и стажировки",
    "D5b": "Методическая помощь",
}
FORMAL = {
    "one_side": "участники одной стороны",
    "zero_duration": "нулевая длительность",
    "evidence_reused": "подтверждение другого мероприятия",
}
#: State of an item of a plan → word, colour code of the chart.
EVENT_STATES = {
    "done_on_time": "в срок",
    "done_late": "с опозданием",
    "overdue": "просрочено",
    "cancelled": "отменено",
    "planned": "срок впереди",
}
CRITERIA = {
    "C1": "Объединяющая цель",
    "C2": "Активные участники, независимость",
    "C3": "Лидеры и уровни",
    "C4": "Виды и форматы",
    "C5": "Выполнение плана",
}
#: (component, plan) → title, unit; the titles are those of the seed ``network_components`` (a test compares).
COMPONENTS = {
    ("presence", "z"): ("Цель записана (0–4)", "index"),
    ("awareness", "z"): ("Цель знают", "pct"),
    ("active", "z"): ("Активные участники", "count"),
    ("growth", "z"): ("Рост числа активных", "pp"),
    ("retention", "z"): ("Остались активными", "pct"),
    ("newcomers", "z"): ("Новые среди активных", "pct"),
    ("school_initiated", "z"): ("Мероприятия по инициативе школ", "pct"),
    ("initiator_diversity", "z"): ("Разнообразие инициаторов", "index"),
    ("leaders", "z"): ("Лидеры", "count"),
    ("effective_leaders", "z"): ("Эффективное число лидеров", "index"),
    ("bus_factor", "z"): ("На скольких держится больше половины", "count"),
    ("schools_with_leader", "z"): ("Школы с лидером", "pct"),
    ("levels", "z"): ("Охваченные уровни", "pct"),
    ("effective_types", "z"): ("Эффективное число видов и форматов", "index"),
    ("richness", "z"): ("Число сочетаний вида и формата", "count"),
    ("rarefied", "z"): ("Сочетаний при равном числе мероприятий", "index"),
    ("done_on_time", "baseline"): ("Выполнено в срок", "pct"),
    ("done_on_time", "current"): ("Выполнено в срок", "pct"),
    ("done", "baseline"): ("Выполнено", "pct"),
    ("done", "current"): ("Выполнено", "pct"),
    ("formal", "z"): ("Из проведённых отмечено «формально»", "pct"),
}
PLANS = {"baseline": "по первой карте", "current": "по действующей карте"}
DECISION_KINDS = {
    "accompaniment": "сопровождение программ",
    "municipal_programme": "меры муниципальной программы",
    "method_union": "сетевые методобъединения",
    "partnership": "партнёрство школ",
}
_DUTY_STATES = {
    "done": ("good", "выполнено", "✓"),
    "overdue": ("bad", "просрочено", "!"),
    "planned": ("neutral", "намечено", "○"),
    "none": ("neutral", "не намечено", "–"),
}
_OUTCOMES = {
    "achieved": ("good", "достигнуто", "✓"),
    "partly": ("neutral", "частично", "◐"),
    "not_achieved": ("bad", "не достигнуто", "✕"),
    "not_checked": ("bad", "не проверено", "!"),
    "not_due": ("neutral", "срок не наступил", "○"),
}


def component_name(component: str, plan: str) -> str:
    """Return the title of a component, with the plan where it is of one."""
    title = COMPONENTS[component, plan][0]
    return f"{title} {PLANS[plan]}" if plan in PLANS else title


def duty_state(code: str, is_compact: bool = False) -> Status:
    """Return the state of a duty as word and icon."""
    return Status(*_DUTY_STATES[code], is_compact)


def outcome(code: str) -> Status:
    """Return the outcome of a decision as word and icon."""
    return Status(*_OUTCOMES[code])


def told(codes: str | None, words: dict[str, str]) -> str:
    """Return codes joined by commas as words; one word once, in the order of the codes."""
    parts = [words.get(code, code) for code in (codes or "").split(",") if code]
    return ", ".join(dict.fromkeys(parts))
