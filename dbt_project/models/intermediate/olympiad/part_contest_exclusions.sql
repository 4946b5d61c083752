select
    {% for key in figure_keys() -%}
    figures.{{ key }},
    {% endfor -%}
    exclusions.reason,
    cast(exclusions.n as bigint) as n
from {{ ref('part_contest_figures') }} as figures
inner join {{ ref('int_contest_exclusions') }} as exclusions
    on {{ same_area('figures', 'exclusions') }}
where figures.has_source
