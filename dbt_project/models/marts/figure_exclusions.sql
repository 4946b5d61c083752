with parts as (

    {% for domain in ['gia', 'olympiad', 'contest', 'platform'] %}
    select
        {{ figure_id() }} as figure_id,
        reason,
        n
    from {{ part('part_' ~ domain ~ '_exclusions') }} as exclusions_of_{{ domain }}
    {% if not loop.last %}union all{% endif %}
    {% endfor %}

)

select
    parts.figure_id,
    parts.reason,
    parts.n
from parts
inner join {{ ref('indicator_values') }} as figures
    on parts.figure_id = figures.figure_id
