-- What: every category code of РИС has a row in ris_categories.
-- When it matters: a category that is not known would make a past graduate a pupil of this year, or the other way round.
-- How to resolve: add the row to the seed (or to HOME/rules).
{{ config(meta={
    'message': 'в выгрузке РИС ГИА есть код категории участника вне справочника: дополните rules/ris_categories.csv строкой с этим кодом'
}) }}
select distinct
    academic_year,
    gia_level,
    category_code
from {{ ref('stg_gia_ris__participants') }}
where
    is_live
    and participant_category is null
