-- People of an area by stage and subject, counted apart (high) and with namesakes merged (low). Rows of one name that fit
-- two people may be one of them in one subject and the other in the next, so apart means a person in each of them.
with participations as (

    select
        academic_year,
        stage,
        subject,
        school_code,
        person_id,
        alternative_person_id,
        is_older_grade,
        is_winner,
        is_prize_winner
    from {{ ref('int_olympiad_participations') }}

),

entangled as (

    {{ entangled_people('participations') }}

),

alone as (

    {{ rows_of_people('participations', 'entangled', wanted=false) }}

),

together as (

    {{ rows_of_people('participations', 'entangled', wanted=true) }}

),

pupils as (

    select
        academic_year,
        school_code,
        coalesce(stage, 'any') as stage,
        coalesce(subject, 'any') as subject,
        person_id,
        bool_or(is_older_grade) as is_older_grade,
        bool_or(is_winner) as is_winner,
        bool_or(is_prize_winner) as is_prize_winner
    from alone
    group by grouping sets (
        (academic_year, school_code, stage, subject, person_id),
        (academic_year, school_code, stage, person_id),
        (academic_year, school_code, subject, person_id),
        (academic_year, school_code, person_id)
    )

),

school_counts as (

    select
        academic_year,
        school_code,
        stage,
        subject,
        count(*) as pupils,
        sum(case when is_older_grade then 1 else 0 end) as older,
        sum(case when is_winner or is_prize_winner then 1 else 0 end) as awarded,
        sum(case when is_winner then 1 else 0 end) as winners,
        sum(case when is_prize_winner then 1 else 0 end) as prize_winners
    from pupils
    group by
        academic_year,
        school_code,
        stage,
        subject

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
        coalesce(together.alternative_person_id, together.person_id) as merged_person_id,
        case when together.alternative_person_id is not null then together.person_id end as ambiguous_person_id,
        case
            when together.alternative_person_id is null then cast(together.person_id as {{ text() }})
            else cast(together.person_id as {{ text() }}) || '|' || together.stage || '|' || together.subject
        end as person_apart,
        together.is_older_grade,
        together.is_winner,
        together.is_prize_winner
    from together
    inner join {{ ref('int_area_schools') }} as areas
        on
            together.academic_year = areas.academic_year
            and together.school_code = areas.school_code

),

counts as (

    select
        academic_year,
        municipality_code,
        area_kind,
        area_code,
        coalesce(stage, 'any') as stage,
        coalesce(subject, 'any') as subject,
        count(distinct merged_person_id) as pupils_low,
        count(distinct person_apart) as pupils_high,
        count(distinct ambiguous_person_id) as pupils_ambiguous,
        count(distinct case when is_older_grade then merged_person_id end) as older_low,
        count(distinct case when is_older_grade then person_apart end) as older_high,
        count(distinct case when is_winner or is_prize_winner then merged_person_id end) as awarded_low,
        count(distinct case when is_winner or is_prize_winner then person_apart end) as awarded_high,
        count(distinct case when is_winner then merged_person_id end) as winners_low,
        count(distinct case when is_winner then person_apart end) as winners_high,
        count(distinct case when is_prize_winner then merged_person_id end) as prize_winners_low,
        count(distinct case when is_prize_winner then person_apart end) as prize_winners_high
    from members
    group by grouping sets (
        (academic_year, municipality_code, area_kind, area_code, stage, subject),
        (academic_year, municipality_code, area_kind, area_code, stage),
        (academic_year, municipality_code, area_kind, area_code, subject),
        (academic_year, municipality_code, area_kind, area_code)
    )
    union all
    select
        areas.academic_year,
        areas.municipality_code,
        areas.area_kind,
        areas.area_code,
        school_counts.stage,
        school_counts.subject,
        school_counts.pupils as pupils_low,
        school_counts.pupils as pupils_high,
        0 as pupils_ambiguous,
        school_counts.older as older_low,
        school_counts.older as older_high,
        school_counts.awarded as awarded_low,
        school_counts.awarded as awarded_high,
        school_counts.winners as winners_low,
        school_counts.winners as winners_high,
        school_counts.prize_winners as prize_winners_low,
        school_counts.prize_winners as prize_winners_high
    from school_counts
    inner join {{ ref('int_area_schools') }} as areas
        on
            school_counts.academic_year = areas.academic_year
            and school_counts.school_code = areas.school_code

),

people as (

    select
        academic_year,
        municipality_code,
        area_kind,
        area_code,
        stage,
        subject,
        cast(sum(pupils_ambiguous) as bigint) as pupils_ambiguous,
        {% for column in ['pupils', 'older', 'awarded', 'winners', 'prize_winners'] %}
        cast(sum({{ column }}_low) as bigint) as {{ column }}_low,
        cast(sum({{ column }}_high) as bigint) as {{ column }}_high{{ ',' if not loop.last }}
        {% endfor %}
    from counts
    group by
        academic_year,
        municipality_code,
        area_kind,
        area_code,
        stage,
        subject

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
