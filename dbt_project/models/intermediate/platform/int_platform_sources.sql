-- Half-years for which a municipality's usage was delivered; rows without a school speak for every municipality.
with used as (

    select distinct
        academic_year,
        period,
        school_code
    from {{ ref('int_platform_usage') }}
    where is_in_half_year
    union
    select distinct
        academic_year,
        period,
        area_code as school_code
    from {{ ref('int_platform_unnamed') }}
    where area_kind = 'school'

)

-- Two joins, each by its keys: one with «or» compares every school with every other.
select
    active_schools.academic_year,
    active_schools.municipality_code,
    used.period
from used
inner join {{ ref('int_active_schools') }} as active_schools
    on
        used.academic_year = active_schools.academic_year
        and used.school_code = active_schools.school_code
union
select
    active_schools.academic_year,
    active_schools.municipality_code,
    used.period
from used
inner join {{ ref('int_active_schools') }} as active_schools
    on used.academic_year = active_schools.academic_year
where used.school_code is null
