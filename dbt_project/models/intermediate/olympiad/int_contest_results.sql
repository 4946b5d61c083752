-- Participation in contests, each row with the reason why it does not count, if there is one.
with years as (

    select
        academic_years.academic_year,
        academic_years.first_day,
        academic_years.last_day
    from {{ ref('int_academic_years') }} as academic_years
    inner join {{ years_to_build('contest') }} as to_build
        on academic_years.academic_year = to_build.academic_year

),

known_study_grades as (

    select
        academic_year,
        person_id,
        max(study_grade) as study_grade
    from {{ ref('int_olympiad_results') }}
    where person_id is not null
    group by
        academic_year,
        person_id

),

described as (

    select
        participations.academic_year,
        participations.school_code,
        participations.person_id,
        participations.alternative_person_id,
        participations.contest_code,
        coalesce(participations.grade, known_study_grades.study_grade) as study_grade,
        participations.event_date between years.first_day and years.last_day as is_in_year,
        coalesce(contests.is_approved, false) as is_approved,
        coalesce(contests.subject_code, participations.subject_code) as subject_code,
        participations.delivery_id,
        contests.delivery_id as list_delivery_id,
        participations.source_sheet,
        participations.source_row
    from {{ ref('stg_contest_participation__participations') }} as participations
    inner join years
        on participations.academic_year = years.academic_year
    left join {{ ref('stg_contest_list__contests') }} as contests
        on
            participations.academic_year = contests.academic_year
            and participations.contest_code = contests.contest_code
    left join known_study_grades
        on
            participations.academic_year = known_study_grades.academic_year
            and participations.person_id = known_study_grades.person_id

)

select
    described.academic_year,
    described.school_code,
    described.person_id,
    described.alternative_person_id,
    described.contest_code,
    subjects.subject,
    described.study_grade,
    -- Other subjects and grades are outside of the indicator: not counted, and not excluded either.
    coalesce(described.study_grade between 8 and 11, true)
    and (subjects.subject is not null or described.subject_code is null) as is_in_scope,
    case
        when described.person_id is null then 'person_unmatched'
        when not described.is_approved then 'not_approved'
        when not described.is_in_year then 'outside_year'
        when described.study_grade is null then 'grade_unknown'
        when subjects.subject is null then 'subject_unknown'
    end as exclusion_reason,
    described.delivery_id,
    described.list_delivery_id,
    described.source_sheet,
    described.source_row
from described
left join {{ ref('subjects') }} as subjects
    on
        described.subject_code = subjects.subject_code
        and subjects.subject <> 'other'
        and {{ in_force('subjects', 'described.academic_year') }}
