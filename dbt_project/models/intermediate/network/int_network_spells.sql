{#- A pair walks the stages one spell after another; SQL without recursion writes the steps out. Eight spells are two
    whole ways through the stages with returns; a test says when a pair needs more. -#}
{%- set spells = 8 -%}
with rules as (

    select
        pairs.pair_id,
        pairs.valid_from,
        max(rules.contact_teams) as contact_teams,
        max(rules.gate_closed_pct) as gate_closed_pct
    from {{ ref('int_network_pairs') }} as pairs
    inner join {{ ref('int_network_halves') }} as halves
        on
            halves.first_day <= pairs.valid_to
            and halves.last_day >= pairs.valid_from
    inner join {{ ref('network_rules') }} as rules
        on
            rules.first_academic_year <= halves.academic_year
            and coalesce(rules.last_academic_year, halves.academic_year) >= halves.academic_year
    group by
        pairs.pair_id,
        pairs.valid_from

),

-- A mark without evidence is no mark; a return needs its reason instead.
marks as (

    select
        agreement_number as pair_id,
        stage,
        gate_kind,
        team,
        gate_date
    from {{ ref('stg_stage_gates__gates') }}
    where
        (gate_kind <> 'return' and evidence_reference is not null)
        or (gate_kind = 'return' and return_reason is not null)
    union all
    select
        agreement_number as pair_id,
        1 as stage,
        'roadmap_approval' as gate_kind,
        null as team,
        approved_on as gate_date
    from {{ ref('stg_roadmap__versions') }}
    where approval_document is not null

),

-- What was due by the day of a transition, and how much of it was closed by then or had a reason.
closed as (

    select
        marks.pair_id,
        marks.gate_date,
        count(items.planned_event_number) as due,
        count(items.planned_event_number) filter (
            where items.held_on <= marks.gate_date or items.state = 'cancelled'
        ) as closed
    from (
        select distinct
            pair_id,
            gate_date
        from marks
        where gate_kind = 'transition'
    ) as marks
    left join {{ ref('int_network_plan_items') }} as items
        on
            marks.pair_id = items.pair_id
            and items.plan_version = 'current'
            and marks.gate_date >= items.due_on
    group by
        marks.pair_id,
        marks.gate_date

),

spell_1 as (

    select
        pair_id,
        1 as spell_number,
        1 as stage,
        valid_from as entered_on,
        cast(null as date) as not_before
    from rules

),
{% for n in range(1, spells + 1) %}
teams_{{ n }} as (

    select
        pair_id,
        met_on,
        row_number() over (partition by pair_id order by met_on asc nulls last, team asc nulls last) as team_number
    from (
        select
            spells.pair_id,
            marks.team,
            min(marks.gate_date) as met_on
        from spell_{{ n }} as spells
        inner join marks
            on
                spells.pair_id = marks.pair_id
                and marks.gate_date >= coalesce(spells.not_before, marks.gate_date)
        where spells.stage = 1 and marks.gate_kind = 'contact' and marks.team is not null
        group by
            spells.pair_id,
            marks.team
    ) as met

),

contacts_{{ n }} as (

    select
        teams.pair_id,
        min(teams.met_on) as contact_on
    from teams_{{ n }} as teams
    inner join rules
        on
            teams.pair_id = rules.pair_id
            and teams.team_number = rules.contact_teams
    group by teams.pair_id

),

dates_{{ n }} as (

    select
        spells.pair_id,
        min(marks.gate_date) filter (where marks.gate_kind = 'problem') as problem_on,
        min(marks.gate_date) filter (where marks.gate_kind = 'roadmap_approval') as roadmap_on,
        min(marks.gate_date) filter (where marks.gate_kind = 'transition' and marks.stage = spells.stage) as claimed_on,
        min(marks.gate_date) filter (
            where
            marks.gate_kind = 'transition'
            and marks.stage = spells.stage
            and 100.0 * closed.closed >= rules.gate_closed_pct * closed.due
        ) as transition_on,
        min(marks.gate_date) filter (where marks.gate_kind = 'reflection_report') as report_on,
        min(marks.gate_date) filter (where marks.gate_kind = 'decision') as decision_on,
        min(marks.gate_date) filter (where marks.gate_kind = 'return' and marks.stage = spells.stage) as return_on
    from spell_{{ n }} as spells
    inner join rules
        on spells.pair_id = rules.pair_id
    left join marks
        on
            spells.pair_id = marks.pair_id
            and marks.gate_date >= coalesce(spells.not_before, marks.gate_date)
    left join closed
        on
            marks.pair_id = closed.pair_id
            and marks.gate_date = closed.gate_date
    group by spells.pair_id

),

judged_{{ n }} as (

    select
        spells.*,
        case
            when
                spells.stage = 1
                and contacts.contact_on is not null
                and dates.problem_on is not null
                and dates.roadmap_on is not null
                then greatest(spells.entered_on, contacts.contact_on, dates.problem_on, dates.roadmap_on)
            when spells.stage = 2 then dates.transition_on
            when
                spells.stage = 3
                and dates.report_on is not null
                and dates.decision_on is not null
                then greatest(dates.report_on, dates.decision_on)
        end as advance_on,
        case when spells.stage > 1 then dates.return_on end as return_on,
        concat_ws(
            ',',
            case when spells.stage = 1 and contacts.contact_on is null then 'contacts' end,
            case when spells.stage = 1 and dates.problem_on is null then 'problem' end,
            case when spells.stage = 1 and dates.roadmap_on is null then 'roadmap' end,
            case when spells.stage = 2 and dates.claimed_on is null then 'transition' end,
            case
                when spells.stage = 2 and dates.claimed_on is not null and dates.transition_on is null then 'closed_share'
            end,
            case when spells.stage = 3 and dates.report_on is null then 'report' end,
            case when spells.stage = 3 and dates.decision_on is null then 'decision' end
        ) as missing
    from spell_{{ n }} as spells
    left join contacts_{{ n }} as contacts
        on spells.pair_id = contacts.pair_id
    left join dates_{{ n }} as dates
        on spells.pair_id = dates.pair_id

),

left_{{ n }} as (

    select
        *,
        case
            when return_on is not null and (advance_on is null or return_on < advance_on) then 'return'
            when advance_on is not null then 'advance'
        end as left_by
    from judged_{{ n }}

),

spell_{{ n + 1 }} as (

    select
        pair_id,
        spell_number + 1 as spell_number,
        case when left_by = 'return' then stage - 1 else stage + 1 end as stage,
        case when left_by = 'return' then return_on else advance_on end as entered_on,
        case when left_by = 'return' then return_on else advance_on end as not_before
    from left_{{ n }}
    where left_by = 'return' or (left_by = 'advance' and stage < 3)

),
{% endfor %}
walked as (
    {% for n in range(1, spells + 1) %}
    select * from left_{{ n }}
    {% if not loop.last %}union all{% endif %}
    {%- endfor %}

)

select
    pair_id,
    spell_number,
    stage,
    entered_on,
    case when left_by = 'return' then return_on when left_by = 'advance' then advance_on end as left_on,
    left_by,
    case when left_by is null then missing end as missing,
    spell_number = {{ spells }} and left_by is not null as is_cut_short
from walked
