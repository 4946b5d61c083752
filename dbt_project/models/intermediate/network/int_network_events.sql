with sides as (

    select
        events.event_number,
        count(*) filter (where participants.school_code = pairs.supported_school_code) as supported_participants,
        count(*) filter (where participants.school_code = pairs.partner_school_code) as partner_participants,
        count(distinct participants.person_id) filter (where participants.school_code = pairs.supported_school_code)
            as people_reached
    from {{ ref('stg_events__events') }} as events
    inner join {{ ref('int_network_pairs') }} as pairs
        on events.agreement_number = pairs.pair_id
    inner join {{ ref('stg_events__participants') }} as participants
        on events.event_number = participants.event_number
    group by events.event_number

),

-- A file or a link that stands under two events proves neither of them alone.
shared_evidence as (

    select evidence_reference
    from {{ ref('stg_events__evidence') }}
    group by evidence_reference
    having count(distinct event_number) > 1

),

evidence as (

    select
        evidence.event_number,
        count(*) as evidence_count,
        count(shared_evidence.evidence_reference) as shared_count
    from {{ ref('stg_events__evidence') }} as evidence
    left join shared_evidence
        on evidence.evidence_reference = shared_evidence.evidence_reference
    group by evidence.event_number

),

planned as (

    select distinct
        agreement_number,
        planned_event_number
    from {{ ref('stg_roadmap__planned_events') }}

),

judged as (

    select
        events.event_number,
        pairs.pair_id,
        pairs.municipality_code,
        planned.planned_event_number,
        events.planned_event_number is not null and planned.planned_event_number is null as is_unknown_item,
        events.event_title,
        events.held_from,
        events.held_to as held_on,
        events.hours,
        events.duty_code,
        events.activity_type,
        events.event_format,
        events.event_level,
        events.initiator_person_id,
        case
            when events.initiator_school_code is not null then 'school:' || events.initiator_school_code
            when events.initiator_organisation is not null then 'organisation:' || events.initiator_organisation
        end as initiator,
        case
            when events.initiator_school_code = pairs.supported_school_code then 'supported'
            when events.initiator_school_code = pairs.partner_school_code then 'partner'
            when events.initiator_school_code is not null then 'other_school'
            when events.initiator_organisation is not null then 'organisation'
            else 'unknown'
        end as initiator_side,
        events.moved_to,
        events.moved_to is not null and events.moved_order is not null as is_moved_by_order,
        events.cancelled_on is not null or events.cancel_reason is not null as is_cancelled,
        events.cancel_reason is not null as has_cancel_reason,
        coalesce(sides.supported_participants, 0) as supported_participants,
        coalesce(sides.partner_participants, 0) as partner_participants,
        coalesce(sides.people_reached, 0) as people_reached,
        coalesce(evidence.evidence_count, 0) as evidence_count,
        events.held_to is not null
        and events.held_to <= state.as_of
        and events.cancelled_on is null
        and events.cancel_reason is null as is_held,
        events.hours = 0 as is_zero_duration,
        coalesce(evidence.shared_count, 0) > 0 as is_evidence_shared,
        events.delivery_id
    from {{ ref('stg_events__events') }} as events
    inner join {{ ref('int_network_pairs') }} as pairs
        on events.agreement_number = pairs.pair_id
    cross join {{ ref('int_network_as_of') }} as state
    left join planned
        on
            events.agreement_number = planned.agreement_number
            and events.planned_event_number = planned.planned_event_number
    left join sides
        on events.event_number = sides.event_number
    left join evidence
        on events.event_number = evidence.event_number

),

flagged as (

    select
        *,
        is_held
        and evidence_count > 0
        and supported_participants > 0
        and partner_participants > 0 as is_done,
        concat_ws(
            ',',
            case when is_held and (supported_participants = 0 or partner_participants = 0) then 'one_side' end,
            case when is_held and is_zero_duration then 'zero_duration' end,
            case when is_held and is_evidence_shared then 'evidence_reused' end
        ) as formal_reasons
    from judged

)

select
    flagged.*,
    flagged.formal_reasons <> '' as is_formal,
    halves.academic_year,
    halves.half
from flagged
left join {{ ref('int_network_halves') }} as halves
    on flagged.held_on between halves.first_day and halves.last_day
