-- How many users more an area may have, by platforms that name nobody: a sum of daily users is at least the users.
with months as (

    select
        halves.academic_year,
        halves.period,
        months.school_code,
        months.staff_daily_users
    from {{ ref('int_half_years') }} as halves
    inner join {{ ref('stg_platform_aggregate__months') }} as months
        on
            halves.academic_year = months.academic_year
            and months.period_start <= halves.last_day
            and months.period_end >= halves.first_day
    inner join {{ ref('platforms') }} as platforms
        on
            months.platform_code = platforms.platform_code
            and platforms.first_academic_year <= months.academic_year
            and coalesce(platforms.last_academic_year, months.academic_year) >= months.academic_year
    where
        platforms.is_approved
        and platforms.platform_class <> 'journal'

)

select
    areas.academic_year,
    areas.municipality_code,
    areas.area_kind,
    areas.area_code,
    months.period,
    cast(sum(coalesce(months.staff_daily_users, 0)) as bigint) as users_at_most
from months
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
