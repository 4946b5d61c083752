select
    academic_year,
    start_year,
    start_year + 1 as exam_year,
    first_day,
    last_day,
    contingent_day,
    replace(academic_year, '-', '/') || ' учебный год' as title
from {{ ref('int_academic_years') }}
