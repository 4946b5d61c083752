-- Graduates and those who passed, by area, level and cut-off: counted from people. Members of ambiguous pairs widen
-- the ends: none or all of them may have passed, and they may be fewer people than names.
with pupils as (

    select
        academic_year,
        school_code,
        gia_level,
        cutoff,
        person_id,
        merged_person_id,
        is_ambiguous,
        is_passed,
        is_pending
    from {{ ref('part_gia_pupils') }}

),

entangled as (

    {{ entangled_people(
        'pupils',
        alternative='case when is_ambiguous or merged_person_id <> person_id then merged_person_id end',
        single=['school_code', 'gia_level']
    ) }}

),

alone as (

    {{ rows_of_people('pupils', 'entangled', wanted=false) }}

),

together as (

    {{ rows_of_people('pupils', 'entangled', wanted=true) }}

),

-- One row a person, level and cut-off.
school_counts as (

    select
        academic_year,
        school_code,
        gia_level,
        cutoff,
        count(*) as graduates,
        sum(case when is_passed then 1 else 0 end) as passed,
        sum(case when is_pending then 1 else 0 end) as pending
    from alone
    group by
        academic_year,
        school_code,
        gia_level,
        cutoff

),

area_counts as (

    select
        areas.academic_year,
        areas.municipality_code,
        areas.area_kind,
        areas.area_code,
        coalesce(cast(school_counts.gia_level as {{ text() }}), 'all') as gia_level,
        school_counts.cutoff,
        sum(school_counts.graduates) as graduates,
        sum(school_counts.passed) as passed,
        sum(school_counts.pending) as pending
    from school_counts
    inner join {{ ref('int_area_schools') }} as areas
        on
            school_counts.academic_year = areas.academic_year
            and school_counts.school_code = areas.school_code
    group by grouping sets (
        (
            areas.academic_year, areas.municipality_code, areas.area_kind, areas.area_code,
            school_counts.gia_level, school_counts.cutoff
        ),
        (areas.academic_year, areas.municipality_code, areas.area_kind, areas.area_code, school_counts.cutoff)
    )

),

members as (

    select
        areas.academic_year,
        areas.municipality_code,
        areas.area_kind,
        areas.area_code,
        together.gia_level,
        together.cutoff,
        together.person_id,
        together.merged_person_id,
        together.is_ambiguous,
        together.is_passed,
        together.is_pending
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
        coalesce(cast(gia_level as {{ text() }}), 'all') as gia_level,
        cutoff,
        count(distinct person_id) as graduates_high,
        count(distinct merged_person_id) as graduates_low,
        count(distinct case when is_passed then person_id end) as passed,
        count(distinct case when is_passed and not is_ambiguous then person_id end) as passed_low,
        count(distinct case when is_passed or is_ambiguous then person_id end) as passed_high,
        count(distinct case when is_pending then person_id end) as pending,
        count(distinct case when is_ambiguous then person_id end) as ambiguous
    from members
    group by grouping sets (
        (academic_year, municipality_code, area_kind, area_code, gia_level, cutoff),
        (academic_year, municipality_code, area_kind, area_code, cutoff)
    )
    union all
    select
        academic_year,
        municipality_code,
        area_kind,
        area_code,
        gia_level,
        cutoff,
        graduates as graduates_high,
        graduates as graduates_low,
        passed,
        passed as passed_low,
        passed as passed_high,
        pending,
        0 as ambiguous
    from area_counts

)

select
    academic_year,
    municipality_code,
    area_kind,
    area_code,
    gia_level,
    cutoff,
    {% for column in ['graduates_high', 'graduates_low', 'passed', 'passed_low', 'passed_high', 'pending', 'ambiguous'] %}
    cast(sum({{ column }}) as bigint) as {{ column }}{{ ',' if not loop.last }}
    {% endfor %}
from counts
group by
    academic_year,
    municipality_code,
    area_kind,
    area_code,
    gia_level,
    cutoff
