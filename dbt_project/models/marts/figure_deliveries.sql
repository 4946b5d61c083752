with parts as (

    {% for domain in ['gia', 'olympiad', 'contest', 'platform'] %}
    select
        figure_id,
        delivery_id
    from {{ part('part_' ~ domain ~ '_deliveries') }} as deliveries_of_{{ domain }}
    {% if not loop.last %}union all{% endif %}
    {% endfor %}

)

select
    parts.figure_id,
    parts.delivery_id
from parts
inner join {{ ref('indicator_values') }} as figures
    on parts.figure_id = figures.figure_id
