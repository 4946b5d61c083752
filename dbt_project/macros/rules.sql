{# Rows of a dated seed (alias `rules`) that are in force in an academic year; both ends belong to the validity, an empty
   last year means until further notice. Academic years compare as text. #}
{% macro in_force(rules, academic_year) -%}
{{ rules }}.first_academic_year <= {{ academic_year }}
and coalesce({{ rules }}.last_academic_year, {{ academic_year }}) >= {{ academic_year }}
{%- endmacro %}

{# A subquery (academic_year, period, earlier_period, earlier_last_day): each half-year of I5 with every earlier one of its
   academic year. #}
{% macro earlier_half_years() -%}
(
    select
        halves.academic_year,
        halves.period,
        earlier.period as earlier_period,
        earlier.last_day as earlier_last_day
    from {{ ref('int_half_years') }} as halves
    inner join {{ ref('int_half_years') }} as earlier
        on
            halves.academic_year = earlier.academic_year
            and halves.last_day > earlier.last_day
)
{%- endmacro %}
