-- What each participant of РИС is registered for: the subjects chosen, whichever of the participant's records says so.
with registrations as (

    select
        academic_year,
        gia_level,
        {{ guid('ris_participant_id') }} as ris_participant_id,
        exam_global_id,
        source_row
    from {{ lake('gia_ris', 'registrations') }} as registration_rows
    where not coalesce(is_deleted, false)

),

exam_days as (

    select distinct
        academic_year,
        gia_level,
        exam_global_id,
        subject_code
    from {{ lake('gia_ris', 'exam_days') }} as day_rows

),

sat as (

    select distinct
        academic_year,
        gia_level,
        {{ guid('ris_participant_id') }} as ris_participant_id,
        subject_code
    from {{ lake('gia_ris', 'tests') }} as test_rows

),

-- A base without dat_Exams may number exams by their subjects. It is believed only when the works prove it: of 100
-- works at least 90 belong to a participant registered under the number of the work's subject.
numbered_by_subject as (

    select
        sat.academic_year,
        sat.gia_level
    from sat
    left join (
        select distinct
            academic_year,
            gia_level,
            ris_participant_id,
            exam_global_id
        from registrations
    ) as own
        on
            sat.academic_year = own.academic_year
            and sat.gia_level = own.gia_level
            and sat.ris_participant_id = own.ris_participant_id
            and sat.subject_code = own.exam_global_id
    where (sat.academic_year, sat.gia_level) not in (select academic_year, gia_level from exam_days)
    group by
        sat.academic_year,
        sat.gia_level
    having count(own.exam_global_id) * 10 >= count(*) * 9

)

select distinct
    registrations.academic_year,
    registrations.gia_level,
    participants.main_participant_id,
    coalesce(exam_days.subject_code, case when numbered.gia_level is not null then registrations.exam_global_id end)
        as subject_code
from registrations
inner join {{ ref('stg_gia_ris__participants') }} as participants
    on
        registrations.academic_year = participants.academic_year
        and registrations.gia_level = participants.gia_level
        and registrations.ris_participant_id = participants.ris_participant_id
left join exam_days
    on
        registrations.academic_year = exam_days.academic_year
        and registrations.gia_level = exam_days.gia_level
        and registrations.exam_global_id = exam_days.exam_global_id
left join numbered_by_subject as numbered
    on
        registrations.academic_year = numbered.academic_year
        and registrations.gia_level = numbered.gia_level
left join {{ ref('subjects') }} as subjects
    on
        coalesce(exam_days.subject_code, registrations.exam_global_id) = subjects.subject_code
        and {{ in_force('subjects', 'registrations.academic_year') }}
where
    (exam_days.subject_code is not null or numbered.gia_level is not null)
    and coalesce(subjects.is_counted, true)
