with ranked as (

    select
        academic_year,
        programme_number,
        school_code,
        agreement_number,
        approved_on,
        approval_document,
        valid_from,
        valid_to,
        as_of,
        delivery_id,
        source_sheet,
        source_row,
        row_number() over (
            partition by programme_number
            order by as_of desc, academic_year desc, reading_id desc, source_row asc nulls last
        ) as preference
    from {{ lake('programmes', 'programmes') }}

)

select
    academic_year,
    programme_number,
    school_code,
    agreement_number,
    approved_on,
    approval_document,
    valid_from,
    valid_to,
    as_of,
    delivery_id,
    source_sheet,
    source_row
from ranked
where preference = 1
