-- Teachers and users of an area, with the ends that hold whoever the doubtful names of lists and reports are.
{% set cell = ['academic_year', 'municipality_code', 'area_kind', 'area_code', 'period'] %}
with staff as (

    select
        academic_year,
        period,
        school_code,
        person_id,
        is_doubtful
    from {{ ref('int_teachers') }}

),

levels as (

    select distinct usage_level
    from {{ ref('indicator_variants') }}
    where indicator_code = 'I5'

),

{{ people_apart('staff', 'platform') }},

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
        people.usage_level,
        sum(case when people.is_certain then 1 else 0 end) as certain,
        count(*) as possible
    from alone
    inner join {{ ref('int_platform_users') }} as people
        on
            alone.academic_year = people.academic_year
            and alone.period = people.period
            and alone.person_id = people.person_id
    group by
        alone.academic_year,
        alone.period,
        alone.school_code,
        people.usage_level

),

teachers as (

    select
        areas.academic_year,
        areas.municipality_code,
        areas.area_kind,
        areas.area_code,
        together.period,
        together.person_id,
        bool_and(together.is_doubtful) as is_doubtful
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
        together.person_id

),

names as (

    select
        academic_year,
        period,
        person_id,
        bool_and(is_doubtful) as is_doubtful
    from together
    group by
        academic_year,
        period,
        person_id

),

-- A doubtful name of the list is perhaps a user when one of those whom it may be is; for certain it never is.
users as (

    select
        names.academic_year,
        names.period,
        people.usage_level,
        names.person_id,
        bool_or(people.is_certain and not names.is_doubtful) as is_certain,
        bool_and(people.is_doubtful) as is_doubtful
    from names
    left join {{ candidates('platform') }} as candidates
        on
            names.academic_year = candidates.academic_year
            and names.person_id = candidates.person_id
            and names.is_doubtful
    inner join {{ ref('int_platform_users') }} as people
        on
            names.academic_year = people.academic_year
            and names.period = people.period
            and people.person_id = coalesce(candidates.candidate_person_id, names.person_id)
    group by
        names.academic_year,
        names.period,
        people.usage_level,
        names.person_id

),

counts_both as (

    select
        teachers.academic_year,
        teachers.municipality_code,
        teachers.area_kind,
        teachers.area_code,
        teachers.period,
        levels.usage_level,
        count(distinct teachers.person_id) as teachers_high,
        count(distinct case when not teachers.is_doubtful then teachers.person_id end) as teachers_certain,
        count(distinct case when users.is_certain then teachers.person_id end) as users_low,
        count(distinct users.person_id) as users_high,
        count(distinct case when teachers.is_doubtful or users.is_doubtful then teachers.person_id end) as ambiguous
    from teachers
    cross join levels
    left join users
        on
            teachers.academic_year = users.academic_year
            and teachers.period = users.period
            and levels.usage_level = users.usage_level
            and teachers.person_id = users.person_id
    group by
        teachers.academic_year,
        teachers.municipality_code,
        teachers.area_kind,
        teachers.area_code,
        teachers.period,
        levels.usage_level
    union all
    select
        areas.academic_year,
        areas.municipality_code,
        areas.area_kind,
        areas.area_code,
        school_teachers.period,
        levels.usage_level,
        school_teachers.teachers as teachers_high,
        school_teachers.teachers as teachers_certain,
        coalesce(school_users.certain, 0) as users_low,
        coalesce(school_users.possible, 0) as users_high,
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

),

counts as (

    select
        academic_year,
        municipality_code,
        area_kind,
        area_code,
        period,
        usage_level,
        {% for column in ['teachers_high', 'teachers_certain', 'users_low', 'users_high', 'ambiguous'] %}
        cast(sum({{ column }}) as bigint) as {{ column }}{{ ',' if not loop.last }}
        {% endfor %}
    from counts_both
    group by
        academic_year,
        municipality_code,
        area_kind,
        area_code,
        period,
        usage_level

),

touched as (

    {{ touched_by_doubt('teachers', 'platform') }}

),

doubtful as ({{ least_of_doubtful('touched', cell, 'platform') }})

select
    counts.academic_year,
    counts.municipality_code,
    counts.area_kind,
    counts.area_code,
    counts.period,
    counts.usage_level,
    counts.teachers_certain + coalesce(doubtful.n, 0) as teachers_low,
    counts.teachers_high,
    counts.users_low,
    counts.users_high,
    counts.ambiguous
from counts
left join doubtful
    on {{ same_area('counts', 'doubtful') }}
    and counts.period = doubtful.period
