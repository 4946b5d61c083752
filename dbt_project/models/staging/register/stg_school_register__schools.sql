with ranked as (

    select
        school_code,
        school_name,
        short_name,
        municipality_code,
        municipality_name,
        school_kind,
        inn,
        ogrn,
        valid_from,
        valid_to,
        predecessor_code,
        successor_code,
        delivery_id,
        row_number() over (
            partition by school_code
            order by as_of desc, academic_year desc, reading_id desc, source_row asc nulls last
        ) as preference,
        count(*) over (partition by school_code) as merged_rows
    from {{ lake('school_register', 'schools') }}

)

select
    school_code,
    school_name,
    short_name,
    municipality_code,
    municipality_name,
    school_kind,
    inn,
    ogrn,
    valid_from,
    valid_to,
    predecessor_code,
    successor_code,
    delivery_id,
    merged_rows
from ranked
where preference = 1
