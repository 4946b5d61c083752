with ranked as (

    select
        agreement_number,
        stage,
        gate_kind,
        team,
        gate_date,
        evidence_reference,
        return_reason,
        rank() over (
            partition by agreement_number
            order by as_of desc, academic_year desc, reading_id desc
        ) as preference
    from {{ lake('stage_gates', 'gates') }}

)

select distinct
    agreement_number,
    stage,
    gate_kind,
    team,
    gate_date,
    evidence_reference,
    return_reason
from ranked
where preference = 1
