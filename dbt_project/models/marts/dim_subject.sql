-- The latest rule of each code: a code keeps its meaning when its title changes.
with ranked as (

    select
        subjects.*,
        row_number() over (partition by subject_code order by first_academic_year desc) as preference
    from {{ ref('subjects') }} as subjects

)

select
    subject_code,
    base_subject_code,
    subject,
    subject_name,
    subject_name_9,
    subject_name_11,
    is_oral_part,
    is_counted
from ranked
where preference = 1
