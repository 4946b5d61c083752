select
    {% for key in figure_keys() -%}
    figures.{{ key }},
    {% endfor -%}
    exclusions.reason,
    cast(exclusions.n as bigint) as n
from {{ ref('part_olympiad_figures') }} as figures
inner join {{ ref('int_olympiad_exclusions') }} as exclusions
    on {{ same_area('figures', 'exclusions') }}
        and figures.stage = exclusions.stage
        and figures.subject = exclusions.subject
where
    figures.has_source
    and figures.measure <> 'unmatched'
