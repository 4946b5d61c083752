select
    years.academic_year,
    agreements.agreement_number,
    agreements.agreement_date,
    agreements.supported_school_code,
    agreements.partner_school_code,
    agreements.valid_from,
    agreements.valid_to
from {{ ref('int_academic_years') }} as years
inner join {{ ref('stg_agreements__agreements') }} as agreements
    on
        agreements.valid_from <= years.last_day
        and agreements.valid_to >= years.first_day
