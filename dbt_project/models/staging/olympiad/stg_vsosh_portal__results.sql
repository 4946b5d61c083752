with source_rows as (

    select * from {{ lake('vsosh_portal', 'results') }}

),

resolved as (

    select
        source_rows.academic_year,
        source_rows.olympiad_stage as stage,
        coalesce(source_rows.school_code, named_school.school_code) as school_code,
        source_rows.subject_code,
        source_rows.performance_grade,
        source_rows.grade as study_grade,
        source_rows.score,
        source_rows.award_status,
        source_rows.person_token,
        person.person_id,
        person.alternative_person_id,
        source_rows.as_of,
        source_rows.delivery_id,
        source_rows.reading_id,
        source_rows.source_sheet,
        source_rows.source_row,
        case when person.person_id is null then {{ row_identity('source_rows') }} end as unmatched_row
    from source_rows
    {{ join_person('vsosh_portal', 'source_rows') }}
    {{ join_named_school('source_rows') }}

)

select
    academic_year,
    stage,
    school_code,
    subject_code,
    performance_grade,
    study_grade,
    score,
    award_status,
    person_token,
    person_id,
    alternative_person_id,
    as_of,
    delivery_id,
    reading_id,
    source_sheet,
    source_row,
    unmatched_row
from resolved
