with roles as (

    select distinct
        areas.municipality_code,
        areas.area_scope,
        areas.pair_id,
        areas.academic_year,
        areas.half,
        areas.half_index,
        participants.person_id,
        events.event_number,
        participants.participant_role
    from {{ ref('int_network_areas') }} as areas
    inner join {{ ref('int_network_events') }} as events
        on
            areas.member_pair_id = events.pair_id
            and areas.academic_year = events.academic_year
            and areas.half = events.half
    inner join {{ ref('stg_events__participants') }} as participants
        on events.event_number = participants.event_number
    where events.is_done and participants.person_id is not null

)

select
    roles.municipality_code,
    roles.area_scope,
    roles.pair_id,
    roles.academic_year,
    roles.half,
    roles.half_index,
    roles.person_id,
    count(*) as roles
from roles
inner join {{ ref('network_rules') }} as rules
    on
        rules.first_academic_year <= roles.academic_year
        and coalesce(rules.last_academic_year, roles.academic_year) >= roles.academic_year
group by
    roles.municipality_code,
    roles.area_scope,
    roles.pair_id,
    roles.academic_year,
    roles.half,
    roles.half_index,
    roles.person_id
having
    count(*) >= max(rules.active_minimum)
    or count(*) filter (where roles.participant_role in ('host', 'speaker', 'organiser', 'consultant')) > 0
