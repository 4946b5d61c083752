with areas as (

    select distinct
        academic_year,
        half,
        municipality_code,
        area_scope,
        pair_id
    from {{ ref('int_network_areas') }}

),

done as (

    select
        areas.academic_year,
        areas.half,
        areas.municipality_code,
        areas.area_scope,
        areas.pair_id,
        events.event_number,
        events.event_level,
        events.initiator_person_id,
        events.initiator
    from {{ ref('int_network_areas') }} as areas
    inner join {{ ref('int_network_events') }} as events
        on
            areas.member_pair_id = events.pair_id
            and areas.academic_year = events.academic_year
            and areas.half = events.half
    where events.is_done

),

-- Who began an event or led it: once an event.
led as (

    select
        done.academic_year,
        done.half,
        done.municipality_code,
        done.area_scope,
        done.pair_id,
        done.event_number,
        done.initiator_person_id as person_id,
        case when done.initiator like 'school:%' then substring(done.initiator, 8, 6) end as school_code
    from done
    where done.initiator_person_id is not null
    union
    select
        done.academic_year,
        done.half,
        done.municipality_code,
        done.area_scope,
        done.pair_id,
        done.event_number,
        hosts.person_id,
        hosts.school_code
    from done
    inner join {{ ref('stg_events__participants') }} as hosts
        on done.event_number = hosts.event_number
    where hosts.participant_role = 'host' and hosts.person_id is not null

),

leaders as (

    select
        academic_year,
        half,
        municipality_code,
        area_scope,
        pair_id,
        person_id,
        count(distinct event_number) as events
    from led
    group by
        academic_year,
        half,
        municipality_code,
        area_scope,
        pair_id,
        person_id

),

ranked as (

    select
        *,
        sum(events) over (partition by academic_year, half, municipality_code, area_scope, pair_id) as total,
        sum(events) over (
            partition by academic_year, half, municipality_code, area_scope, pair_id
            order by events desc, person_id asc nulls last
            rows between unbounded preceding and current row
        ) - events as before_this_one
    from leaders

),

leadership as (

    select
        academic_year,
        half,
        municipality_code,
        area_scope,
        pair_id,
        count(*) as leaders,
        round(exp(-sum(cast(events as {{ dbl() }}) / total * ln(cast(events as {{ dbl() }}) / total))), 12) as effective_leaders,
        -- Leaders from the busiest down while the ones before do not yet hold more than half.
        count(*) filter (where 2 * before_this_one <= total) as bus_factor
    from ranked
    group by
        academic_year,
        half,
        municipality_code,
        area_scope,
        pair_id

),

schools as (

    select
        areas.academic_year,
        areas.half,
        areas.municipality_code,
        areas.area_scope,
        areas.pair_id,
        pairs.supported_school_code as school_code
    from {{ ref('int_network_areas') }} as areas
    inner join {{ ref('int_network_pairs') }} as pairs
        on areas.member_pair_id = pairs.pair_id
    union
    select
        areas.academic_year,
        areas.half,
        areas.municipality_code,
        areas.area_scope,
        areas.pair_id,
        pairs.partner_school_code
    from {{ ref('int_network_areas') }} as areas
    inner join {{ ref('int_network_pairs') }} as pairs
        on areas.member_pair_id = pairs.pair_id

),

schools_with_leader as (

    select
        schools.academic_year,
        schools.half,
        schools.municipality_code,
        schools.area_scope,
        schools.pair_id,
        count(distinct schools.school_code) as schools,
        count(distinct led.school_code) as with_leader
    from schools
    left join led
        on
            schools.academic_year = led.academic_year
            and schools.half = led.half
            and schools.municipality_code = led.municipality_code
            and schools.area_scope = led.area_scope
            and schools.pair_id = led.pair_id
            and schools.school_code = led.school_code
    group by
        schools.academic_year,
        schools.half,
        schools.municipality_code,
        schools.area_scope,
        schools.pair_id

),

levels as (

    select
        areas.academic_year,
        areas.half,
        areas.municipality_code,
        areas.area_scope,
        areas.pair_id,
        count(distinct done.event_level) as levels
    from areas
    left join done
        on
            areas.academic_year = done.academic_year
            and areas.half = done.half
            and areas.municipality_code = done.municipality_code
            and areas.area_scope = done.area_scope
            and areas.pair_id = done.pair_id
    group by
        areas.academic_year,
        areas.half,
        areas.municipality_code,
        areas.area_scope,
        areas.pair_id

),

joined as (

    select
        areas.*,
        coalesce(leadership.leaders, 0) as leaders,
        leadership.effective_leaders,
        leadership.bus_factor,
        schools_with_leader.schools,
        schools_with_leader.with_leader,
        levels.levels
    from areas
    left join leadership
        on
            areas.academic_year = leadership.academic_year
            and areas.half = leadership.half
            and areas.municipality_code = leadership.municipality_code
            and areas.area_scope = leadership.area_scope
            and areas.pair_id = leadership.pair_id
    inner join schools_with_leader
        on
            areas.academic_year = schools_with_leader.academic_year
            and areas.half = schools_with_leader.half
            and areas.municipality_code = schools_with_leader.municipality_code
            and areas.area_scope = schools_with_leader.area_scope
            and areas.pair_id = schools_with_leader.pair_id
    inner join levels
        on
            areas.academic_year = levels.academic_year
            and areas.half = levels.half
            and areas.municipality_code = levels.municipality_code
            and areas.area_scope = levels.area_scope
            and areas.pair_id = levels.pair_id

),

components as (

    select
        academic_year, half, municipality_code, area_scope, pair_id,
        'leaders' as component,
        leaders as numerator,
        cast(null as bigint) as denominator,
        cast(leaders as {{ dbl() }}) as value,
        cast(null as {{ text() }}) as symbol
    from joined
    union all
    select
        academic_year, half, municipality_code, area_scope, pair_id,
        'effective_leaders' as component,
        cast(null as bigint) as numerator,
        leaders as denominator,
        effective_leaders as value,
        case when leaders = 0 then 'z' end as symbol
    from joined
    union all
    select
        academic_year, half, municipality_code, area_scope, pair_id,
        'bus_factor' as component,
        bus_factor as numerator,
        leaders as denominator,
        cast(bus_factor as {{ dbl() }}) as value,
        case when leaders = 0 then 'z' end as symbol
    from joined
    union all
    select
        academic_year, half, municipality_code, area_scope, pair_id,
        'schools_with_leader' as component,
        with_leader as numerator,
        schools as denominator,
        {{ share('with_leader', 'schools') }} as value,
        cast(null as {{ text() }}) as symbol
    from joined
    union all
    select
        academic_year, half, municipality_code, area_scope, pair_id,
        'levels' as component,
        levels as numerator,
        cast(7 as bigint) as denominator,
        {{ share('levels', '7') }} as value,
        cast(null as {{ text() }}) as symbol
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
