with ranked as (

    select
        academic_year,
        event_number,
        agreement_number,
        -- «внеплановое» in the column of the plan's item says that there is none.
        case when {{ folded('planned_event_number') }} not like 'внеплан%' then planned_event_number end
            as planned_event_number,
        event_title,
        held_from,
        coalesce(held_to, held_from) as held_to,
        hours,
        duty_code,
        {{ folded('activity_type') }} as activity_word,
        event_format,
        event_level,
        school_code,
        {{ folded('initiator_organisation') }} as initiator_organisation,
        person_token,
        moved_to,
        moved_order,
        cancelled_on,
        cancel_reason,
        as_of,
        delivery_id,
        source_sheet,
        source_row,
        row_number() over (
            partition by event_number
            order by as_of desc, academic_year desc, reading_id desc, source_row asc nulls last
        ) as preference
    from {{ lake('events', 'events') }}

)

select
    ranked.academic_year,
    ranked.event_number,
    ranked.agreement_number,
    ranked.planned_event_number,
    ranked.event_title,
    ranked.held_from,
    ranked.held_to,
    ranked.hours,
    ranked.duty_code,
    coalesce(kinds.activity_type, ranked.activity_word) as activity_type,
    ranked.event_format,
    ranked.event_level,
    ranked.school_code as initiator_school_code,
    ranked.initiator_organisation,
    person.person_id as initiator_person_id,
    ranked.moved_to,
    ranked.moved_order,
    ranked.cancelled_on,
    ranked.cancel_reason,
    ranked.as_of,
    ranked.delivery_id,
    ranked.source_sheet,
    ranked.source_row
from ranked
{{ join_person('events', 'ranked') }}
left join {{ ref('activity_types') }} as kinds
    on
        ranked.activity_word = kinds.word
        and {{ in_force('kinds', 'ranked.academic_year') }}
where ranked.preference = 1
