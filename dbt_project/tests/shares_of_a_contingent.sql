{{ config(severity='warn') }}
-- What: people who took part or passed are at most the contingent that was counted apart from them.
-- When it matters: a contingent or a book that is wrong. Data decide it, so the build goes on and the checks on data
-- block the release with the school's name.
-- How to resolve: ask the school for its contingent of 20 September.
select
    figure_id,
    numerator,
    denominator
from {{ ref('indicator_values') }}
where numerator > denominator
