-- What: every status of a result row has a row in exam_statuses, and every subject code a row in subjects or gve_subjects.
-- When it matters: a status or a code that is not known would leave the row out of every count.
-- How to resolve: add the row to the seed (or to HOME/rules).
{{ config(meta={
    'message': 'в протоколах ГИА есть статус или код предмета вне справочников: дополните rules/exam_statuses.csv, rules/subjects.csv или rules/gve_subjects.csv'
}) }}
select distinct
    academic_year,
    gia_level,
    subject_code,
    treatment
from {{ ref('int_gia_attempts') }}
where
    treatment is null
    or subject_code is null
