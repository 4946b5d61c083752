with areas as (

    select distinct
        academic_year,
        half,
        half_index,
        municipality_code,
        area_scope,
        pair_id
    from {{ ref('int_network_areas') }}

),

active as (

    select
        active.*,
        min(active.half_index) over (
            partition by active.municipality_code, active.area_scope, active.pair_id, active.person_id
        ) as first_half_index
    from {{ ref('int_network_active') }} as active

),

pairs_of_halves as (

    select
        now_active.*,
        before_active.person_id is not null as was_active
    from active as now_active
    left join active as before_active
        on
            now_active.municipality_code = before_active.municipality_code
            and now_active.area_scope = before_active.area_scope
            and now_active.pair_id = before_active.pair_id
            and now_active.person_id = before_active.person_id
            and now_active.half_index = before_active.half_index + 1

),

counted as (

    select
        areas.academic_year,
        areas.half,
        areas.half_index,
        areas.municipality_code,
        areas.area_scope,
        areas.pair_id,
        count(people.person_id) as active,
        count(people.person_id) filter (where people.was_active) as stayed,
        count(people.person_id) filter (where people.first_half_index = areas.half_index) as newcomers
    from areas
    left join pairs_of_halves as people
        on
            areas.municipality_code = people.municipality_code
            and areas.area_scope = people.area_scope
            and areas.pair_id = people.pair_id
            and areas.half_index = people.half_index
    group by
        areas.academic_year,
        areas.half,
        areas.half_index,
        areas.municipality_code,
        areas.area_scope,
        areas.pair_id

),

compared as (

    select
        counted.*,
        previous.active as active_before,
        previous.half_index is not null as has_previous
    from counted
    left join counted as previous
        on
            counted.municipality_code = previous.municipality_code
            and counted.area_scope = previous.area_scope
            and counted.pair_id = previous.pair_id
            and counted.half_index = previous.half_index + 1

),

initiators as (

    select
        areas.academic_year,
        areas.half,
        areas.municipality_code,
        areas.area_scope,
        areas.pair_id,
        events.initiator,
        max(case when events.initiator_side in ('supported', 'partner', 'other_school') then 1 else 0 end) as is_school,
        count(*) as events
    from {{ ref('int_network_areas') }} as areas
    inner join {{ ref('int_network_events') }} as events
        on
            areas.member_pair_id = events.pair_id
            and areas.academic_year = events.academic_year
            and areas.half = events.half
    where events.is_done and events.initiator is not null
    group by
        areas.academic_year,
        areas.half,
        areas.municipality_code,
        areas.area_scope,
        areas.pair_id,
        events.initiator

),

initiated as (

    select
        areas.academic_year,
        areas.half,
        areas.municipality_code,
        areas.area_scope,
        areas.pair_id,
        coalesce(sum(initiators.events), 0) as events,
        coalesce(sum(initiators.events * initiators.is_school), 0) as school_events,
        sum(initiators.events * initiators.events) as squares
    from areas
    left join initiators
        on
            areas.academic_year = initiators.academic_year
            and areas.half = initiators.half
            and areas.municipality_code = initiators.municipality_code
            and areas.area_scope = initiators.area_scope
            and areas.pair_id = initiators.pair_id
    group by
        areas.academic_year,
        areas.half,
        areas.municipality_code,
        areas.area_scope,
        areas.pair_id

),

components as (

    select
        academic_year,
        half,
        municipality_code,
        area_scope,
        pair_id,
        'active' as component,
        active as numerator,
        cast(null as bigint) as denominator,
        cast(active as {{ dbl() }}) as value,
        cast(null as {{ text() }}) as symbol
    from compared
    union all
    select
        academic_year,
        half,
        municipality_code,
        area_scope,
        pair_id,
        'growth' as component,
        case when has_previous then active - active_before end as numerator,
        active_before as denominator,
        {{ share('active - active_before', 'active_before') }} as value,
        case when coalesce(active_before, 0) = 0 then 'z' end as symbol
    from compared
    union all
    select
        academic_year,
        half,
        municipality_code,
        area_scope,
        pair_id,
        'retention' as component,
        case when has_previous then stayed end as numerator,
        active_before as denominator,
        {{ share('stayed', 'active_before') }} as value,
        case when coalesce(active_before, 0) = 0 then 'z' end as symbol
    from compared
    union all
    select
        academic_year,
        half,
        municipality_code,
        area_scope,
        pair_id,
        'newcomers' as component,
        case when has_previous then newcomers end as numerator,
        case when has_previous then active end as denominator,
        case when has_previous then {{ share('newcomers', 'active') }} end as value,
        case when not has_previous or active = 0 then 'z' end as symbol
    from compared
    union all
    select
        academic_year,
        half,
        municipality_code,
        area_scope,
        pair_id,
        'school_initiated' as component,
        cast(school_events as bigint) as numerator,
        cast(events as bigint) as denominator,
        {{ share('school_events', 'events') }} as value,
        case when events = 0 then 'z' end as symbol
    from initiated
    union all
    select
        academic_year,
        half,
        municipality_code,
        area_scope,
        pair_id,
        'initiator_diversity' as component,
        cast(null as bigint) as numerator,
        cast(events as bigint) as denominator,
        case when events > 0 then 1 - cast(squares as {{ dbl() }}) / (events * events) end as value,
        case when events = 0 then 'z' end as symbol
    from initiated

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
