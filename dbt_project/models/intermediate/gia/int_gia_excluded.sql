-- People who sat exams or stand in a list and are no current-year graduates of the school, once each, with the reason.
with people as (

    select
        academic_year,
        gia_level,
        school_code,
        person_id,
        participant_category,
        as_of
    from {{ ref('int_gia_attempts') }}
    union all
    select
        admissions.academic_year,
        admissions.gia_level,
        admissions.school_code,
        admissions.person_id,
        admissions.participant_category,
        admissions.as_of
    from {{ ref('int_gia_admissions') }} as admissions
    inner join {{ years_to_build('gia') }} as wanted
        on admissions.academic_year = wanted.academic_year

),

listed as (

    select distinct
        admissions.academic_year,
        admissions.gia_level,
        admissions.person_id
    from {{ ref('int_gia_admissions') }} as admissions
    where admissions.participant_category = 'current'

),

reasons as (

    select
        people.academic_year,
        people.gia_level,
        people.school_code,
        people.person_id,
        max(case when people.participant_category <> 'current' then people.participant_category end) as category
    from people
    left join listed
        on
            people.academic_year = listed.academic_year
            and people.gia_level = listed.gia_level
            and people.person_id = listed.person_id
    where
        listed.person_id is null
        and people.school_code is not null
    group by
        people.academic_year,
        people.gia_level,
        people.school_code,
        people.person_id

)

select
    academic_year,
    gia_level,
    school_code,
    person_id,
    coalesce(category, 'not_in_admission_list') as reason
from reasons
