with rule_version as (

    select coalesce(max(case when name = 'rule_version' then value end), 'unversioned') as rule_version
    from {{ source('run', 'settings') }}

)

select
    duties.academic_year,
    duties.half,
    duties.municipality_code,
    duties.pair_id,
    pairs.supported_school_code,
    pairs.partner_school_code,
    duties.duty_code,
    duties.state,
    cast(duties.minimum as bigint) as minimum,
    cast(duties.planned as bigint) as planned,
    cast(duties.done as bigint) as done,
    cast(duties.overdue as bigint) as overdue,
    duties.meets_minimum,
    cast(duties.hours as {{ dbl() }}) as hours,
    cast(duties.people as bigint) as people,
    cast(duties.evidence_count as bigint) as evidence_count,
    cast(duties.formal as bigint) as formal,
    duties.formal_reasons,
    cast(null as {{ text() }}) as symbol,
    rule_version.rule_version
from {{ ref('int_network_duties') }} as duties
inner join {{ ref('int_network_pairs') }} as pairs
    on duties.pair_id = pairs.pair_id
cross join rule_version
