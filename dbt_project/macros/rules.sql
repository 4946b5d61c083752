{# Rows of a dated seed (alias `rules`) that are in force in an academic year; both ends belong to the validity, an empty
   last year means until further notice. Academic years compare as text. #}
{% macro in_force(rules, academic_year) -%}
{{ rules }}.first_academic_year <= {{ academic_year }}
and coalesce({{ rules }}.last_academic_year, {{ academic_year }}) >= {{ academic_year }}
{%- endmacro %}
