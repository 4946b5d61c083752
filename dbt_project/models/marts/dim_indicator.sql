select
    indicator_code,
    title,
    definition,
    formula,
    source,
    periodicity,
    limits,
    breaks,
    unit,
    main_measure,
    is_higher_better
from {{ ref('indicators') }}
