with ranked as (

    select
        academic_year,
        event_number,
        evidence_kind,
        evidence_reference,
        delivery_id,
        reading_id,
        source_sheet,
        source_row,
        rank() over (
            partition by event_number
            order by as_of desc, academic_year desc, reading_id desc
        ) as preference
    from {{ lake('events', 'evidence') }}

)

select distinct
    event_number,
    evidence_kind,
    evidence_reference
from ranked
where preference = 1
