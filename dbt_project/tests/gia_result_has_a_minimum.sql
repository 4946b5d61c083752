-- What: every result of a protocol has a row in exam_minimums that says when its subject is passed in that form.
-- When it matters: without one the result would wait for ever as «pending» and lower I1.
-- How to resolve: add the row to exam_minimums (or to HOME/rules/exam_minimums.csv).
{{ config(meta={
    'message': 'есть результаты ГИА без правила зачёта: добавьте в rules/exam_minimums.csv строку на этот год, уровень, форму и предмет'
}) }}
select distinct
    academic_year,
    gia_level,
    exam_form,
    subject_code
from {{ ref('int_gia_attempts') }}
where
    treatment = 'result'
    and not has_rule
    and participant_category = 'current'
