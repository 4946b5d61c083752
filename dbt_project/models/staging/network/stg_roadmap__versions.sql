with ranked as (

    select
        agreement_number,
        version_number,
        approved_on,
        approval_document,
        as_of,
        delivery_id,
        row_number() over (
            partition by agreement_number, version_number
            order by as_of desc, academic_year desc, reading_id desc, source_row asc nulls last
        ) as preference
    from {{ lake('roadmap', 'versions') }}

)

select
    agreement_number,
    version_number,
    approved_on,
    approval_document,
    as_of,
    delivery_id
from ranked
where preference = 1
