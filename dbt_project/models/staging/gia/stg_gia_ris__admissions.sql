-- Who was admitted to ГИА by РИС: the same columns as the schools' lists.
with participants as (

    select * from {{ ref('stg_gia_ris__participants') }}
    where
        is_live
        and ris_participant_id = main_participant_id
        and person_id is not null

),

chosen as (

    select
        participants.academic_year,
        participants.gia_level,
        participants.person_id,
        {{ joined_texts('cast(registrations.subject_code as ' ~ text() ~ ')') }} as subjects_chosen
    from participants
    inner join {{ ref('stg_gia_ris__registrations') }} as registrations
        on
            participants.academic_year = registrations.academic_year
            and participants.gia_level = registrations.gia_level
            and participants.ris_participant_id = registrations.main_participant_id
    group by
        participants.academic_year,
        participants.gia_level,
        participants.person_id

),

-- Two live records of one person without a mark of doubles are one person all the same.
ranked as (

    select
        participants.*,
        chosen.subjects_chosen,
        row_number() over (
            partition by participants.academic_year, participants.gia_level, participants.person_id
            order by
                participants.as_of desc, participants.is_admitted desc, participants.reading_id desc,
                participants.source_row asc nulls last
        ) as preference,
        count(*) over (
            partition by participants.academic_year, participants.gia_level, participants.person_id
        ) as merged_rows
    from participants
    left join chosen
        on
            participants.academic_year = chosen.academic_year
            and participants.gia_level = chosen.gia_level
            and participants.person_id = chosen.person_id

)

select
    academic_year,
    gia_level,
    school_code,
    is_admitted,
    exam_form,
    subjects_chosen,
    participant_category,
    has_two_exams_right,
    person_id,
    alternative_person_id,
    as_of,
    delivery_id,
    source_sheet,
    source_row,
    merged_rows
from ranked
where preference = 1
