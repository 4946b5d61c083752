-- Results by area, level and subject: from people where the municipality's protocols are known, else from the return.
with areas as (

    select areas.*
    from {{ ref('int_area_schools') }} as areas
    inner join {{ years_to_build('gia') }} as wanted
        on areas.academic_year = wanted.academic_year

),

basis as (

    select
        areas.academic_year,
        areas.municipality_code,
        areas.area_kind,
        areas.area_code,
        sources.gia_level,
        min(case when sources.has_protocols then 1 else 0 end) = 1 as is_persons
    from {{ ref('int_area_municipalities') }} as areas
    inner join {{ ref('int_gia_sources') }} as sources
        on
            areas.academic_year = sources.academic_year
            and areas.member_municipality_code = sources.municipality_code
    group by
        areas.academic_year,
        areas.municipality_code,
        areas.area_kind,
        areas.area_code,
        sources.gia_level

),

graduates as (

    select
        academic_year,
        gia_level,
        person_id,
        school_code
    from {{ ref('int_gia_admissions') }}

),

persons as (

    select
        results.academic_year,
        coalesce(graduates.school_code, results.school_code) as school_code,
        results.gia_level,
        results.subject_code,
        results.person_id,
        results.outcome,
        results.scale,
        case when results.scale = 'test_mark' then results.test_mark else cast(results.mark as {{ dbl() }}) end as score
    from {{ ref('int_gia_results') }} as results
    left join graduates
        on
            results.academic_year = graduates.academic_year
            and results.gia_level = graduates.gia_level
            and results.person_id = graduates.person_id
    where
        results.cutoff = 'main'
        and results.participant_category = 'current'
        and results.outcome in ('passed', 'failed')

),

-- A person has one result of a subject in one school, so that schools add up to areas.
schools as (

    select
        academic_year,
        school_code,
        gia_level,
        subject_code,
        max(scale) as scale,
        count(person_id) as participants,
        count(case when outcome = 'failed' then person_id end) as below_minimum,
        count(case when scale = 'test_mark' and score between 80 and 99 then person_id end) as high_80_99,
        count(case when scale = 'test_mark' and score = 100 then person_id end) as hundred,
        count(*) as results,
        sum(cast(score as decimal(18, 4))) as scores,
        count(case when scale = 'test_mark' then 1 end) as test_results,
        sum(case when scale = 'test_mark' then cast(score as decimal(18, 4)) end) as test_marks
    from persons
    group by
        academic_year,
        school_code,
        gia_level,
        subject_code

),

from_persons as (

    select
        areas.academic_year,
        areas.municipality_code,
        areas.area_kind,
        areas.area_code,
        schools.gia_level,
        schools.subject_code,
        'persons' as basis,
        sum(schools.participants) as participants,
        sum(schools.below_minimum) as below_minimum,
        case when max(schools.scale) = 'test_mark' then sum(schools.high_80_99) end as high_80_99,
        case when max(schools.scale) = 'test_mark' then sum(schools.hundred) end as hundred,
        -- One scale only has a mean: marks of ГВЭ are no part of the mean of test marks.
        case
            when max(schools.scale) = 'test_mark'
                then cast(sum(schools.test_marks) as {{ dbl() }}) / cast(sum(schools.test_results) as {{ dbl() }})
            else cast(sum(schools.scores) as {{ dbl() }}) / cast(sum(schools.results) as {{ dbl() }})
        end as mean_score
    from schools
    inner join areas
        on
            schools.academic_year = areas.academic_year
            and schools.school_code = areas.school_code
    group by
        areas.academic_year,
        areas.municipality_code,
        areas.area_kind,
        areas.area_code,
        schools.gia_level,
        schools.subject_code

),

from_returns as (

    select
        areas.academic_year,
        areas.municipality_code,
        areas.area_kind,
        areas.area_code,
        counts.gia_level,
        counts.subject_code,
        'return' as basis,
        sum(counts.participants) as participants,
        sum(coalesce(counts.below_minimum, 0)) as below_minimum,
        case when count(counts.high_80_99) > 0 then sum(coalesce(counts.high_80_99, 0)) end as high_80_99,
        case when count(counts.hundred) > 0 then sum(coalesce(counts.hundred, 0)) end as hundred,
        -- A mean of means by participants; unknown where one school with participants gave none.
        case
            when count(counts.mean_score) = count(*)
                then
                    cast(
                        sum(cast(counts.mean_score as decimal(18, 6)) * cast(counts.participants as decimal(18, 0)))
                        as {{ dbl() }}
                    )
                    / cast(sum(counts.participants) as {{ dbl() }})
        end as mean_score
    from {{ ref('stg_gia_school_return__subject_counts') }} as counts
    inner join areas
        on
            counts.academic_year = areas.academic_year
            and counts.school_code = areas.school_code
    where
        counts.record_kind = 'results'
        and counts.participants > 0
    group by
        areas.academic_year,
        areas.municipality_code,
        areas.area_kind,
        areas.area_code,
        counts.gia_level,
        counts.subject_code

),

both_bases as (

    select * from from_persons
    union all
    select * from from_returns

)

select
    counts.academic_year,
    counts.municipality_code,
    counts.area_kind,
    counts.area_code,
    counts.gia_level,
    counts.subject_code,
    counts.basis,
    cast(counts.participants as bigint) as participants,
    cast(counts.below_minimum as bigint) as below_minimum,
    cast(counts.high_80_99 as bigint) as high_80_99,
    cast(counts.hundred as bigint) as hundred,
    cast(counts.mean_score as {{ dbl() }}) as mean_score
from both_bases as counts
inner join basis
    on {{ same_area('counts', 'basis') }}
        and counts.gia_level = basis.gia_level
        and (counts.basis = 'persons') = basis.is_persons
