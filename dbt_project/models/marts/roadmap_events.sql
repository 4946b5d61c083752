with rule_version as (

    select coalesce(max(case when name = 'rule_version' then value end), 'unversioned') as rule_version
    from {{ source('run', 'settings') }}

),

-- The event that closed an item of a plan: the first one done.
closing as (

    select
        *,
        row_number() over (
            partition by pair_id, planned_event_number
            order by is_done desc, is_held desc, held_on asc nulls last, event_number asc nulls last
        ) as preference
    from {{ ref('int_network_events') }}
    where planned_event_number is not null

),

planned as (

    select
        items.academic_year,
        items.half,
        items.municipality_code,
        items.pair_id,
        items.plan_version,
        items.planned_event_number as event_key,
        items.event_title,
        items.duty_code,
        items.activity_type,
        items.event_format,
        items.event_level,
        items.initiator_side,
        items.due_on,
        closing.held_on,
        items.state,
        closing.event_number,
        closing.is_held,
        closing.is_done,
        closing.hours,
        closing.supported_participants,
        closing.partner_participants,
        closing.evidence_count,
        closing.is_formal,
        closing.formal_reasons
    from {{ ref('int_network_plan_items') }} as items
    left join closing
        on
            items.pair_id = closing.pair_id
            and items.planned_event_number = closing.planned_event_number
            and closing.preference = 1

),

unplanned as (

    select
        academic_year,
        half,
        municipality_code,
        pair_id,
        'unplanned' as plan_version,
        event_number as event_key,
        event_title,
        duty_code,
        activity_type,
        event_format,
        event_level,
        initiator_side,
        cast(null as date) as due_on,
        held_on,
        case when is_done then 'unplanned_done' else 'unplanned_not_done' end as state,
        event_number,
        is_held,
        is_done,
        hours,
        supported_participants,
        partner_participants,
        evidence_count,
        is_formal,
        formal_reasons
    from {{ ref('int_network_events') }}
    where planned_event_number is null and is_held and academic_year is not null

),

joined as (

    select * from planned
    union all
    select * from unplanned

)

select
    joined.academic_year,
    joined.half,
    joined.municipality_code,
    joined.pair_id,
    joined.plan_version,
    joined.event_key,
    joined.event_title,
    joined.duty_code,
    joined.activity_type,
    joined.event_format,
    joined.event_level,
    joined.initiator_side,
    joined.due_on,
    joined.held_on,
    joined.state,
    nullif(
        concat_ws(
            ',',
            case when joined.is_held and not joined.is_done and joined.evidence_count = 0 then 'no_evidence' end,
            case when joined.is_held and not joined.is_done and joined.supported_participants = 0 then 'no_supported' end,
            case when joined.is_held and not joined.is_done and joined.partner_participants = 0 then 'no_partner' end
        ),
        ''
    ) as why_not_done,
    cast(joined.hours as {{ dbl() }}) as hours,
    cast(joined.supported_participants as bigint) as supported_people,
    cast(joined.partner_participants as bigint) as partner_people,
    cast(joined.evidence_count as bigint) as evidence_count,
    coalesce(joined.is_formal, false) as is_formal,
    nullif(joined.formal_reasons, '') as formal_reasons,
    cast(null as {{ text() }}) as symbol,
    rule_version.rule_version
from joined
cross join rule_version
