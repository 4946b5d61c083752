with pair_years as (

    select distinct
        municipality_code,
        academic_year,
        half,
        area_scope,
        pair_id,
        member_pair_id
    from {{ ref('int_network_areas') }}

),

-- The register of events is one for the municipality: a pair without events in a delivered register had none.
events as (

    select distinct
        rows.academic_year,
        pairs.municipality_code
    from {{ lake('events', 'events') }} as rows
    inner join {{ ref('int_network_pairs') }} as pairs
        on rows.agreement_number = pairs.pair_id

),

plans as (

    select distinct
        academic_year,
        pair_id
    from {{ ref('int_network_plan_items') }}

)

select
    pair_years.academic_year,
    pair_years.half,
    pair_years.municipality_code,
    pair_years.area_scope,
    pair_years.pair_id,
    count(events.municipality_code) > 0 as has_events,
    count(plans.pair_id) > 0 as has_plan
from pair_years
left join events
    on
        pair_years.academic_year = events.academic_year
        and pair_years.municipality_code = events.municipality_code
left join plans
    on
        pair_years.academic_year = plans.academic_year
        and pair_years.member_pair_id = plans.pair_id
group by
    pair_years.academic_year,
    pair_years.half,
    pair_years.municipality_code,
    pair_years.area_scope,
    pair_years.pair_id
