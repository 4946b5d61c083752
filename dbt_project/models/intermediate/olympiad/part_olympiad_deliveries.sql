with figures as ({{ figures_with_a_source('part_olympiad_figures', ['measure', 'stage', 'subject']) }})

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
