with figures as (

    select
        academic_year,
        municipality_code,
        area_kind,
        area_code,
        measure,
        stage,
        subject,
        {{ figure_id() }} as figure_id
    from {{ ref('part_olympiad_figures') }}
    where has_source

)

select
    figures.academic_year,
    figures.figure_id,
    cast(deliveries.delivery_id as {{ text() }}) as delivery_id
from figures
inner join {{ ref('int_olympiad_deliveries') }} as deliveries
    on {{ same_area('figures', 'deliveries') }}
    and figures.stage = deliveries.stage
    and figures.subject = deliveries.subject

union all

-- A delivery is of one source, so that none of these stands above.
select
    figures.academic_year,
    figures.figure_id,
    cast(deliveries.delivery_id as {{ text() }}) as delivery_id
from figures
inner join {{ ref('int_area_contingent_deliveries') }} as deliveries
    on {{ same_area('figures', 'deliveries') }}
where figures.measure = 'per_100'
