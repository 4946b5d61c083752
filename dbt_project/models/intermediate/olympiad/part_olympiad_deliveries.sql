select
    {% for key in figure_keys() -%}
    figures.{{ key }},
    {% endfor -%}
    cast(deliveries.delivery_id as {{ text() }}) as delivery_id
from {{ ref('part_olympiad_figures') }} as figures
inner join {{ ref('int_olympiad_deliveries') }} as deliveries
    on {{ same_area('figures', 'deliveries') }}
        and figures.stage = deliveries.stage
        and figures.subject = deliveries.subject
where figures.has_source

union

select
    {% for key in figure_keys() -%}
    figures.{{ key }},
    {% endfor -%}
    cast(deliveries.delivery_id as {{ text() }}) as delivery_id
from {{ ref('part_olympiad_figures') }} as figures
inner join {{ ref('int_area_contingent_deliveries') }} as deliveries
    on {{ same_area('figures', 'deliveries') }}
where
    figures.has_source
    and figures.measure = 'per_100'
