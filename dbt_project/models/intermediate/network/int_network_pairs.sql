select
    agreements.agreement_number as pair_id,
    schools.municipality_code,
    agreements.supported_school_code,
    agreements.partner_school_code,
    agreements.agreement_date,
    agreements.valid_from,
    agreements.valid_to
from {{ ref('stg_agreements__agreements') }} as agreements
inner join {{ ref('int_schools') }} as schools
    on agreements.supported_school_code = schools.school_code
