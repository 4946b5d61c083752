select
    years.academic_year,
    schools.municipality_code,
    schools.school_code
from {{ ref('int_academic_years') }} as years
inner join {{ ref('int_schools') }} as schools
    on
        coalesce(schools.valid_from, years.first_day) <= years.last_day
        and coalesce(schools.valid_to, years.last_day) >= years.first_day
