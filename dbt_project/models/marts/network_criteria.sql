with components as (

    select * from {{ ref('int_network_goal') }}
    union all
    select * from {{ ref('int_network_activity') }}
    union all
    select * from {{ ref('int_network_leadership') }}
    union all
    select * from {{ ref('int_network_variety') }}
    union all
    select * from {{ ref('int_network_fulfilment') }}

),

rule_version as (

    select coalesce(max(case when name = 'rule_version' then value end), 'unversioned') as rule_version
    from {{ source('run', 'settings') }}

),

described as (

    select
        components.*,
        meta.criterion,
        meta.is_official,
        meta.counts_people,
        coalesce(
            (meta.criterion in ('C2', 'C3', 'C4') or components.component = 'formal') and not sources.has_events
            or (meta.criterion = 'C5' and components.component <> 'formal' and not sources.has_plan)
            or components.symbol = 'x',
            false
        ) as is_unavailable
    from components
    inner join {{ ref('network_components') }} as meta
        on
            components.component = meta.component
            and components.plan_version = meta.plan_version
            and {{ in_force('meta', 'components.academic_year') }}
    left join {{ ref('int_network_sources') }} as sources
        on
            components.academic_year = sources.academic_year
            and components.half = sources.half
            and components.municipality_code = sources.municipality_code
            and components.area_scope = sources.area_scope
            and components.pair_id = sources.pair_id

)

select
    described.academic_year,
    described.half,
    described.municipality_code,
    described.area_scope as scope,
    described.pair_id,
    described.criterion,
    described.component,
    described.plan_version,
    case when not described.is_unavailable then cast(described.numerator as bigint) end as numerator,
    case when not described.is_unavailable then cast(described.denominator as bigint) end as denominator,
    case when not described.is_unavailable then cast(described.value as {{ dbl() }}) end as value,
    case when described.is_unavailable then 'x' else described.symbol end as symbol,
    described.is_official,
    described.counts_people,
    rule_version.rule_version
from described
cross join rule_version
