with scaffold as (

    select figures.*
    from {{ ref('int_figure_scaffold') }} as figures
    inner join {{ years_to_build('platform') }} as years
        on figures.academic_year = years.academic_year
    where figures.indicator_code = 'I5'

),

delivered as (

    select
        areas.academic_year,
        areas.municipality_code,
        areas.area_kind,
        areas.area_code,
        halves.period,
        count(*) = count(sources.municipality_code) as is_delivered
    from {{ ref('int_area_municipalities') }} as areas
    inner join {{ ref('int_half_years') }} as halves
        on areas.academic_year = halves.academic_year
    left join {{ ref('int_platform_sources') }} as sources
        on
            areas.academic_year = sources.academic_year
            and areas.member_municipality_code = sources.municipality_code
            and halves.period = sources.period
    group by
        areas.academic_year,
        areas.municipality_code,
        areas.area_kind,
        areas.area_code,
        halves.period

),

excluded as (

    select
        academic_year,
        municipality_code,
        area_kind,
        area_code,
        period,
        cast(sum(n) as bigint) as n
    from {{ ref('int_platform_exclusions') }}
    group by
        academic_year,
        municipality_code,
        area_kind,
        area_code,
        period

),

counted as (

    select
        scaffold.*,
        coalesce(excluded.n, 0) as n_excluded,
        coalesce(counts.ambiguous, 0) as n_ambiguous,
        delivered.is_delivered and staff.is_complete as has_source,
        coalesce(counts.users_low, 0) as numerator_low,
        -- Whoever a platform without names counts may be any teacher who is not yet known to use one.
        case
            when coalesce(unnamed.users_at_most, 0) = 0 then coalesce(counts.users_high, 0)
            when scaffold.usage_level = 'L0' then coalesce(counts.teachers_high, 0)
            else least(coalesce(counts.teachers_high, 0), coalesce(counts.users_high, 0) + unnamed.users_at_most)
        end as numerator_high,
        case when scaffold.measure = 'share' then coalesce(counts.teachers_low, 0) end as denominator_low,
        case when scaffold.measure = 'share' then coalesce(counts.teachers_high, 0) end as denominator_high
    from scaffold
    left join delivered
        on {{ same_area('scaffold', 'delivered') }}
        and scaffold.period = delivered.period
    left join {{ ref('int_area_staff') }} as staff
        on {{ same_area('scaffold', 'staff') }}
        and scaffold.period = staff.period
    left join {{ ref('int_platform_counts') }} as counts
        on {{ same_area('scaffold', 'counts') }}
        and scaffold.period = counts.period
        and scaffold.usage_level = counts.usage_level
    left join {{ ref('int_platform_unnamed') }} as unnamed
        on {{ same_area('scaffold', 'unnamed') }}
        and scaffold.period = unnamed.period
    left join excluded
        on {{ same_area('scaffold', 'excluded') }}
        and scaffold.period = excluded.period

)

{{ figures_from_bounds('counted') }}
