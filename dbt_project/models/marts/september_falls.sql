with falls as (

    select * from {{ part('part_gia_falls') }} as every_year

),

schools as (
    select * from {{ ref('int_schools') }}
),

subjects as (
    select * from {{ ref('dim_subject') }}
)

select
    falls.academic_year,
    schools.municipality_code,
    falls.school_code,
    cast(falls.gia_level as {{ text() }}) as gia_level,
    -- A number of the list, which says nothing outside it.
    cast(
        dense_rank() over (
            partition by falls.academic_year
            order by falls.school_code asc nulls last, falls.gia_level asc nulls last, falls.person_id asc nulls last
        ) as bigint
    ) as person_number,
    falls.subject_code,
    case when falls.gia_level = 9 then subjects.subject_name_9 else subjects.subject_name_11 end as subject_name,
    falls.mark_before,
    falls.outcome_after,
    falls.mark_after,
    falls.exam_date,
    falls.delivery_id,
    falls.source_sheet,
    falls.source_row
from falls
left join schools
    on falls.school_code = schools.school_code
left join subjects
    on falls.subject_code = subjects.subject_code
