with ranked as (

    select
        academic_year,
        agreement_number,
        version_number,
        planned_event_number,
        event_title,
        duty_code,
        {{ folded('activity_type') }} as activity_word,
        event_format,
        event_level,
        due_on,
        school_code,
        initiator_organisation,
        as_of,
        delivery_id,
        source_sheet,
        source_row,
        row_number() over (
            partition by agreement_number, version_number, planned_event_number
            order by as_of desc, academic_year desc, reading_id desc, source_row asc nulls last
        ) as preference
    from {{ lake('roadmap', 'planned_events') }}

)

select
    ranked.agreement_number,
    ranked.version_number,
    ranked.planned_event_number,
    ranked.event_title,
    ranked.duty_code,
    coalesce(kinds.activity_type, ranked.activity_word) as activity_type,
    ranked.event_format,
    ranked.event_level,
    ranked.due_on,
    ranked.school_code as initiator_school_code,
    ranked.initiator_organisation,
    ranked.as_of,
    ranked.delivery_id,
    ranked.source_sheet,
    ranked.source_row
from ranked
left join {{ ref('activity_types') }} as kinds
    on
        ranked.activity_word = kinds.word
        and {{ in_force('kinds', 'ranked.academic_year') }}
where ranked.preference = 1
