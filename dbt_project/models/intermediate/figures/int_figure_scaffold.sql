-- Every figure that has to exist, with the full key; what is not known about it is said by its symbol.
with areas as (

    select distinct
        academic_year,
        municipality_code,
        area_kind,
        area_code
    from {{ ref('int_area_schools') }}

)

select
    areas.academic_year,
    areas.municipality_code,
    areas.area_kind,
    areas.area_code,
    variants.indicator_code,
    variants.measure,
    variants.gia_level,
    variants.cutoff,
    variants.denominator_kind,
    variants.stage,
    variants.subject,
    variants.award,
    variants.usage_level,
    variants.period
from areas
inner join {{ ref('indicator_variants') }} as variants
    on {{ in_force('variants', 'areas.academic_year') }}
