-- The source rows behind the figures of the network, for «why» in the internal edition. It follows persons, so it is no
-- mart. A row that does not count says why not; what a figure of another question counts, explain decides.
{% set dated = ['academic_year', 'half', 'municipality_code', 'pair_id'] %}
with events as (

    select
        events.*,
        rows_read.source_sheet,
        rows_read.source_row
    from {{ ref('int_network_events') }} as events
    inner join {{ ref('stg_events__events') }} as rows_read
        on events.event_number = rows_read.event_number
    where events.academic_year is not null

),

answers as (

    select
        answers.*,
        halves.academic_year,
        halves.half,
        dense_rank() over (
            partition by answers.agreement_number, halves.academic_year, halves.half
            order by waves.survey_date desc nulls last, answers.wave desc nulls last
        ) as preference
    from {{ ref('stg_goal_survey__answers') }} as answers
    inner join {{ ref('int_network_halves') }} as halves
        on answers.survey_date between halves.first_day and halves.last_day
    inner join (
        select
            waves.agreement_number,
            waves.wave,
            days.academic_year,
            days.half,
            max(waves.survey_date) as survey_date
        from {{ ref('stg_goal_survey__answers') }} as waves
        inner join {{ ref('int_network_halves') }} as days
            on waves.survey_date between days.first_day and days.last_day
        group by
            waves.agreement_number,
            waves.wave,
            days.academic_year,
            days.half
    ) as waves
        on
            answers.agreement_number = waves.agreement_number
            and answers.wave = waves.wave
            and halves.academic_year = waves.academic_year
            and halves.half = waves.half

),

pairs_of_halves as (

    select
        areas.academic_year,
        areas.half,
        areas.municipality_code,
        areas.pair_id,
        halves.first_day,
        halves.last_day
    from {{ ref('int_network_areas') }} as areas
    inner join {{ ref('int_network_halves') }} as halves
        on
            areas.academic_year = halves.academic_year
            and areas.half = halves.half
    where areas.area_scope = 'pair'

)

select
    academic_year,
    half,
    municipality_code,
    pair_id,
    'event' as row_kind,
    duty_code,
    case
        when is_cancelled then 'cancelled'
        when not is_held then 'not_held'
        when is_done then null
        when evidence_count = 0 then 'no_evidence'
        else 'one_side'
    end as exclusion_reason,
    'event=' || {{ word_of('event_number') }}
    || ' held=' || coalesce(cast(held_on as {{ text() }}), '')
    || case when is_formal then ' is_formal' else '' end
    || ' side=' || initiator_side
    || case when initiator is not null then ' began=' || {{ word_of('initiator') }} else '' end
    || ' kind=' || {{ word_of('activity_type') }}
    || ' format=' || {{ word_of('event_format') }}
    || ' level=' || {{ word_of('event_level') }} as says,
    initiator_person_id as person_id,
    delivery_id,
    source_sheet,
    source_row
from events

union all

select
    {% for key in dated %}
    events.{{ key }},
    {% endfor %}
    'participant' as row_kind,
    events.duty_code,
    case when participants.person_id is null then 'person_unmatched' end as exclusion_reason,
    'event=' || {{ word_of('events.event_number') }}
    || ' role=' || {{ word_of('participants.participant_role') }}
    || ' school=' || {{ word_of('participants.school_code') }} as says,
    participants.person_id,
    participants.delivery_id,
    participants.source_sheet,
    participants.source_row
from events
inner join {{ ref('stg_events__participants') }} as participants
    on events.event_number = participants.event_number
where events.is_done

union all

select
    {% for key in dated %}
    items.{{ key }},
    {% endfor %}
    'planned_' || items.plan_version as row_kind,
    items.duty_code,
    case
        when items.plan_version = 'current' and items.state = 'cancelled' then 'cancelled'
        when items.due_on > state.as_of then 'not_due'
    end as exclusion_reason,
    'item=' || {{ word_of('items.planned_event_number') }}
    || ' due=' || cast(items.due_on as {{ text() }})
    || ' state=' || items.state as says,
    cast(null as bigint) as person_id,
    rows_read.delivery_id,
    rows_read.source_sheet,
    rows_read.source_row
from {{ ref('int_network_plan_items') }} as items
cross join {{ ref('int_network_as_of') }} as state
inner join {{ ref('stg_roadmap__planned_events') }} as rows_read
    on
        items.pair_id = rows_read.agreement_number
        and items.version_number = rows_read.version_number
        and items.planned_event_number = rows_read.planned_event_number

union all

select
    {% for key in dated %}
    pairs.{{ key }},
    {% endfor %}
    'goal' as row_kind,
    cast(null as {{ text() }}) as duty_code,
    cast(null as {{ text() }}) as exclusion_reason,
    'paper=' || goals.paper
    || case when goals.indicator_code is not null then ' indicator=' || goals.indicator_code else '' end
    || case when goals.target_value is not null then ' target=' || cast(goals.target_value as {{ text() }}) else '' end
    || case when goals.target_date is not null then ' until=' || cast(goals.target_date as {{ text() }}) else '' end as says,
    cast(null as bigint) as person_id,
    goals.delivery_id,
    goals.source_sheet,
    goals.source_row
from pairs_of_halves as pairs
inner join (
    select
        'agreement' as paper,
        agreement_number,
        cast(null as date) as approved_on,
        indicator_code,
        target_value,
        target_date,
        delivery_id,
        source_sheet,
        source_row
    from {{ ref('stg_agreements__goals') }}
    union all
    select
        'roadmap' as paper,
        goals.agreement_number,
        versions.approved_on,
        goals.indicator_code,
        goals.target_value,
        goals.target_date,
        goals.delivery_id,
        goals.source_sheet,
        goals.source_row
    from {{ ref('stg_roadmap__goals') }} as goals
    inner join {{ ref('stg_roadmap__versions') }} as versions
        on
            goals.agreement_number = versions.agreement_number
            and goals.version_number = versions.version_number
    where versions.approved_on is not null
) as goals
    on
        pairs.pair_id = goals.agreement_number
        and coalesce(goals.approved_on <= pairs.last_day, true)

union all

select
    {% for key in dated %}
    pairs.{{ key }},
    {% endfor %}
    'answer' as row_kind,
    cast(null as {{ text() }}) as duty_code,
    cast(null as {{ text() }}) as exclusion_reason,
    case
        when {{ folded('answers.chosen_goal') }} = {{ folded('answers.correct_goal') }} then 'right'
        else 'wrong'
    end as says,
    cast(null as bigint) as person_id,
    answers.delivery_id,
    answers.source_sheet,
    answers.source_row
from pairs_of_halves as pairs
inner join answers
    on
        pairs.academic_year = answers.academic_year
        and pairs.half = answers.half
        and pairs.pair_id = answers.agreement_number
        and answers.preference = 1

union all

select
    {% for key in dated %}
    pairs.{{ key }},
    {% endfor %}
    'minimum' as row_kind,
    minimums.duty_code,
    cast(null as {{ text() }}) as exclusion_reason,
    'minimum=' || cast(minimums.minimum_per_half as {{ text() }}) as says,
    cast(null as bigint) as person_id,
    minimums.delivery_id,
    minimums.source_sheet,
    minimums.source_row
from pairs_of_halves as pairs
inner join {{ ref('stg_agreements__minimums') }} as minimums
    on pairs.pair_id = minimums.agreement_number

union all

-- The partner's people among the authors of an approved programme are the third duty done.
select
    {% for key in dated %}
    pairs.{{ key }},
    {% endfor %}
    'programme' as row_kind,
    'D3' as duty_code,
    cast(null as {{ text() }}) as exclusion_reason,
    'programme=' || {{ word_of('programmes.programme_number') }} as says,
    cast(null as bigint) as person_id,
    programmes.delivery_id,
    programmes.source_sheet,
    programmes.source_row
from pairs_of_halves as pairs
inner join {{ ref('int_network_pairs') }} as schools
    on pairs.pair_id = schools.pair_id
inner join {{ ref('stg_programmes__programmes') }} as programmes
    on
        schools.supported_school_code = programmes.school_code
        and programmes.approved_on between pairs.first_day and pairs.last_day
inner join (select distinct programme_number, school_code from {{ ref('stg_programmes__authors') }}) as authors
    on
        programmes.programme_number = authors.programme_number
        and schools.partner_school_code = authors.school_code
