with areas as (

    select distinct
        academic_year,
        half,
        municipality_code,
        area_scope,
        pair_id
    from {{ ref('int_network_areas') }}

),

plans as (

    select
        areas.*,
        versions.plan_version
    from areas
    cross join (
        select 'baseline' as plan_version
        union all
        select 'current' as plan_version
    ) as versions

),

-- Due: the day has come. A cancelled event leaves the current plan and stays in the first one.
due as (

    select
        areas.academic_year,
        areas.half,
        areas.municipality_code,
        areas.area_scope,
        areas.pair_id,
        items.plan_version,
        count(*) as due,
        count(*) filter (where items.state in ('done_on_time', 'done_late')) as done,
        count(*) filter (where items.state = 'done_on_time') as done_on_time
    from {{ ref('int_network_areas') }} as areas
    inner join {{ ref('int_network_plan_items') }} as items
        on
            areas.member_pair_id = items.pair_id
            and areas.academic_year = items.academic_year
            and areas.half = items.half
    inner join {{ ref('int_network_as_of') }} as state
        on items.due_on <= state.as_of
    where not (items.plan_version = 'current' and items.state = 'cancelled')
    group by
        areas.academic_year,
        areas.half,
        areas.municipality_code,
        areas.area_scope,
        areas.pair_id,
        items.plan_version

),

joined as (

    select
        plans.*,
        coalesce(due.due, 0) as due,
        coalesce(due.done, 0) as done,
        coalesce(due.done_on_time, 0) as done_on_time
    from plans
    left join due
        on
            plans.academic_year = due.academic_year
            and plans.half = due.half
            and plans.municipality_code = due.municipality_code
            and plans.area_scope = due.area_scope
            and plans.pair_id = due.pair_id
            and plans.plan_version = due.plan_version

),

formal as (

    select
        areas.academic_year,
        areas.half,
        areas.municipality_code,
        areas.area_scope,
        areas.pair_id,
        count(*) as held,
        count(*) filter (where events.is_formal) as formal
    from {{ ref('int_network_areas') }} as areas
    inner join {{ ref('int_network_events') }} as events
        on
            areas.member_pair_id = events.pair_id
            and areas.academic_year = events.academic_year
            and areas.half = events.half
    where events.is_held
    group by
        areas.academic_year,
        areas.half,
        areas.municipality_code,
        areas.area_scope,
        areas.pair_id

)

select
    academic_year,
    half,
    municipality_code,
    area_scope,
    pair_id,
    'done_on_time' as component,
    plan_version,
    cast(done_on_time as bigint) as numerator,
    cast(due as bigint) as denominator,
    {{ share('done_on_time', 'due') }} as value,
    case when due = 0 then 'z' end as symbol
from joined
union all
select
    academic_year,
    half,
    municipality_code,
    area_scope,
    pair_id,
    'done' as component,
    plan_version,
    cast(done as bigint) as numerator,
    cast(due as bigint) as denominator,
    {{ share('done', 'due') }} as value,
    case when due = 0 then 'z' end as symbol
from joined
union all
select
    areas.academic_year,
    areas.half,
    areas.municipality_code,
    areas.area_scope,
    areas.pair_id,
    'formal' as component,
    'z' as plan_version,
    cast(coalesce(formal.formal, 0) as bigint) as numerator,
    cast(coalesce(formal.held, 0) as bigint) as denominator,
    {{ share('formal.formal', 'formal.held') }} as value,
    case when coalesce(formal.held, 0) = 0 then 'z' end as symbol
from areas
left join formal
    on
        areas.academic_year = formal.academic_year
        and areas.half = formal.half
        and areas.municipality_code = formal.municipality_code
        and areas.area_scope = formal.area_scope
        and areas.pair_id = formal.pair_id
