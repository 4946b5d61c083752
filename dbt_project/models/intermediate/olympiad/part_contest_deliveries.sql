with deliveries as (

    select
        academic_year,
        municipality_code,
        area_kind,
        area_code,
        delivery_id
    from {{ ref('int_olympiad_deliveries') }}
    where
        stage = 'any'
        and subject = 'any'
    union
    select
        areas.academic_year,
        areas.municipality_code,
        areas.area_kind,
        areas.area_code,
        results.delivery_id
    from {{ ref('int_contest_results') }} as results
    inner join {{ ref('int_area_schools') }} as areas
        on
            results.academic_year = areas.academic_year
            and results.school_code = areas.school_code
    where results.is_in_scope
    union
    select
        areas.academic_year,
        areas.municipality_code,
        areas.area_kind,
        areas.area_code,
        results.list_delivery_id as delivery_id
    from {{ ref('int_contest_results') }} as results
    inner join {{ ref('int_area_schools') }} as areas
        on
            results.academic_year = areas.academic_year
            and results.school_code = areas.school_code
    where
        results.is_in_scope
        and results.list_delivery_id is not null
    union
    select
        academic_year,
        municipality_code,
        area_kind,
        area_code,
        delivery_id
    from {{ ref('int_area_contingent_deliveries') }}

),

figures as ({{ figures_with_a_source('part_contest_figures') }})

select
    figures.academic_year,
    figures.figure_id,
    cast(deliveries.delivery_id as {{ text() }}) as delivery_id
from figures
inner join deliveries
    on {{ same_area('figures', 'deliveries') }}
