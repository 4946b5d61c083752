-- Teachers and users of an area. Namesakes who cannot be told apart are matched twice, apart and merged: neither match
-- is the larger one by itself, so both are kept.
with teachers as (

    select
        areas.academic_year,
        areas.municipality_code,
        areas.area_kind,
        areas.area_code,
        teachers.period,
        teachers.person_id,
        coalesce(teachers.alternative_person_id, teachers.person_id) as merged_person_id,
        max(case when teachers.alternative_person_id is not null then 1 else 0 end) as is_ambiguous
    from {{ ref('int_teachers') }} as teachers
    inner join {{ ref('int_area_schools') }} as areas
        on
            teachers.academic_year = areas.academic_year
            and teachers.school_code = areas.school_code
    group by
        areas.academic_year,
        areas.municipality_code,
        areas.area_kind,
        areas.area_code,
        teachers.period,
        teachers.person_id,
        coalesce(teachers.alternative_person_id, teachers.person_id)

),

levels as (

    select distinct usage_level
    from {{ ref('indicator_variants') }}
    where indicator_code = 'I5'

),

users_apart as (

    select
        academic_year,
        period,
        usage_level,
        person_id,
        is_certain
    from {{ ref('int_platform_users') }}

),

users_merged as (

    select
        academic_year,
        period,
        usage_level,
        coalesce(alternative_person_id, person_id) as merged_person_id,
        bool_or(is_certain) as is_certain
    from {{ ref('int_platform_users') }}
    group by
        academic_year,
        period,
        usage_level,
        coalesce(alternative_person_id, person_id)

),

counts as (

    select
        teachers.academic_year,
        teachers.municipality_code,
        teachers.area_kind,
        teachers.area_code,
        teachers.period,
        levels.usage_level,
        count(distinct teachers.person_id) as teachers_apart,
        count(distinct teachers.merged_person_id) as teachers_merged,
        count(distinct case when users_apart.is_certain then teachers.person_id end) as certain_apart,
        count(distinct users_apart.person_id) as possible_apart,
        count(distinct case when users_merged.is_certain then teachers.merged_person_id end) as certain_merged,
        count(distinct users_merged.merged_person_id) as possible_merged,
        cast(sum(teachers.is_ambiguous) as bigint) as ambiguous
    from teachers
    cross join levels
    left join users_apart
        on
            teachers.academic_year = users_apart.academic_year
            and teachers.period = users_apart.period
            and levels.usage_level = users_apart.usage_level
            and teachers.person_id = users_apart.person_id
    left join users_merged
        on
            teachers.academic_year = users_merged.academic_year
            and teachers.period = users_merged.period
            and levels.usage_level = users_merged.usage_level
            and teachers.merged_person_id = users_merged.merged_person_id
    group by
        teachers.academic_year,
        teachers.municipality_code,
        teachers.area_kind,
        teachers.area_code,
        teachers.period,
        levels.usage_level

)

select
    academic_year,
    municipality_code,
    area_kind,
    area_code,
    period,
    usage_level,
    least(teachers_apart, teachers_merged) as teachers_low,
    greatest(teachers_apart, teachers_merged) as teachers_high,
    least(certain_apart, certain_merged) as users_low,
    greatest(possible_apart, possible_merged) as users_high,
    ambiguous
from counts
