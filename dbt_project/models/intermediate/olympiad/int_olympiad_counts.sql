-- People of an area by stage and subject: *_low counts those who are certain and adds the fewest persons that doubtful
-- names can be; *_high counts everybody apart. Rows of one name that fit two people may be one of them in one subject and
-- the other in the next, so apart means a person in each of them.
{% set facts = [
    ('pupils', 'true', 'true'),
    ('older', 'is_older_grade', 'may_be_older_grade'),
    ('awarded', 'is_awarded', '(may_be_winner or may_be_prize_winner)'),
    ('winners', 'is_winner', 'may_be_winner'),
    ('prize_winners', 'is_prize_winner', 'may_be_prize_winner')
] %}
{% set cell = ['academic_year', 'municipality_code', 'area_kind', 'area_code', 'stage', 'subject', 'fact'] %}
with participations as (

    select
        academic_year,
        stage,
        subject,
        school_code,
        person_id,
        is_doubtful,
        is_sure,
        is_older_grade,
        may_be_older_grade,
        is_awarded,
        is_winner,
        may_be_winner,
        is_prize_winner,
        may_be_prize_winner
    from {{ ref('int_olympiad_participations') }}

),

{{ people_apart('participations', 'olympiad') }},

-- Each subject of each stage is a bit of a number.
places as (

    select
        stage,
        subject,
        {{ bit('row_number() over (order by stage asc nulls last, subject asc nulls last)') }} as place
    from (select distinct stage, subject from participations) as told

),

totals as (

    select
        coalesce(stage, 'any') as stage,
        coalesce(subject, 'any') as subject,
        bit_or(place) as bits
    from places
    group by grouping sets ((stage, subject), (stage), (subject), ())

),

-- A pupil of one school and one name is one row: the totals over stages and subjects are read from the bits.
placed as (

    select
        alone.*,
        places.place
    from alone
    inner join places
        on
            alone.stage = places.stage
            and alone.subject = places.subject

),

pupils as (

    select
        academic_year,
        school_code,
        person_id,
        {% for name, sure, possible in facts %}
        bit_or(case when {{ sure }} and is_sure then place end) as {{ name }}_certain,
        bit_or(case when {{ possible }} then place end) as {{ name }}_high{{ ',' if not loop.last }}
        {% endfor %}
    from placed
    group by
        academic_year,
        school_code,
        person_id

),

-- Pupils of a school who are alike in all of this are counted together.
alike as (

    select
        academic_year,
        school_code,
        {% for name, _, _ in facts %}
        {{ name }}_certain,
        {{ name }}_high,
        {% endfor %}
        count(*) as n
    from pupils
    group by
        academic_year,
        school_code{% for name, _, _ in facts %},
        {{ name }}_certain,
        {{ name }}_high{% endfor %}

),

school_counts as (

    select
        alike.academic_year,
        alike.school_code,
        totals.stage,
        totals.subject,
        {% for name, _, _ in facts %}
        sum(case when alike.{{ name }}_certain & totals.bits > 0 then alike.n else 0 end) as {{ name }}_certain,
        sum(case when alike.{{ name }}_high & totals.bits > 0 then alike.n else 0 end) as {{ name }}_high{{ ',' if not loop.last }}
        {% endfor %}
    from alike
    cross join totals
    where alike.pupils_high & totals.bits > 0
    group by
        alike.academic_year,
        alike.school_code,
        totals.stage,
        totals.subject

),

members as (

    select
        areas.academic_year,
        areas.municipality_code,
        areas.area_kind,
        areas.area_code,
        together.stage,
        together.subject,
        together.person_id,
        case
            when not together.is_doubtful then cast(together.person_id as {{ text() }})
            else
                cast(together.person_id as {{ text() }})
                || '|' || together.stage || '|' || together.subject
        end as person_apart,
        together.is_doubtful,
        together.is_sure,
        together.is_older_grade,
        together.may_be_older_grade,
        together.is_awarded,
        together.is_winner,
        together.may_be_winner,
        together.is_prize_winner,
        together.may_be_prize_winner
    from together
    inner join {{ ref('int_area_schools') }} as areas
        on
            together.academic_year = areas.academic_year
            and together.school_code = areas.school_code

),

members_apart as (

    select
        academic_year,
        municipality_code,
        area_kind,
        area_code,
        coalesce(stage, 'any') as stage,
        coalesce(subject, 'any') as subject,
        person_apart,
        max(case when is_doubtful then person_id end) as doubtful_person_id,
        {% for name, sure, possible in facts %}
        bool_or({{ sure }} and is_sure and not is_doubtful) as is_{{ name }}_certain,
        bool_or({{ possible }}) as is_{{ name }}_high{{ ',' if not loop.last }}
        {% endfor %}
    from members
    group by grouping sets (
        (academic_year, municipality_code, area_kind, area_code, stage, subject, person_apart),
        (academic_year, municipality_code, area_kind, area_code, stage, person_apart),
        (academic_year, municipality_code, area_kind, area_code, subject, person_apart),
        (academic_year, municipality_code, area_kind, area_code, person_apart)
    )

),

counted_both as (

    select
        academic_year,
        municipality_code,
        area_kind,
        area_code,
        stage,
        subject,
        {% for name, _, _ in facts %}
        sum(case when is_{{ name }}_certain then 1 else 0 end) as {{ name }}_certain,
        sum(case when is_{{ name }}_high then 1 else 0 end) as {{ name }}_high,
        {% endfor %}
        count(distinct doubtful_person_id) as pupils_ambiguous
    from members_apart
    group by
        academic_year,
        municipality_code,
        area_kind,
        area_code,
        stage,
        subject
    union all
    select
        areas.academic_year,
        areas.municipality_code,
        areas.area_kind,
        areas.area_code,
        school_counts.stage,
        school_counts.subject,
        {% for name, _, _ in facts %}
        school_counts.{{ name }}_certain,
        school_counts.{{ name }}_high,
        {% endfor %}
        0 as pupils_ambiguous
    from school_counts
    inner join {{ ref('int_area_schools') }} as areas
        on
            school_counts.academic_year = areas.academic_year
            and school_counts.school_code = areas.school_code

),

counted as (

    select
        academic_year,
        municipality_code,
        area_kind,
        area_code,
        stage,
        subject,
        {% for name, _, _ in facts %}
        cast(sum({{ name }}_certain) as bigint) as {{ name }}_certain,
        cast(sum({{ name }}_high) as bigint) as {{ name }}_high,
        {% endfor %}
        cast(sum(pupils_ambiguous) as bigint) as pupils_ambiguous
    from counted_both
    group by
        academic_year,
        municipality_code,
        area_kind,
        area_code,
        stage,
        subject

),

touched as (

    {{ touched_by_doubt('members', 'olympiad') }}
    where members.is_sure

),

facts as (

    {% for name, sure, _ in facts %}
    select
        academic_year,
        municipality_code,
        area_kind,
        area_code,
        stage,
        subject,
        person_id,
        is_doubtful,
        '{{ name }}' as fact
    from touched
    where {{ sure }}
    {{ 'union all' if not loop.last }}
    {% endfor %}

),

cells as (

    {% for stage in ['stage', "'any'"] %}
    {% set last_stage = loop.last %}
    {% for subject in ['subject', "'any'"] %}
    select distinct
        academic_year,
        municipality_code,
        area_kind,
        area_code,
        {{ stage }} as stage,
        {{ subject }} as subject,
        person_id,
        is_doubtful,
        fact
    from facts
    {{ 'union all' if not (last_stage and loop.last) }}
    {% endfor %}
    {% endfor %}

),

doubtful as ({{ least_of_doubtful('cells', cell, 'olympiad') }}),

people as (

    select
        counted.academic_year,
        counted.municipality_code,
        counted.area_kind,
        counted.area_code,
        counted.stage,
        counted.subject,
        counted.pupils_ambiguous,
        {% for name, _, _ in facts %}
        counted.{{ name }}_certain
        + coalesce(max(case when doubtful.fact = '{{ name }}' then doubtful.n end), 0) as {{ name }}_low,
        counted.{{ name }}_high{{ ',' if not loop.last }}
        {% endfor %}
    from counted
    left join doubtful
        on {{ same_area('counted', 'doubtful') }}
        and counted.stage = doubtful.stage
        and counted.subject = doubtful.subject
    group by
        counted.academic_year,
        counted.municipality_code,
        counted.area_kind,
        counted.area_code,
        counted.stage,
        counted.subject,
        counted.pupils_ambiguous,
        {% for name, _, _ in facts %}
        counted.{{ name }}_certain,
        counted.{{ name }}_high{{ ',' if not loop.last }}
        {% endfor %}

),

-- A participation or a diploma is a person in one subject of one stage: sums over those are exact.
events as (

    select
        academic_year,
        municipality_code,
        area_kind,
        area_code,
        coalesce(stage, 'any') as stage,
        coalesce(subject, 'any') as subject,
        cast(sum(pupils_low) as bigint) as participations_low,
        cast(sum(pupils_high) as bigint) as participations_high,
        cast(sum(awarded_low) as bigint) as diplomas_low,
        cast(sum(awarded_high) as bigint) as diplomas_high,
        cast(sum(winners_low) as bigint) as winner_diplomas_low,
        cast(sum(winners_high) as bigint) as winner_diplomas_high,
        cast(sum(prize_winners_low) as bigint) as prize_winner_diplomas_low,
        cast(sum(prize_winners_high) as bigint) as prize_winner_diplomas_high
    from people
    where
        stage <> 'any'
        and subject <> 'any'
    group by grouping sets (
        (academic_year, municipality_code, area_kind, area_code, stage, subject),
        (academic_year, municipality_code, area_kind, area_code, stage),
        (academic_year, municipality_code, area_kind, area_code, subject),
        (academic_year, municipality_code, area_kind, area_code)
    )

)

select
    people.academic_year,
    people.municipality_code,
    people.area_kind,
    people.area_code,
    people.stage,
    people.subject,
    people.pupils_low,
    people.pupils_high,
    people.pupils_ambiguous,
    people.older_low,
    people.older_high,
    people.awarded_low,
    people.awarded_high,
    people.winners_low,
    people.winners_high,
    people.prize_winners_low,
    people.prize_winners_high,
    events.participations_low,
    events.participations_high,
    events.diplomas_low,
    events.diplomas_high,
    events.winner_diplomas_low,
    events.winner_diplomas_high,
    events.prize_winner_diplomas_low,
    events.prize_winner_diplomas_high
from people
inner join events
    on
        people.academic_year = events.academic_year
        and people.municipality_code = events.municipality_code
        and people.area_kind = events.area_kind
        and people.area_code = events.area_code
        and people.stage = events.stage
        and people.subject = events.subject
