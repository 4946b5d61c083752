with ranked as (

    select
        academic_year,
        event_number,
        school_code,
        participant_role,
        class_label,
        person_token,
        delivery_id,
        reading_id,
        source_sheet,
        source_row,
        rank() over (
            partition by event_number
            order by as_of desc, academic_year desc, reading_id desc
        ) as preference
    from {{ lake('events', 'participants') }}

)

select
    ranked.academic_year,
    ranked.event_number,
    ranked.school_code,
    ranked.participant_role,
    ranked.class_label,
    person.person_id,
    ranked.delivery_id,
    ranked.source_sheet,
    ranked.source_row
from ranked
{{ join_person('events', 'ranked') }}
where ranked.preference = 1
