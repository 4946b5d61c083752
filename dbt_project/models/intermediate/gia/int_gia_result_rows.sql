-- Results of exams, each once, whoever tells them: protocols or the base of РИС.
with told as (

    select
        protocols.*,
        1 as merged_rows,
        1 as source_order
    from {{ ref('stg_gia_protocol__results') }} as protocols
    union all
    select
        base.*,
        0 as source_order
    from {{ ref('stg_gia_ris__results') }} as base

),

-- Nobody sits one subject twice on a day: rows of that key are one fact told several times. Of two sources the later state
-- stands, and of equal ones the base; of protocols the one that an appeal changed.
ranked as (

    select
        *,
        row_number() over (
            partition by academic_year, gia_level, person_id, subject_code, is_oral_part, exam_date
            order by
                case when protocol_state = 'final' then 0 else 1 end,
                as_of desc,
                case when treatment = 'ignored' then 1 else 0 end,
                source_order asc nulls last,
                case when result_status = 'appeal_changed' then 0 else 1 end,
                reading_id desc,
                source_row asc nulls last
        ) as preference,
        sum(merged_rows) over (
            partition by academic_year, gia_level, person_id, subject_code, is_oral_part, exam_date
        ) as all_rows
    from told

)

select
    academic_year,
    gia_level,
    subject_code,
    is_oral_part,
    exam_form,
    exam_date,
    protocol_state,
    school_code,
    participant_category,
    primary_mark,
    test_mark,
    mark,
    result_status,
    treatment,
    person_id,
    alternative_person_id,
    as_of,
    delivery_id,
    source_sheet,
    source_row,
    cast(all_rows as bigint) as merged_rows
from ranked
where preference = 1
