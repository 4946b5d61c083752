-- What: a school has figures only in years in which it is active (its validity overlaps 1 September to 31 August).
-- When it matters: a closed or not yet opened school would print as «no data» and enter every comparison.
-- How to resolve: look at int_area_schools and at the dates of the register.
select
    figures.academic_year,
    figures.area_code
from {{ ref('indicator_values') }} as figures
left join {{ ref('int_active_schools') }} as active_schools
    on
        figures.academic_year = active_schools.academic_year
        and figures.area_code = active_schools.school_code
where
    figures.area_kind = 'school'
    and active_schools.school_code is null
