with source_rows as (

    select * from {{ lake('gia_admission', 'admissions') }}

),

named as (

    select
        source_rows.academic_year,
        source_rows.gia_level,
        source_rows.school_code,
        coalesce(source_rows.is_admitted, false) as is_admitted,
        source_rows.exam_form,
        nullif(trim(source_rows.subjects_chosen), '') as subjects_chosen,
        coalesce(source_rows.participant_category, 'current') as participant_category,
        coalesce(source_rows.has_two_exams_right, false) as has_two_exams_right,
        person.person_id,
        person.alternative_person_id,
        source_rows.as_of,
        source_rows.delivery_id,
        source_rows.reading_id,
        source_rows.source_sheet,
        source_rows.source_row
    from source_rows
    {{ join_person('gia_admission', 'source_rows') }}

),

-- A pupil who moved stands in two lists: the later one names the school that was finished.
ranked as (

    select
        named.*,
        row_number() over (
            partition by academic_year, gia_level, person_id
            order by as_of desc, is_admitted desc, reading_id desc, source_row asc nulls last
        ) as preference,
        count(*) over (partition by academic_year, gia_level, person_id) as merged_rows
    from named
    where person_id is not null

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
