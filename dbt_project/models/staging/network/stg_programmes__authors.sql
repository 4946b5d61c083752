with ranked as (

    select
        academic_year,
        programme_number,
        school_code,
        person_token,
        rank() over (
            partition by programme_number
            order by as_of desc, academic_year desc, reading_id desc
        ) as preference
    from {{ lake('programmes', 'authors') }}

)

select distinct
    ranked.programme_number,
    ranked.school_code,
    person.person_id
from ranked
{{ join_person('programmes', 'ranked') }}
where ranked.preference = 1
