-- What: where the numerator's people are taken from the denominator's, it is never larger.
-- When it matters: a join that multiplies rows.
-- How to resolve: look at the counts model of the indicator.
select
    figure_id,
    numerator,
    denominator
from {{ ref('indicator_values') }}
where
    numerator > denominator
    and (
        indicator_code = 'I1' and denominator_kind = 'admitted'
        or indicator_code = 'I3'
        or indicator_code = 'I5'
    )
