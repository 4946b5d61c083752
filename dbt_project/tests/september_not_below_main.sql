{{ config(severity='warn') }}
-- What: I1 with September (B) is at least I1 of the main period (A).
-- When it matters: a lawful re-sit or annulment can lower a result; anything else is an error. The checks on data decide
-- pupil by pupil and block the release.
-- How to resolve: look for dated re-sits, appeals and annulments of the falling pupils.
select
    september.figure_id,
    september.numerator,
    main_period.numerator as main_numerator
from {{ ref('indicator_values') }} as september
inner join {{ ref('indicator_values') }} as main_period
    on {{ same_area('september', 'main_period') }}
    and september.gia_level = main_period.gia_level
    and september.denominator_kind = main_period.denominator_kind
where
    september.indicator_code = 'I1'
    and main_period.indicator_code = 'I1'
    and september.cutoff = 'september'
    and main_period.cutoff = 'main'
    and september.numerator < main_period.numerator
