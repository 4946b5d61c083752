with areas as (

    select distinct
        academic_year,
        half,
        municipality_code,
        area_scope,
        pair_id
    from {{ ref('int_network_areas') }}

),

kinds as (

    select
        areas.academic_year,
        areas.half,
        areas.municipality_code,
        areas.area_scope,
        areas.pair_id,
        events.activity_type,
        events.event_format,
        count(*) as events
    from {{ ref('int_network_areas') }} as areas
    inner join {{ ref('int_network_events') }} as events
        on
            areas.member_pair_id = events.pair_id
            and areas.academic_year = events.academic_year
            and areas.half = events.half
    where events.is_done
    group by
        areas.academic_year,
        areas.half,
        areas.municipality_code,
        areas.area_scope,
        areas.pair_id,
        events.activity_type,
        events.event_format

),

shares as (

    select
        *,
        sum(events) over (partition by academic_year, half, municipality_code, area_scope, pair_id) as total
    from kinds

),

totals as (

    select
        academic_year,
        half,
        municipality_code,
        area_scope,
        pair_id,
        max(total) as total,
        count(*) as richness,
        -- Rounded: the last digits of a sum of fractions depend on the order in which the engine adds.
        round(exp(-sum(cast(events as {{ dbl() }}) / total * ln(cast(events as {{ dbl() }}) / total))), 12) as effective_types
    from shares
    group by
        academic_year,
        half,
        municipality_code,
        area_scope,
        pair_id

),

-- Equal n for areas of one kind in a half-year: the smallest number of events that is not too small.
equal_sizes as (

    select
        totals.academic_year,
        totals.half,
        totals.area_scope,
        min(totals.total) as n
    from totals
    inner join {{ ref('network_rules') }} as rules
        on
            rules.first_academic_year <= totals.academic_year
            and coalesce(rules.last_academic_year, totals.academic_year) >= totals.academic_year
    where totals.total >= rules.rarefaction_minimum
    group by
        totals.academic_year,
        totals.half,
        totals.area_scope

),

-- A kind is met among n events of N unless all n come from the N - N_i others (hypergeometric).
rarefied as (

    select
        shares.academic_year,
        shares.half,
        shares.municipality_code,
        shares.area_scope,
        shares.pair_id,
        max(equal_sizes.n) as n,
        round(sum(
            1 - case
                when shares.total - shares.events < equal_sizes.n then 0
                else exp(
                    {{ log_factorial('shares.total - shares.events') }}
                    - {{ log_factorial('shares.total - shares.events - equal_sizes.n') }}
                    - {{ log_factorial('shares.total') }}
                    + {{ log_factorial('shares.total - equal_sizes.n') }}
                )
            end
        ), 12) as kinds
    from shares
    inner join equal_sizes
        on
            shares.academic_year = equal_sizes.academic_year
            and shares.half = equal_sizes.half
            and shares.area_scope = equal_sizes.area_scope
            and shares.total >= equal_sizes.n
    group by
        shares.academic_year,
        shares.half,
        shares.municipality_code,
        shares.area_scope,
        shares.pair_id

),

joined as (

    select
        areas.*,
        coalesce(totals.total, 0) as total,
        coalesce(totals.richness, 0) as richness,
        totals.effective_types,
        rarefied.n,
        rarefied.kinds
    from areas
    left join totals
        on
            areas.academic_year = totals.academic_year
            and areas.half = totals.half
            and areas.municipality_code = totals.municipality_code
            and areas.area_scope = totals.area_scope
            and areas.pair_id = totals.pair_id
    left join rarefied
        on
            areas.academic_year = rarefied.academic_year
            and areas.half = rarefied.half
            and areas.municipality_code = rarefied.municipality_code
            and areas.area_scope = rarefied.area_scope
            and areas.pair_id = rarefied.pair_id

),

components as (

    select
        academic_year, half, municipality_code, area_scope, pair_id,
        'effective_types' as component,
        cast(null as bigint) as numerator,
        cast(total as bigint) as denominator,
        effective_types as value,
        case when total = 0 then 'z' end as symbol
    from joined
    union all
    select
        academic_year, half, municipality_code, area_scope, pair_id,
        'richness' as component,
        cast(richness as bigint) as numerator,
        cast(total as bigint) as denominator,
        cast(richness as {{ dbl() }}) as value,
        cast(null as {{ text() }}) as symbol
    from joined
    union all
    select
        academic_year, half, municipality_code, area_scope, pair_id,
        'rarefied' as component,
        cast(null as bigint) as numerator,
        cast(n as bigint) as denominator,
        kinds as value,
        case when kinds is null then 'z' end as symbol
    from joined

)

select
    academic_year,
    half,
    municipality_code,
    area_scope,
    pair_id,
    component,
    'z' as plan_version,
    numerator,
    denominator,
    value,
    symbol
from components
