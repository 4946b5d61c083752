select
    partnerships.academic_year,
    schools.municipality_code,
    partnerships.agreement_number,
    partnerships.agreement_date,
    partnerships.supported_school_code,
    partnerships.partner_school_code,
    partnerships.valid_from,
    partnerships.valid_to
from {{ ref('int_partnerships') }} as partnerships
left join {{ ref('int_schools') }} as schools
    on partnerships.supported_school_code = schools.school_code
