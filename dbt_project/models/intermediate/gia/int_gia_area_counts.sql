-- Graduates and those who passed, by area, level and cut-off: counted from people. Doubtful names and whom they may be
-- widen the ends: none or all of them may have passed, and they may be fewer people than names.
with members as (

    select
        areas.academic_year,
        areas.municipality_code,
        areas.area_kind,
        areas.area_code,
        pupils.gia_level,
        pupils.cutoff,
        pupils.person_id,
        pupils.is_doubtful,
        pupils.is_ambiguous,
        pupils.is_sure,
        pupils.is_passed,
        pupils.is_pending
    from {{ ref('part_gia_pupils') }} as pupils
    inner join {{ ref('int_area_schools') }} as areas
        on
            pupils.academic_year = areas.academic_year
            and pupils.school_code = areas.school_code

),

levelled as (

    select
        academic_year,
        municipality_code,
        area_kind,
        area_code,
        cast(gia_level as {{ text() }}) as gia_level,
        cutoff,
        person_id,
        is_doubtful,
        is_ambiguous,
        is_sure,
        is_passed,
        is_pending
    from members
    union all
    select
        academic_year,
        municipality_code,
        area_kind,
        area_code,
        'all' as gia_level,
        cutoff,
        person_id,
        is_doubtful,
        is_ambiguous,
        is_sure,
        is_passed,
        is_pending
    from members

),

touched as (

    {{ touched_by_doubt('levelled', 'gia') }}
    where levelled.is_sure

),

doubtful as (

    {{ least_of_doubtful(
        'touched',
        ['academic_year', 'municipality_code', 'area_kind', 'area_code', 'gia_level', 'cutoff'],
        'gia'
    ) }}

),

counted as (

    select
        academic_year,
        municipality_code,
        area_kind,
        area_code,
        gia_level,
        cutoff,
        count(distinct person_id) as graduates_high,
        count(distinct case when is_sure and not is_doubtful then person_id end) as graduates_certain,
        count(distinct case when is_passed then person_id end) as passed,
        count(distinct case when is_passed and not is_ambiguous then person_id end) as passed_low,
        count(distinct case when is_passed or is_ambiguous then person_id end) as passed_high,
        count(distinct case when is_pending then person_id end) as pending,
        count(distinct case when is_ambiguous then person_id end) as ambiguous
    from levelled
    group by
        academic_year,
        municipality_code,
        area_kind,
        area_code,
        gia_level,
        cutoff

)

select
    counted.academic_year,
    counted.municipality_code,
    counted.area_kind,
    counted.area_code,
    counted.gia_level,
    counted.cutoff,
    counted.graduates_high,
    counted.graduates_certain + coalesce(doubtful.n, 0) as graduates_low,
    counted.passed,
    counted.passed_low,
    counted.passed_high,
    counted.pending,
    counted.ambiguous
from counted
left join doubtful
    on {{ same_area('counted', 'doubtful') }}
    and counted.gia_level = doubtful.gia_level
    and counted.cutoff = doubtful.cutoff
