with grid as (

    select distinct
        areas.academic_year,
        areas.half,
        areas.municipality_code,
        areas.pair_id,
        duties.duty_code
    from {{ ref('int_network_areas') }} as areas
    inner join {{ ref('network_duties') }} as duties
        on {{ in_force('duties', 'areas.academic_year') }}
    where areas.area_scope = 'pair'

),

planned as (

    select
        academic_year,
        half,
        pair_id,
        duty_code,
        count(*) filter (where state <> 'cancelled') as planned,
        count(*) filter (where state = 'overdue') as overdue
    from {{ ref('int_network_plan_items') }}
    where plan_version = 'current'
    group by
        academic_year,
        half,
        pair_id,
        duty_code

),

held as (

    select
        academic_year,
        half,
        pair_id,
        duty_code,
        count(*) filter (where is_done) as done,
        sum(hours) filter (where is_done) as hours,
        sum(evidence_count) filter (where is_done) as evidence_count,
        count(*) filter (where is_formal) as formal,
        {{ joined_texts("nullif(formal_reasons, '')") }} as formal_reasons
    from {{ ref('int_network_events') }}
    where is_held
    group by
        academic_year,
        half,
        pair_id,
        duty_code

),

-- People of the supported school whom the duty reached, each once.
reached as (

    select
        events.academic_year,
        events.half,
        events.pair_id,
        events.duty_code,
        count(distinct participants.person_id) as people
    from {{ ref('int_network_events') }} as events
    inner join {{ ref('int_network_pairs') }} as pairs
        on events.pair_id = pairs.pair_id
    inner join {{ ref('stg_events__participants') }} as participants
        on
            events.event_number = participants.event_number
            and pairs.supported_school_code = participants.school_code
    where events.is_done
    group by
        events.academic_year,
        events.half,
        events.pair_id,
        events.duty_code

),

-- The partner's people among the authors of an approved programme are the third duty done.
authorship as (

    select
        halves.academic_year,
        halves.half,
        pairs.pair_id,
        count(distinct programmes.programme_number) as programmes
    from {{ ref('stg_programmes__programmes') }} as programmes
    inner join {{ ref('int_network_pairs') }} as pairs
        on programmes.school_code = pairs.supported_school_code
    inner join {{ ref('stg_programmes__authors') }} as authors
        on
            programmes.programme_number = authors.programme_number
            and pairs.partner_school_code = authors.school_code
    inner join {{ ref('int_network_halves') }} as halves
        on programmes.approved_on between halves.first_day and halves.last_day
    group by
        halves.academic_year,
        halves.half,
        pairs.pair_id

),

joined as (

    select
        grid.academic_year,
        grid.half,
        grid.municipality_code,
        grid.pair_id,
        grid.duty_code,
        coalesce(minimums.minimum_per_half, 0) as minimum,
        coalesce(planned.planned, 0) as planned,
        coalesce(planned.overdue, 0) as overdue,
        coalesce(held.done, 0)
        + case when grid.duty_code = 'D3' then coalesce(authorship.programmes, 0) else 0 end as done,
        coalesce(held.hours, 0) as hours,
        coalesce(reached.people, 0) as people,
        coalesce(held.evidence_count, 0) as evidence_count,
        coalesce(held.formal, 0) as formal,
        held.formal_reasons,
        halves.is_over
    from grid
    inner join {{ ref('int_network_halves') }} as halves
        on
            grid.academic_year = halves.academic_year
            and grid.half = halves.half
    left join {{ ref('stg_agreements__minimums') }} as minimums
        on
            grid.pair_id = minimums.agreement_number
            and grid.duty_code = minimums.duty_code
    left join planned
        on
            grid.academic_year = planned.academic_year
            and grid.half = planned.half
            and grid.pair_id = planned.pair_id
            and grid.duty_code = planned.duty_code
    left join held
        on
            grid.academic_year = held.academic_year
            and grid.half = held.half
            and grid.pair_id = held.pair_id
            and grid.duty_code = held.duty_code
    left join reached
        on
            grid.academic_year = reached.academic_year
            and grid.half = reached.half
            and grid.pair_id = reached.pair_id
            and grid.duty_code = reached.duty_code
    left join authorship
        on
            grid.academic_year = authorship.academic_year
            and grid.half = authorship.half
            and grid.pair_id = authorship.pair_id

)

select
    academic_year,
    half,
    municipality_code,
    pair_id,
    duty_code,
    case
        when done >= greatest(minimum, 1) then 'done'
        when overdue > 0 or (is_over and minimum > 0) then 'overdue'
        when planned > 0 or minimum > 0 then 'planned'
        else 'none'
    end as state,
    minimum,
    planned,
    overdue,
    done,
    done >= minimum as meets_minimum,
    hours,
    people,
    evidence_count,
    formal,
    formal_reasons
from joined
