with years as (

    select academic_year from {{ years_to_build('olympiad') }} as olympiad_years
    union
    select academic_year from {{ years_to_build('contest') }} as contest_years

),

all_stages as (

    select
        academic_year,
        'school' as stage,
        school_code,
        subject_code,
        person_token,
        person_id,
        alternative_person_id,
        performance_grade as row_grade,
        performance_grade,
        study_grade,
        score,
        award_status,
        true as is_final,
        delivery_id,
        source_sheet,
        source_row
    from {{ ref('stg_vsosh_school_stage__results') }}
    union all
    select
        academic_year,
        'school' as stage,
        school_code,
        subject_code,
        person_token,
        person_id,
        alternative_person_id,
        performance_grade as row_grade,
        performance_grade,
        study_grade,
        score,
        award_status,
        true as is_final,
        delivery_id,
        source_sheet,
        source_row
    from {{ ref('stg_vsosh_sirius__results') }}
    union all
    select
        academic_year,
        stage,
        school_code,
        subject_code,
        person_token,
        person_id,
        alternative_person_id,
        performance_grade as row_grade,
        performance_grade,
        study_grade,
        score,
        award_status,
        true as is_final,
        delivery_id,
        source_sheet,
        source_row
    from {{ ref('stg_vsosh_portal__results') }}
    union all
    select
        academic_year,
        'municipal' as stage,
        school_code,
        subject_code,
        person_token,
        person_id,
        alternative_person_id,
        grade as row_grade,
        performance_grade,
        study_grade,
        score,
        award_status,
        is_final,
        delivery_id,
        source_sheet,
        source_row
    from {{ ref('stg_vsosh_municipal_protocol__results') }}

),

of_the_years as (

    select all_stages.*
    from all_stages
    inner join years
        on all_stages.academic_year = years.academic_year

),

-- Rows of all subjects tell a pupil's grade; where they disagree the higher one stands.
known_study_grades as (

    select
        academic_year,
        person_id,
        max(study_grade) as study_grade
    from of_the_years
    where
        study_grade is not null
        and person_id is not null
    group by
        academic_year,
        person_id

),

-- A pupil performs at the municipal stage for the grade of the school stage; protocols by grade of study do not say it.
known_performance_grades as (

    select
        academic_year,
        person_id,
        subject_code,
        max(performance_grade) as performance_grade
    from of_the_years
    where
        stage = 'school'
        and person_id is not null
    group by
        academic_year,
        person_id,
        subject_code

),

graded as (

    select
        of_the_years.academic_year,
        of_the_years.stage,
        subjects.subject,
        of_the_years.school_code,
        of_the_years.person_token,
        of_the_years.person_id,
        of_the_years.alternative_person_id,
        of_the_years.row_grade,
        coalesce(of_the_years.study_grade, known_study_grades.study_grade, of_the_years.row_grade) as study_grade,
        coalesce(of_the_years.performance_grade, known_performance_grades.performance_grade) as performance_grade,
        of_the_years.score,
        of_the_years.award_status,
        of_the_years.is_final,
        of_the_years.delivery_id,
        of_the_years.source_sheet,
        of_the_years.source_row
    from of_the_years
    inner join {{ ref('subjects') }} as subjects
        on
            of_the_years.subject_code = subjects.subject_code
            and subjects.subject <> 'other'
            and {{ in_force('subjects', 'of_the_years.academic_year') }}
    left join known_study_grades
        on
            of_the_years.academic_year = known_study_grades.academic_year
            and of_the_years.person_id = known_study_grades.person_id
    left join known_performance_grades
        on
            of_the_years.academic_year = known_performance_grades.academic_year
            and of_the_years.person_id = known_performance_grades.person_id
            and of_the_years.subject_code = known_performance_grades.subject_code

)

select
    academic_year,
    stage,
    subject,
    school_code,
    person_token,
    person_id,
    alternative_person_id,
    row_grade,
    study_grade,
    performance_grade,
    study_grade between 8 and 11 as is_in_scope,
    case
        when person_id is null then 'person_unmatched'
        when score is null then 'no_score'
    end as exclusion_reason,
    coalesce(award_status, 'participant') as award_status,
    is_final,
    delivery_id,
    source_sheet,
    source_row
from graded
