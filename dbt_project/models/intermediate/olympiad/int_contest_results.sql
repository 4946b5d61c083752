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

-- Who has a row that tells no grade: rows of ВсОШ are asked for nobody else's.
people_without_a_grade as (

    select distinct
        academic_year,
        person_id
    from {{ ref('stg_contest_participation__participations') }}
    where
        person_id is not null
        and grade is null

),

known_study_grades as (

    select
        results.academic_year,
        results.person_id,
        max(results.study_grade) as study_grade
    from {{ ref('int_olympiad_results') }} as results
    inner join people_without_a_grade
        on
            results.academic_year = people_without_a_grade.academic_year
            and results.person_id = people_without_a_grade.person_id
    group by
        results.academic_year,
        results.person_id

),

candidates as (

    select
        academic_year,
        person_id,
        candidate_person_id
    from {{ candidates('contest') }} as everybody

),

people_in_doubt as (

    select distinct
        academic_year,
        candidate_person_id
    from candidates

),

told_study as (

    select
        results.academic_year,
        results.person_id,
        max(results.study_grade_low) as certain_low,
        max(results.study_grade_high) as certain_high,
        cast(null as integer) as doubtful_low,
        cast(null as integer) as doubtful_high
    from {{ ref('int_olympiad_results') }} as results
    inner join people_in_doubt
        on
            results.academic_year = people_in_doubt.academic_year
            and results.person_id = people_in_doubt.candidate_person_id
    where results.alternative_person_id is null
    group by
        results.academic_year,
        results.person_id
    union all
    select
        results.academic_year,
        candidates.candidate_person_id as person_id,
        cast(null as integer) as certain_low,
        cast(null as integer) as certain_high,
        min(results.study_grade_low) as doubtful_low,
        max(results.study_grade_high) as doubtful_high
    from {{ ref('int_olympiad_results') }} as results
    inner join candidates
        on
            results.academic_year = candidates.academic_year
            and results.person_id = candidates.person_id
    where results.alternative_person_id is not null
    group by
        results.academic_year,
        candidates.candidate_person_id

),

candidate_grades as (

    select
        names.academic_year,
        names.person_id,
        names.candidate_person_id,
        max(told_study.certain_low) as certain_low,
        max(told_study.certain_high) as certain_high,
        min(told_study.doubtful_low) as doubtful_low,
        max(told_study.doubtful_high) as doubtful_high
    from {{ standing_for('contest') }} as names
    left join told_study
        on
            names.academic_year = told_study.academic_year
            and names.candidate_person_id = told_study.person_id
    group by
        names.academic_year,
        names.person_id,
        names.candidate_person_id

),

possible_study_grades as (

    select
        academic_year,
        person_id,
        case when bool_or(certain_low is null) then 0 else min(certain_low) end as low,
        greatest(max(certain_high), max(doubtful_high)) as high
    from candidate_grades
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
        case
            when participations.grade is not null or possible_study_grades.person_id is null
                then coalesce(participations.grade, known_study_grades.study_grade)
            else possible_study_grades.low
        end as study_grade_low,
        case
            when participations.grade is not null or possible_study_grades.person_id is null
                then coalesce(participations.grade, known_study_grades.study_grade)
            else possible_study_grades.high
        end as study_grade_high,
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
    left join possible_study_grades
        on
            participations.academic_year = possible_study_grades.academic_year
            and participations.person_id = possible_study_grades.person_id

),

judged as (

    select
        described.*,
        subjects.subject,
        described.person_id is not null
        and described.is_approved
        and described.is_in_year
        and subjects.subject is not null as counts_by_event
    from described
    left join {{ ref('subjects') }} as subjects
        on
            described.subject_code = subjects.subject_code
            and subjects.subject <> 'other'
            and {{ in_force('subjects', 'described.academic_year') }}

)

select
    academic_year,
    school_code,
    person_id,
    alternative_person_id,
    contest_code,
    subject,
    study_grade,
    -- Other subjects and grades are outside of the indicator: not counted, and not excluded either.
    coalesce(study_grade between 8 and 11, true)
    and (subject is not null or subject_code is null) as is_in_scope,
    case
        when person_id is null then 'person_unmatched'
        when not is_approved then 'not_approved'
        when not is_in_year then 'outside_year'
        when study_grade is null then 'grade_unknown'
        when subject is null then 'subject_unknown'
    end as exclusion_reason,
    counts_by_event and coalesce(study_grade_low >= 8 and study_grade_high <= 11, false) as is_sure,
    counts_by_event and coalesce(study_grade_high >= 8 and study_grade_low <= 11, false) as may_count,
    delivery_id,
    list_delivery_id,
    source_sheet,
    source_row
from judged
