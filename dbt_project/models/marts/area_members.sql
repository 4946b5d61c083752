select
    academic_year,
    municipality_code,
    area_kind,
    area_code,
    school_code
from {{ ref('int_area_schools') }}
where area_kind in ('group', 'municipality')
