-- What: every figure that has to exist stands in indicator_values, and no other.
-- When it matters: a part that was cached without a school, or a variant that no part computes.
-- How to resolve: compare int_figure_scaffold with the part of the indicator.
select
    coalesce(scaffold.figure_id, figures.figure_id) as figure_id
from (select {{ figure_id() }} as figure_id from {{ ref('int_figure_scaffold') }}) as scaffold
full outer join {{ ref('indicator_values') }} as figures
    on scaffold.figure_id = figures.figure_id
where
    scaffold.figure_id is null
    or figures.figure_id is null
