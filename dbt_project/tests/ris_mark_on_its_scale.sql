-- What: every result of РИС that is marked out of five has a mark of 2 to 5.
-- When it matters: another number would be compared with the minimum as if it were a mark.
-- How to resolve: ask for the base anew, or withdraw the delivery of res_Marks.
{{ config(meta={
    'message': 'в выгрузке РИС ГИА (res_Marks, ac_Changes) есть отметка Mark5 вне шкалы 2–5 у действующего результата: выгрузите таблицы снова'
}) }}
select distinct
    academic_year,
    gia_level,
    subject_code,
    mark
from {{ ref('stg_gia_ris__results') }}
where
    treatment = 'result'
    and mark not between 2 and 5
