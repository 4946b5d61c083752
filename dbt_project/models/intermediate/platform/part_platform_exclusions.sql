select
    {% for key in figure_keys() -%}
    figures.{{ key }},
    {% endfor -%}
    exclusions.reason,
    cast(exclusions.n as bigint) as n
from {{ ref('part_platform_figures') }} as figures
inner join {{ ref('int_platform_exclusions') }} as exclusions
    on {{ same_area('figures', 'exclusions') }}
        and figures.period = exclusions.period
where figures.has_source
