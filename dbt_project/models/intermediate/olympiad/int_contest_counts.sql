-- People of an area who took part in either: ВсОШ or a contest of the approved list. Rows of one name that fit two people
-- may be another of them in every event; the ends are those of int_olympiad_counts.
with participants as (

    select
        academic_year,
        school_code,
        person_id,
        is_doubtful,
        is_sure,
        stage || '|' || subject as event
    from {{ ref('int_olympiad_participations') }}
    union all
    select
        academic_year,
        school_code,
        person_id,
        alternative_person_id is not null as is_doubtful,
        is_sure,
        'contest|' || contest_code as event
    from {{ ref('int_contest_results') }}
    where
        may_count
        and school_code is not null

),

{{ people_apart('participants', 'contest') }},

pupils as (

    select
        academic_year,
        school_code,
        person_id,
        bool_or(is_sure) as is_sure
    from alone
    group by
        academic_year,
        school_code,
        person_id

),

school_counts as (

    select
        academic_year,
        school_code,
        sum(case when is_sure then 1 else 0 end) as certain,
        count(*) as pupils_high
    from pupils
    group by
        academic_year,
        school_code

),

members as (

    select
        areas.academic_year,
        areas.municipality_code,
        areas.area_kind,
        areas.area_code,
        together.person_id,
        together.is_doubtful,
        together.is_sure,
        together.event
    from together
    inner join {{ ref('int_area_schools') }} as areas
        on
            together.academic_year = areas.academic_year
            and together.school_code = areas.school_code

),

counted_both as (

    select
        academic_year,
        municipality_code,
        area_kind,
        area_code,
        count(distinct case when is_sure and not is_doubtful then person_id end) as certain,
        count(
            distinct
            case
                when not is_doubtful then cast(person_id as {{ text() }})
                else cast(person_id as {{ text() }}) || '|' || event
            end
        ) as pupils_high,
        count(distinct case when is_doubtful then person_id end) as ambiguous
    from members
    group by
        academic_year,
        municipality_code,
        area_kind,
        area_code
    union all
    select
        areas.academic_year,
        areas.municipality_code,
        areas.area_kind,
        areas.area_code,
        school_counts.certain,
        school_counts.pupils_high,
        0 as ambiguous
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
        cast(sum(certain) as bigint) as certain,
        cast(sum(pupils_high) as bigint) as pupils_high,
        cast(sum(ambiguous) as bigint) as ambiguous
    from counted_both
    group by
        academic_year,
        municipality_code,
        area_kind,
        area_code

),

touched as (

    {{ touched_by_doubt('members', 'contest') }}
    where members.is_sure

),

doubtful as ({{ least_of_doubtful('touched', ['academic_year', 'municipality_code', 'area_kind', 'area_code'], 'contest') }})

select
    counted.academic_year,
    counted.municipality_code,
    counted.area_kind,
    counted.area_code,
    counted.certain + coalesce(doubtful.n, 0) as pupils_low,
    counted.pupils_high,
    counted.ambiguous
from counted
left join doubtful
    on {{ same_area('counted', 'doubtful') }}
