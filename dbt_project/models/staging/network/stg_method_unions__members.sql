with ranked as (

    select
        academic_year,
        union_code,
        school_code,
        person_token,
        rank() over (
            partition by union_code
            order by as_of desc, academic_year desc, reading_id desc
        ) as preference
    from {{ lake('method_unions', 'members') }}

)

select distinct
    ranked.union_code,
    ranked.school_code,
    person.person_id
from ranked
{{ join_person('method_unions', 'ranked') }}
where ranked.preference = 1
