select
    {% for key in figure_keys() -%}
    figures.{{ key }},
    {% endfor -%}
    excluded.reason,
    cast(excluded.n as bigint) as n
from {{ ref('part_gia_figures') }} as figures
inner join {{ ref('int_gia_area_excluded') }} as excluded
    on {{ same_area('figures', 'excluded') }}
        and figures.gia_level = excluded.gia_level
inner join {{ ref('int_gia_area_sources') }} as sources
    on {{ same_area('figures', 'sources') }}
        and figures.gia_level = sources.gia_level
where
    figures.has_source
    and sources.has_people
