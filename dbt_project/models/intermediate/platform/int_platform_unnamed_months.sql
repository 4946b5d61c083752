-- What approved platforms that name nobody tell of a half-year, row by row: users of each day summed over days.
select
    halves.academic_year,
    halves.period,
    months.school_code,
    coalesce(months.staff_daily_users, 0) as staff_daily_users,
    months.delivery_id,
    months.source_sheet,
    months.source_row
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
