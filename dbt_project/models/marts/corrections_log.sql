with named_schools as (

    select
        school_name,
        min(school_code) as school_code
    from {{ school_lookup() }} as lookup
    where school_code is not null
    group by school_name
    having count(distinct school_code) = 1

),

resolved as (

    select
        corrections.*,
        coalesce(corrections.school_code, named_schools.school_code) as known_school_code
    from {{ source('inputs', 'corrections') }} as corrections
    left join named_schools
        on
            corrections.school_name = named_schools.school_name
            and corrections.school_code is null

)

select
    resolved.academic_year,
    schools.municipality_code,
    resolved.known_school_code as school_code,
    resolved.source,
    resolved.entity,
    resolved.row_key,
    case
        when resolved.person_token is not null
            then cast(
                dense_rank() over (partition by resolved.academic_year order by resolved.person_token asc nulls last) as bigint
            )
    end as person_number,
    resolved.field,
    resolved.value_before,
    resolved.value_after,
    resolved.kind,
    resolved.reason,
    resolved.delivery_before,
    resolved.delivery_after,
    cast(resolved.as_of_before as date) as as_of_before,
    cast(resolved.as_of_after as date) as as_of_after
from resolved
left join {{ ref('int_schools') }} as schools
    on resolved.known_school_code = schools.school_code
