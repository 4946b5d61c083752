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

)

select
    areas.academic_year,
    areas.municipality_code,
    areas.area_kind,
    areas.area_code,
    count(distinct coalesce(participants.alternative_person_id, participants.person_id)) as pupils_low,
    count(
        distinct
        case
            when participants.alternative_person_id is null then cast(participants.person_id as {{ text() }})
            else cast(participants.person_id as {{ text() }}) || '|' || participants.event
        end
    ) as pupils_high,
    count(distinct case when participants.alternative_person_id is not null then participants.person_id end) as ambiguous
from participants
inner join {{ ref('int_area_schools') }} as areas
    on
        participants.academic_year = areas.academic_year
        and participants.school_code = areas.school_code
group by
    areas.academic_year,
    areas.municipality_code,
    areas.area_kind,
    areas.area_code
