-- What: every result of РИС that is marked out of five has a mark of 2 to 5, every other one 0 to 100.
-- When it matters: another number would be compared with the minimum as if it were a mark.
-- How to resolve: ask for the base anew, or withdraw the delivery of res_Marks.
{{ config(meta={
    'message': 'в выгрузке РИС ГИА (res_Marks, ac_Changes) у действующего результата есть отметка Mark5 вне шкалы 2–5 или балл Mark100 вне шкалы 0–100: выгрузите таблицы снова'
}) }}
select distinct
    academic_year,
    gia_level,
    subject_code,
    mark,
    test_mark
from {{ ref('stg_gia_ris__results') }}
where
    treatment = 'result'
    and (mark not between 2 and 5 or test_mark not between 0 and 100)
