with items as (

    select
        plans.agreement_number as pair_id,
        plans.version_number,
        plans.planned_event_number,
        plans.event_title,
        plans.duty_code,
        plans.activity_type,
        plans.event_format,
        plans.event_level,
        plans.initiator_school_code,
        plans.initiator_organisation,
        plans.due_on,
        versions.approved_on,
        halves.academic_year
    from {{ ref('stg_roadmap__planned_events') }} as plans
    inner join {{ ref('stg_roadmap__versions') }} as versions
        on
            plans.agreement_number = versions.agreement_number
            and plans.version_number = versions.version_number
    inner join {{ ref('int_network_halves') }} as halves
        on plans.due_on between halves.first_day and halves.last_day

),

-- A version speaks of the academic years in which it plans anything.
versions as (

    select distinct
        pair_id,
        academic_year,
        version_number,
        approved_on
    from items

),

baseline as (

    select
        *,
        row_number() over (
            partition by pair_id, academic_year
            order by approved_on asc nulls last, version_number asc nulls last
        ) as preference
    from versions

),

-- In force in a half-year: the latest approved by its last day; the first one where none was.
candidates as (

    select
        versions.pair_id,
        versions.academic_year,
        halves.half,
        versions.version_number,
        row_number() over (
            partition by versions.pair_id, versions.academic_year, halves.half
            order by
                case when versions.approved_on <= halves.last_day then 0 else 1 end,
                case when versions.approved_on <= halves.last_day then versions.approved_on end desc,
                case when versions.approved_on <= halves.last_day then versions.version_number end desc,
                versions.approved_on asc nulls last,
                versions.version_number asc nulls last
        ) as preference
    from versions
    inner join {{ ref('int_network_halves') }} as halves
        on versions.academic_year = halves.academic_year

),

moves as (

    select
        pair_id,
        planned_event_number,
        max(moved_to) as moved_to
    from {{ ref('int_network_events') }}
    where is_moved_by_order
    group by
        pair_id,
        planned_event_number

),

done as (

    select
        pair_id,
        planned_event_number,
        min(held_on) as held_on
    from {{ ref('int_network_events') }}
    where is_done and planned_event_number is not null
    group by
        pair_id,
        planned_event_number

),

cancelled as (

    select distinct
        pair_id,
        planned_event_number
    from {{ ref('int_network_events') }}
    where is_cancelled and has_cancel_reason

),

both_plans as (

    select
        items.*,
        'baseline' as plan_version,
        items.due_on as plan_due_on,
        halves.half
    from items
    inner join baseline
        on
            items.pair_id = baseline.pair_id
            and items.academic_year = baseline.academic_year
            and items.version_number = baseline.version_number
            and baseline.preference = 1
    inner join {{ ref('int_network_halves') }} as halves
        on items.due_on between halves.first_day and halves.last_day
    union all
    select
        items.*,
        'current' as plan_version,
        coalesce(moves.moved_to, items.due_on) as plan_due_on,
        halves.half
    from items
    left join moves
        on
            items.pair_id = moves.pair_id
            and items.planned_event_number = moves.planned_event_number
    inner join {{ ref('int_network_halves') }} as halves
        on coalesce(moves.moved_to, items.due_on) between halves.first_day and halves.last_day
    inner join candidates
        on
            items.pair_id = candidates.pair_id
            and items.version_number = candidates.version_number
            and halves.academic_year = candidates.academic_year
            and halves.half = candidates.half
            and candidates.preference = 1

)

select
    halves.academic_year,
    both_plans.half,
    pairs.municipality_code,
    both_plans.pair_id,
    both_plans.plan_version,
    both_plans.version_number,
    both_plans.planned_event_number,
    both_plans.event_title,
    both_plans.duty_code,
    both_plans.activity_type,
    both_plans.event_format,
    both_plans.event_level,
    case
        when both_plans.initiator_school_code = pairs.supported_school_code then 'supported'
        when both_plans.initiator_school_code = pairs.partner_school_code then 'partner'
        when both_plans.initiator_school_code is not null then 'other_school'
        when both_plans.initiator_organisation is not null then 'organisation'
        else 'unknown'
    end as initiator_side,
    both_plans.plan_due_on as due_on,
    done.held_on,
    case
        when done.held_on is not null and done.held_on <= both_plans.plan_due_on then 'done_on_time'
        when done.held_on is not null then 'done_late'
        when cancelled.planned_event_number is not null then 'cancelled'
        when both_plans.plan_due_on <= halves.as_of then 'overdue'
        else 'planned'
    end as state
from both_plans
inner join {{ ref('int_network_halves') }} as halves
    on both_plans.plan_due_on between halves.first_day and halves.last_day
inner join {{ ref('int_network_pairs') }} as pairs
    on both_plans.pair_id = pairs.pair_id
left join done
    on
        both_plans.pair_id = done.pair_id
        and both_plans.planned_event_number = done.planned_event_number
left join cancelled
    on
        both_plans.pair_id = cancelled.pair_id
        and both_plans.planned_event_number = cancelled.planned_event_number
