-- Graduates with their admission to ГИА, each once, whoever tells them: the schools' lists or the base of РИС.
with told as (

    select
        lists.*,
        1 as source_order
    from {{ ref('stg_gia_admission__admissions') }} as lists
    union all
    select
        base.*,
        0 as source_order
    from {{ ref('stg_gia_ris__admissions') }} as base

),

-- The later source names the school and the admission; what it leaves blank the other one fills.
ranked as (

    select
        told.*,
        row_number() over (
            partition by academic_year, gia_level, person_id
            order by as_of desc, is_admitted desc, source_order asc nulls last
        ) as preference,
        max(subjects_chosen) over (partition by academic_year, gia_level, person_id) as any_chosen,
        max(exam_form) over (partition by academic_year, gia_level, person_id) as any_form,
        max(case when has_two_exams_right then 1 else 0 end) over (
            partition by academic_year, gia_level, person_id
        ) = 1 as any_right,
        sum(merged_rows) over (partition by academic_year, gia_level, person_id) as all_rows
    from told

)

select
    academic_year,
    gia_level,
    school_code,
    is_admitted,
    coalesce(exam_form, any_form) as exam_form,
    coalesce(subjects_chosen, any_chosen) as subjects_chosen,
    participant_category,
    any_right as has_two_exams_right,
    person_id,
    alternative_person_id,
    as_of,
    delivery_id,
    source_sheet,
    source_row,
    cast(all_rows as bigint) as merged_rows
from ranked
where preference = 1
