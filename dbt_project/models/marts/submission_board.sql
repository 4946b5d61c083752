select
    submissions.academic_year,
    schools.municipality_code,
    submissions.school_code,
    submissions.source,
    submissions.state,
    submissions.due_on
from {{ source('inputs', 'submissions') }} as submissions
left join {{ ref('int_schools') }} as schools
    on submissions.school_code = schools.school_code
