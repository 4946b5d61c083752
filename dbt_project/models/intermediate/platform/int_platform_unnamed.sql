-- How many users more an area may have, by platforms that name nobody: a sum of daily users is at least the users.
select
    areas.academic_year,
    areas.municipality_code,
    areas.area_kind,
    areas.area_code,
    months.period,
    cast(sum(months.staff_daily_users) as bigint) as users_at_most
from {{ ref('int_platform_unnamed_months') }} as months
inner join {{ ref('int_area_schools') }} as areas
    on
        months.academic_year = areas.academic_year
        and months.school_code = areas.school_code
group by
    areas.academic_year,
    areas.municipality_code,
    areas.area_kind,
    areas.area_code,
    months.period
