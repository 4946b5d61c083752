with ranked as (

    select
        academic_year,
        decision_number,
        decision_date,
        decision_title,
        decision_kind,
        addressee,
        school_code,
        due_on,
        indicator_code,
        finding,
        outcome,
        outcome_state,
        outcome_checked_on,
        as_of,
        delivery_id,
        row_number() over (
            partition by decision_number
            order by as_of desc, academic_year desc, reading_id desc, source_row asc nulls last
        ) as preference
    from {{ lake('decisions', 'decisions') }}

)

select
    academic_year,
    decision_number,
    decision_date,
    decision_title,
    decision_kind,
    addressee,
    school_code,
    due_on,
    indicator_code,
    finding,
    outcome,
    outcome_state,
    outcome_checked_on,
    as_of,
    delivery_id
from ranked
where preference = 1
