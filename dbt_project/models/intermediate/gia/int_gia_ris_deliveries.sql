-- The files of the base of РИС that its results and admissions are made of.
{% for entity in ['schools', 'participants', 'participant_properties', 'registrations', 'exam_days', 'tests', 'marks', 'appeals', 'appeal_changes'] -%}
select distinct
    academic_year,
    gia_level,
    delivery_id
from {{ lake('gia_ris', entity) }} as {{ entity }}_rows
{% if not loop.last %}
union
{% endif %}
{%- endfor %}
