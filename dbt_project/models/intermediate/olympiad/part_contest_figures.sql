with scaffold as (

    select figures.*
    from {{ ref('int_figure_scaffold') }} as figures
    inner join {{ years_to_build('contest') }} as years
        on figures.academic_year = years.academic_year
    where figures.indicator_code = 'I4'

),

delivered as (

    select
        areas.academic_year,
        areas.municipality_code,
        areas.area_kind,
        areas.area_code,
        count(*) = count(sources.municipality_code) as is_delivered
    from {{ ref('int_area_municipalities') }} as areas
    left join {{ ref('int_contest_sources') }} as sources
        on
            areas.academic_year = sources.academic_year
            and areas.member_municipality_code = sources.municipality_code
    group by
        areas.academic_year,
        areas.municipality_code,
        areas.area_kind,
        areas.area_code

),

excluded as (

    select
        academic_year,
        municipality_code,
        area_kind,
        area_code,
        cast(sum(n) as bigint) as n
    from {{ ref('int_contest_exclusions') }}
    group by
        academic_year,
        municipality_code,
        area_kind,
        area_code

),

counted as (

    select
        scaffold.*,
        coalesce(excluded.n, 0) as n_excluded,
        coalesce(counts.ambiguous, 0) as n_ambiguous,
        delivered.is_delivered and contingent.is_complete as has_source,
        coalesce(counts.pupils_low, 0) as numerator_low,
        coalesce(counts.pupils_high, 0) as numerator_high,
        contingent.pupils as denominator_low,
        contingent.pupils as denominator_high
    from scaffold
    left join delivered
        on {{ same_area('scaffold', 'delivered') }}
    left join {{ ref('int_contest_counts') }} as counts
        on {{ same_area('scaffold', 'counts') }}
    left join {{ ref('int_area_contingent') }} as contingent
        on {{ same_area('scaffold', 'contingent') }}
    left join excluded
        on {{ same_area('scaffold', 'excluded') }}

)

{{ figures_from_bounds('counted') }}
