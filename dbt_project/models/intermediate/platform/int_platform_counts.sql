-- Teachers and users of an area. Namesakes who cannot be told apart are matched twice, apart and merged: neither match
-- is the larger one by itself, so both are kept.
with teachers as (

    select
        academic_year,
        period,
        school_code,
        person_id,
        alternative_person_id
    from {{ ref('int_teachers') }}

),

users as (

    select
        academic_year,
        period,
        usage_level,
        person_id,
        alternative_person_id,
        is_certain
    from {{ ref('int_platform_users') }}

),

levels as (

    select distinct usage_level
    from {{ ref('indicator_variants') }}
    where indicator_code = 'I5'

),

-- A user's namesake may be a teacher whose own name is in no doubt.
entangled as (

    {{ entangled_people('teachers') }}
    union
    select
        academic_year,
        person_id
    from users
    where alternative_person_id is not null
    union
    select
        academic_year,
        alternative_person_id as person_id
    from users
    where alternative_person_id is not null

),

alone as (

    {{ rows_of_people('teachers', 'entangled', wanted=false) }}

),

together as (

    {{ rows_of_people('teachers', 'entangled', wanted=true) }}

),

school_teachers as (

    select
        academic_year,
        period,
        school_code,
        count(*) as teachers
    from alone
    group by
        academic_year,
        period,
        school_code

),

school_users as (

    select
        alone.academic_year,
        alone.period,
        alone.school_code,
        users.usage_level,
        sum(case when users.is_certain then 1 else 0 end) as certain,
        count(*) as possible
    from alone
    inner join users
        on
            alone.academic_year = users.academic_year
            and alone.period = users.period
            and alone.person_id = users.person_id
    group by
        alone.academic_year,
        alone.period,
        alone.school_code,
        users.usage_level

),

users_apart as (

    select users.*
    from users
    inner join entangled
        on
            users.academic_year = entangled.academic_year
            and users.person_id = entangled.person_id

),

users_merged as (

    select
        academic_year,
        period,
        usage_level,
        coalesce(alternative_person_id, person_id) as merged_person_id,
        bool_or(is_certain) as is_certain
    from users_apart
    group by
        academic_year,
        period,
        usage_level,
        coalesce(alternative_person_id, person_id)

),

members as (

    select
        areas.academic_year,
        areas.municipality_code,
        areas.area_kind,
        areas.area_code,
        together.period,
        together.person_id,
        coalesce(together.alternative_person_id, together.person_id) as merged_person_id,
        max(case when together.alternative_person_id is not null then 1 else 0 end) as is_ambiguous
    from together
    inner join {{ ref('int_area_schools') }} as areas
        on
            together.academic_year = areas.academic_year
            and together.school_code = areas.school_code
    group by
        areas.academic_year,
        areas.municipality_code,
        areas.area_kind,
        areas.area_code,
        together.period,
        together.person_id,
        coalesce(together.alternative_person_id, together.person_id)

),

counts as (

    select
        members.academic_year,
        members.municipality_code,
        members.area_kind,
        members.area_code,
        members.period,
        levels.usage_level,
        count(distinct members.person_id) as teachers_apart,
        count(distinct members.merged_person_id) as teachers_merged,
        count(distinct case when users_apart.is_certain then members.person_id end) as certain_apart,
        count(distinct users_apart.person_id) as possible_apart,
        count(distinct case when users_merged.is_certain then members.merged_person_id end) as certain_merged,
        count(distinct users_merged.merged_person_id) as possible_merged,
        sum(members.is_ambiguous) as ambiguous
    from members
    cross join levels
    left join users_apart
        on
            members.academic_year = users_apart.academic_year
            and members.period = users_apart.period
            and levels.usage_level = users_apart.usage_level
            and members.person_id = users_apart.person_id
    left join users_merged
        on
            members.academic_year = users_merged.academic_year
            and members.period = users_merged.period
            and levels.usage_level = users_merged.usage_level
            and members.merged_person_id = users_merged.merged_person_id
    group by
        members.academic_year,
        members.municipality_code,
        members.area_kind,
        members.area_code,
        members.period,
        levels.usage_level
    union all
    select
        areas.academic_year,
        areas.municipality_code,
        areas.area_kind,
        areas.area_code,
        school_teachers.period,
        levels.usage_level,
        school_teachers.teachers as teachers_apart,
        school_teachers.teachers as teachers_merged,
        coalesce(school_users.certain, 0) as certain_apart,
        coalesce(school_users.possible, 0) as possible_apart,
        coalesce(school_users.certain, 0) as certain_merged,
        coalesce(school_users.possible, 0) as possible_merged,
        0 as ambiguous
    from school_teachers
    cross join levels
    inner join {{ ref('int_area_schools') }} as areas
        on
            school_teachers.academic_year = areas.academic_year
            and school_teachers.school_code = areas.school_code
    left join school_users
        on
            school_teachers.academic_year = school_users.academic_year
            and school_teachers.period = school_users.period
            and school_teachers.school_code = school_users.school_code
            and levels.usage_level = school_users.usage_level

)

select
    academic_year,
    municipality_code,
    area_kind,
    area_code,
    period,
    usage_level,
    cast(least(sum(teachers_apart), sum(teachers_merged)) as bigint) as teachers_low,
    cast(greatest(sum(teachers_apart), sum(teachers_merged)) as bigint) as teachers_high,
    cast(least(sum(certain_apart), sum(certain_merged)) as bigint) as users_low,
    cast(greatest(sum(possible_apart), sum(possible_merged)) as bigint) as users_high,
    cast(sum(ambiguous) as bigint) as ambiguous
from counts
group by
    academic_year,
    municipality_code,
    area_kind,
    area_code,
    period,
    usage_level
