-- Rows of the four sources of ВсОШ under the same columns, as they were sent.
{% set books = [
    ('stg_vsosh_school_stage__results', "'school'", "'school'", 'performance_grade', 'true', 'unmatched_row'),
    ('stg_vsosh_sirius__results', "'sirius'", "'school'", 'performance_grade', 'true',
        'case when person_id is null then cast(code_id as ' ~ text() ~ ') end'),
    ('stg_vsosh_portal__results', "'portal_' || stage", 'stage', 'performance_grade', 'true', 'unmatched_row'),
    ('stg_vsosh_municipal_protocol__results', "'protocol'", "'municipal'", 'grade', 'is_final', 'unmatched_row')
] %}
{% for source, book, stage, row_grade, is_final, unmatched_row in books %}
select
    academic_year,
    {{ book }} as book,
    {{ stage }} as stage,
    school_code,
    subject_code,
    person_id,
    alternative_person_id,
    {{ row_grade }} as row_grade,
    performance_grade,
    study_grade,
    score,
    award_status,
    {{ is_final }} as is_final,
    as_of,
    reading_id,
    delivery_id,
    source_sheet,
    source_row,
    {{ unmatched_row }} as unmatched_row
from {{ ref(source) }}
{{ 'union all' if not loop.last }}
{% endfor %}
