-- People of an area who took part in either: ВсОШ or a contest of the approved list. Rows of one name that fit two people
-- may be another of them in every event (see int_olympiad_counts).
with participants as (

    select
        academic_year,
        school_code,
        person_id,
        alternative_person_id,
        stage || '|' || subject as event
    from {{ ref('int_olympiad_participations') }}
    union all
    select
        academic_year,
        school_code,
        person_id,
        alternative_person_id,
        'contest|' || contest_code as event
    from {{ ref('int_contest_results') }}
    where
        is_in_scope
        and exclusion_reason is null
        and school_code is not null

),

entangled as (

    {{ entangled_people('participants') }}

),

alone as (

    {{ rows_of_people('participants', 'entangled', wanted=false) }}

),

together as (

    {{ rows_of_people('participants', 'entangled', wanted=true) }}

),

pupils as (

    select distinct
        academic_year,
        school_code,
        person_id
    from alone

),

school_counts as (

    select
        academic_year,
        school_code,
        count(*) as pupils
    from pupils
    group by
        academic_year,
        school_code

),

counts as (

    select
        areas.academic_year,
        areas.municipality_code,
        areas.area_kind,
        areas.area_code,
        count(distinct coalesce(together.alternative_person_id, together.person_id)) as pupils_low,
        count(
            distinct
            case
                when together.alternative_person_id is null then cast(together.person_id as {{ text() }})
                else cast(together.person_id as {{ text() }}) || '|' || together.event
            end
        ) as pupils_high,
        count(distinct case when together.alternative_person_id is not null then together.person_id end) as ambiguous
    from together
    inner join {{ ref('int_area_schools') }} as areas
        on
            together.academic_year = areas.academic_year
            and together.school_code = areas.school_code
    group by
        areas.academic_year,
        areas.municipality_code,
        areas.area_kind,
        areas.area_code
    union all
    select
        areas.academic_year,
        areas.municipality_code,
        areas.area_kind,
        areas.area_code,
        school_counts.pupils as pupils_low,
        school_counts.pupils as pupils_high,
        0 as ambiguous
    from school_counts
    inner join {{ ref('int_area_schools') }} as areas
        on
            school_counts.academic_year = areas.academic_year
            and school_counts.school_code = areas.school_code

)

select
    academic_year,
    municipality_code,
    area_kind,
    area_code,
    cast(sum(pupils_low) as bigint) as pupils_low,
    cast(sum(pupils_high) as bigint) as pupils_high,
    cast(sum(ambiguous) as bigint) as ambiguous
from counts
group by
    academic_year,
    municipality_code,
    area_kind,
    area_code
