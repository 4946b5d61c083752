{# The key columns of a figure, in the order that makes its id. #}
{% macro figure_keys() %}
{{ return([
  'academic_year', 'municipality_code', 'area_kind', 'area_code', 'indicator_code', 'measure', 'gia_level', 'cutoff',
  'denominator_kind', 'stage', 'subject', 'award', 'usage_level', 'period'
]) }}
{% endmacro %}

{# figure_id = the first 16 hex digits of md5 over the key columns joined by '|'; `instead` gives another expression for
   some of the keys. One `concat` of all: a chain of `||` makes a text at every joint, half of the time. #}
{% macro figure_id(alias=none, instead={}) -%}
{%- set prefix = alias ~ '.' if alias else '' -%}
substr(md5(concat({% for key in figure_keys() %}{{ instead.get(key, prefix ~ key) }}{% if not loop.last %}, '|', {% endif %}{% endfor %})), 1, 16)
{%- endmacro %}

{# The figures of a part that have a source: id, year and area, and what else of the key (`columns`) the caller tells apart. #}
{% macro figures_with_a_source(model_name, columns=[]) -%}
select
    academic_year,
    municipality_code,
    area_kind,
    area_code,
    {%- for column in columns %}
    {{ column }},
    {%- endfor %}
    {{ figure_id() }} as figure_id
from {{ ref(model_name) }}
where has_source
{%- endmacro %}

{# The id of a result by subject: the word «subject» stands where no figure of indicator_values has an area's code or indicator. #}
{% macro subject_figure_id() -%}
substr(
    md5(
        academic_year || '|' || municipality_code || '|' || area_kind || '|' || area_code || '|subject|'
        || cast(gia_level as {{ text() }}) || '|' || cast(subject_code as {{ text() }})
    ), 1, 16
)
{%- endmacro %}
