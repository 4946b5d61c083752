with source_rows as (

    select * from {{ lake('vsosh_codes', 'codes') }}

),

resolved as (

    select
        source_rows.academic_year,
        coalesce(source_rows.school_code, named_school.school_code) as school_code,
        source_rows.grade as study_grade,
        source_rows.person_token,
        person.person_id,
        person.alternative_person_id,
        source_rows.as_of,
        source_rows.delivery_id,
        source_rows.reading_id,
        source_rows.source_sheet,
        source_rows.source_row
    from source_rows
    {{ join_person('vsosh_codes', 'source_rows') }}
    {{ join_named_school('source_rows') }}

)

select
    academic_year,
    school_code,
    study_grade,
    person_token,
    person_id,
    alternative_person_id,
    count(*) over (partition by academic_year, school_code, person_id) as codes_of_person,
    as_of,
    delivery_id,
    reading_id,
    source_sheet,
    source_row
from resolved
