-- Whether a municipality delivered, for a year and level, both the lists of graduates and the protocols.
with schools as (

    select * from {{ ref('int_active_schools') }}

),

-- `z` in a break's level: every level.
levels as (

    select distinct
        rules.gia_level,
        breaks.academic_year as unavailable_year
    from {{ ref('required_subjects') }} as rules
    left join {{ ref('series_breaks') }} as breaks
        on
            breaks.indicator_code = 'I1'
            and breaks.kind = 'unavailable'
            and breaks.gia_level in ('z', 'all', cast(rules.gia_level as {{ text() }}))

),

listed as (

    select distinct
        schools.academic_year,
        schools.municipality_code,
        graduates.gia_level
    from {{ ref('int_gia_admissions') }} as graduates
    inner join schools
        on
            graduates.academic_year = schools.academic_year
            and graduates.school_code = schools.school_code

),

examined as (

    select distinct
        schools.academic_year,
        schools.municipality_code,
        attempts.gia_level
    from {{ ref('int_gia_attempts') }} as attempts
    inner join schools
        on
            attempts.academic_year = schools.academic_year
            and attempts.school_code = schools.school_code

),

returned as (

    select distinct
        schools.academic_year,
        schools.municipality_code,
        counts.gia_level
    from {{ ref('stg_gia_school_return__subject_counts') }} as counts
    inner join schools
        on
            counts.academic_year = schools.academic_year
            and counts.school_code = schools.school_code
    where counts.record_kind = 'results'

),

keys as (

    select
        schools.academic_year,
        schools.municipality_code,
        levels.gia_level,
        max(case when levels.unavailable_year = schools.academic_year then 1 else 0 end) = 1 as is_unavailable
    from schools
    inner join {{ years_to_build('gia') }} as wanted
        on schools.academic_year = wanted.academic_year
    cross join levels
    group by
        schools.academic_year,
        schools.municipality_code,
        levels.gia_level

)

select
    keys.academic_year,
    keys.municipality_code,
    keys.gia_level,
    listed.gia_level is not null as has_lists,
    examined.gia_level is not null as has_protocols,
    returned.gia_level is not null as has_return,
    keys.is_unavailable
from keys
left join listed
    on
        keys.academic_year = listed.academic_year
        and keys.municipality_code = listed.municipality_code
        and keys.gia_level = listed.gia_level
left join examined
    on
        keys.academic_year = examined.academic_year
        and keys.municipality_code = examined.municipality_code
        and keys.gia_level = examined.gia_level
left join returned
    on
        keys.academic_year = returned.academic_year
        and keys.municipality_code = returned.municipality_code
        and keys.gia_level = returned.gia_level
