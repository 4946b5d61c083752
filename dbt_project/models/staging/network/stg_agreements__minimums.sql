with ranked as (

    select
        agreement_number,
        duty_code,
        minimum_per_half,
        delivery_id,
        source_sheet,
        source_row,
        row_number() over (
            partition by agreement_number, duty_code
            order by as_of desc, academic_year desc, reading_id desc, source_row asc nulls last
        ) as preference,
        count(*) over (partition by agreement_number, duty_code) as merged_rows
    from {{ lake('agreements', 'minimums') }}

)

select
    agreement_number,
    duty_code,
    minimum_per_half,
    delivery_id,
    source_sheet,
    source_row,
    merged_rows
from ranked
where preference = 1
