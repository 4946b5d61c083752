-- The files that a figure came from are those of its rows.
with by_school as (

    select distinct
        academic_year,
        period,
        school_code,
        delivery_id
    from {{ ref('part_platform_rows') }}

),

deliveries as (

    select distinct
        areas.academic_year,
        areas.municipality_code,
        areas.area_kind,
        areas.area_code,
        by_school.period,
        by_school.delivery_id
    from by_school
    inner join {{ ref('int_area_schools') }} as areas
        on
            by_school.academic_year = areas.academic_year
            and by_school.school_code = areas.school_code

),

figures as ({{ figures_with_a_source('part_platform_figures', ['period']) }})

select
    figures.academic_year,
    figures.figure_id,
    deliveries.delivery_id
from figures
inner join deliveries
    on {{ same_area('figures', 'deliveries') }}
        and figures.period = deliveries.period
