with scaffold as (

    select figures.*
    from {{ ref('int_figure_scaffold') }} as figures
    inner join {{ years_to_build('gia') }} as years
        on figures.academic_year = years.academic_year
    where figures.indicator_code = 'I1'

),

excluded as (

    select
        academic_year,
        municipality_code,
        area_kind,
        area_code,
        gia_level,
        cast(sum(n) as bigint) as n
    from {{ ref('int_gia_area_excluded') }}
    group by
        academic_year,
        municipality_code,
        area_kind,
        area_code,
        gia_level

),

counted as (

    select
        scaffold.*,
        coalesce(sources.has_people, false)
        and (scaffold.denominator_kind = 'admitted' or coalesce(contingent.is_complete_with_movement, false)) as has_people,
        coalesce(sources.has_return_only, false)
        and scaffold.gia_level = '11'
        and scaffold.cutoff = 'main'
        and scaffold.denominator_kind = 'admitted'
        and coalesce(bounds.is_complete, false) as has_bounds,
        coalesce(counts.passed, 0) as passed,
        coalesce(counts.passed_low, 0) as passed_low,
        coalesce(counts.passed_high, 0) as passed_high,
        case
            when scaffold.denominator_kind = 'admitted' then coalesce(counts.graduates_low, 0)
            else coalesce(enrolled.pupils, 0)
        end as denominator_low,
        case
            when scaffold.denominator_kind = 'admitted' then coalesce(counts.graduates_high, 0)
            else coalesce(enrolled.pupils, 0)
        end as denominator_high,
        bounds.graduates as bounded_graduates,
        bounds.passed_low as bounded_low,
        bounds.passed_high as bounded_high,
        coalesce(counts.pending, 0) as pending,
        coalesce(counts.ambiguous, 0) as ambiguous,
        coalesce(excluded.n, 0) as excluded
    from scaffold
    left join {{ ref('int_gia_area_sources') }} as sources
        on {{ same_area('scaffold', 'sources') }}
        and scaffold.gia_level = sources.gia_level
    left join {{ ref('int_area_contingent') }} as contingent
        on {{ same_area('scaffold', 'contingent') }}
    left join {{ ref('int_gia_area_enrolled') }} as enrolled
        on {{ same_area('scaffold', 'enrolled') }}
        and scaffold.gia_level = enrolled.gia_level
    left join {{ ref('int_gia_area_counts') }} as counts
        on {{ same_area('scaffold', 'counts') }}
        and scaffold.gia_level = counts.gia_level
        and scaffold.cutoff = counts.cutoff
    left join {{ ref('int_gia_area_bounds') }} as bounds
        on {{ same_area('scaffold', 'bounds') }}
    left join excluded
        on {{ same_area('scaffold', 'excluded') }}
        and scaffold.gia_level = excluded.gia_level

),

judged as (

    select
        counted.*,
        has_people
        and passed_low = passed_high
        and denominator_low = denominator_high as is_point
    from counted

)

select
    {% for key in figure_keys() -%}
    {{ key }},
    {% endfor -%}
    cast(case when is_point then passed end as bigint) as numerator,
    cast(
        case
            when has_people and denominator_low = denominator_high then denominator_high
            when has_bounds then bounded_graduates
        end as bigint
    ) as denominator,
    cast(
        case
            when is_point then null
            when has_people then {{ share('passed_low', 'denominator_high') }}
            when has_bounds then {{ share('bounded_low', 'bounded_graduates') }}
        end as {{ dbl() }}
    ) as value_low,
    cast(
        case
            when is_point then null
            when has_people and denominator_low = denominator_high then {{ share('passed_high', 'denominator_low') }}
            when has_people then least(100, {{ share('passed_high', 'denominator_low') }})
            when has_bounds then {{ share('bounded_high', 'bounded_graduates') }}
        end as {{ dbl() }}
    ) as value_high,
    case
        when is_point or not (has_people or has_bounds) then 'point'
        when has_bounds and bounded_graduates = 0 then 'point'
        else 'interval'
    end as value_kind,
    cast(case when has_people then pending else 0 end as bigint) as n_pending,
    cast(case when has_people then ambiguous else 0 end as bigint) as n_ambiguous,
    cast(case when has_people then excluded else 0 end as bigint) as n_excluded,
    has_people or has_bounds as has_source
from judged
