with ranked as (

    select
        agreement_number,
        agreement_date,
        supported_school_code,
        partner_school_code,
        valid_from,
        valid_to,
        delivery_id,
        row_number() over (
            partition by agreement_number
            order by as_of desc, academic_year desc, reading_id desc, source_row asc nulls last
        ) as preference,
        count(*) over (partition by agreement_number) as merged_rows
    from {{ lake('agreements', 'agreements') }}

)

select
    agreement_number,
    agreement_date,
    supported_school_code,
    partner_school_code,
    valid_from,
    valid_to,
    delivery_id,
    merged_rows
from ranked
where preference = 1
