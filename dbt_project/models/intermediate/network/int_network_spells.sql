{#- A pair walks the stages one spell after another. What would end a spell depends only on its stage and on the day it
    began, so that is found first for every day on which a spell can begin; then the pairs walk. Eight spells are two
    whole ways through the stages with returns; a test says when a pair needs more. -#}
{%- set spells = 8 -%}
with recursive rules as (

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

-- A transition counts where enough of what was due by its day was closed.
judged_marks as (

    select
        marks.*,
        coalesce(100 * closed.closed >= rules.gate_closed_pct * closed.due, false) as is_closed
    from marks
    inner join rules
        on marks.pair_id = rules.pair_id
    left join closed
        on
            marks.pair_id = closed.pair_id
            and marks.gate_date = closed.gate_date

),

-- Days on which a spell can begin. The first begins with the agreement and takes every mark; a later one begins with a
-- mark (or with the agreement, where everything was there before) and takes the marks since.
beginnings as (

    select
        pair_id,
        valid_from as entered_on,
        {{ day(1, 1, 1) }} as since
    from rules
    union all
    select
        pair_id,
        entered_on,
        entered_on as since
    from (
        select
            pair_id,
            valid_from as entered_on
        from rules
        union
        select
            pair_id,
            gate_date as entered_on
        from marks
    ) as days

),

teams as (

    select
        pair_id,
        since,
        met_on,
        row_number() over (
            partition by pair_id, since
            order by met_on asc nulls last, team asc nulls last
        ) as team_number
    from (
        select
            beginnings.pair_id,
            beginnings.since,
            marks.team,
            min(marks.gate_date) as met_on
        from beginnings
        inner join marks
            on
                beginnings.pair_id = marks.pair_id
                and beginnings.since <= marks.gate_date
        where marks.gate_kind = 'contact' and marks.team is not null
        group by
            beginnings.pair_id,
            beginnings.since,
            marks.team
    ) as met

),

contacts as (

    select
        teams.pair_id,
        teams.since,
        teams.met_on as contact_on
    from teams
    inner join rules
        on
            teams.pair_id = rules.pair_id
            and teams.team_number = rules.contact_teams

),

dates as (

    select
        beginnings.pair_id,
        beginnings.since,
        beginnings.entered_on,
        stages.stage,
        min(marks.gate_date) filter (where marks.gate_kind = 'problem') as problem_on,
        min(marks.gate_date) filter (where marks.gate_kind = 'roadmap_approval') as roadmap_on,
        min(marks.gate_date) filter (where marks.gate_kind = 'transition' and marks.stage = stages.stage) as claimed_on,
        min(marks.gate_date) filter (
            where
            marks.gate_kind = 'transition'
            and marks.stage = stages.stage
            and marks.is_closed
        ) as transition_on,
        min(marks.gate_date) filter (where marks.gate_kind = 'reflection_report') as report_on,
        min(marks.gate_date) filter (where marks.gate_kind = 'decision') as decision_on,
        min(marks.gate_date) filter (where marks.gate_kind = 'return' and marks.stage = stages.stage) as return_on
    from beginnings
    cross join (
        select 1 as stage
        union all
        select 2 as stage
        union all
        select 3 as stage
    ) as stages
    left join judged_marks as marks
        on
            beginnings.pair_id = marks.pair_id
            and beginnings.since <= marks.gate_date
    group by
        beginnings.pair_id,
        beginnings.since,
        beginnings.entered_on,
        stages.stage

),

ends as (

    select
        dates.pair_id,
        dates.since,
        dates.entered_on,
        dates.stage,
        case
            when
                dates.stage = 1
                and contacts.contact_on is not null
                and dates.problem_on is not null
                and dates.roadmap_on is not null
                then greatest(dates.entered_on, contacts.contact_on, dates.problem_on, dates.roadmap_on)
            when dates.stage = 2 then dates.transition_on
            when
                dates.stage = 3
                and dates.report_on is not null
                and dates.decision_on is not null
                then greatest(dates.report_on, dates.decision_on)
        end as advance_on,
        case when dates.stage > 1 then dates.return_on end as return_on,
        concat_ws(
            ',',
            case when dates.stage = 1 and contacts.contact_on is null then 'contacts' end,
            case when dates.stage = 1 and dates.problem_on is null then 'problem' end,
            case when dates.stage = 1 and dates.roadmap_on is null then 'roadmap' end,
            case when dates.stage = 2 and dates.claimed_on is null then 'transition' end,
            case
                when dates.stage = 2 and dates.claimed_on is not null and dates.transition_on is null then 'closed_share'
            end,
            case when dates.stage = 3 and dates.report_on is null then 'report' end,
            case when dates.stage = 3 and dates.decision_on is null then 'decision' end
        ) as missing
    from dates
    left join contacts
        on
            dates.pair_id = contacts.pair_id
            and dates.since = contacts.since

),

moves as (

    select
        *,
        case when left_by = 'return' then return_on when left_by = 'advance' then advance_on end as left_on,
        case when left_by = 'return' then stage - 1 when left_by = 'advance' and stage < 3 then stage + 1 end as next_stage
    from (
        select
            *,
            case
                when return_on is not null and (advance_on is null or return_on < advance_on) then 'return'
                when advance_on is not null then 'advance'
            end as left_by
        from ends
    ) as judged

),

walk as (

    select
        1 as spell_number,
        pair_id,
        stage,
        entered_on,
        left_on,
        left_by,
        missing,
        next_stage
    from moves
    where stage = 1 and since = {{ day(1, 1, 1) }}
    union all
    select
        walk.spell_number + 1 as spell_number,
        moves.pair_id,
        moves.stage,
        moves.entered_on,
        moves.left_on,
        moves.left_by,
        moves.missing,
        moves.next_stage
    from walk
    inner join moves
        on
            walk.pair_id = moves.pair_id
            and walk.next_stage = moves.stage
            and walk.left_on = moves.since
    where walk.spell_number < {{ spells }}

)

select
    pair_id,
    spell_number,
    stage,
    entered_on,
    left_on,
    left_by,
    case when left_by is null then missing end as missing,
    spell_number = {{ spells }} and left_by is not null as is_cut_short
from walk
