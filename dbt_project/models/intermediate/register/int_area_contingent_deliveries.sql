select distinct
    areas.academic_year,
    areas.municipality_code,
    areas.area_kind,
    areas.area_code,
    headcounts.delivery_id
from {{ ref('int_area_schools') }} as areas
inner join {{ ref('int_academic_years') }} as years
    on areas.academic_year = years.academic_year
inner join {{ ref('stg_contingent__headcounts') }} as headcounts
    on
        years.academic_year = headcounts.academic_year
        and years.contingent_day = headcounts.count_date
        and areas.school_code = headcounts.school_code
