{#- Joins that every source of people needs: who stands in the row, and which school it names. -#}

{#- Join of the vault's answer «who is this token» to the alias `rows`. -#}
{% macro join_person(source_name, rows) -%}
left join {{ people(source_name) }} as person
        on
            person.academic_year = {{ rows }}.academic_year
            and person.person_token = {{ rows }}.person_token
{%- endmacro %}

{#- Join of schools named without a code. These sources name no municipality, so a name counts only when the whole map
    gives it one code. -#}
{% macro join_named_school(rows) -%}
left join (
        select
            school_name,
            min(school_code) as school_code
        from {{ school_lookup() }} as lookup
        where school_code is not null
        group by school_name
        having count(distinct school_code) = 1
    ) as named_school
        on
            named_school.school_name = {{ rows }}.school_name
            and {{ rows }}.school_code is null
{%- endmacro %}

{#- Identity of a row that names nobody: such rows are never merged with one another. -#}
{% macro row_identity(rows) -%}
{{ rows }}.reading_id || '/' || coalesce({{ rows }}.source_sheet, '') || '/' || cast({{ rows }}.source_row as {{ text() }})
{%- endmacro %}

{#- An identifier of РИС as it is compared: without braces and case, which differ between exports. -#}
{% macro guid(column) -%}
lower(replace(replace(trim({{ column }}), '{', ''), '}', ''))
{%- endmacro %}

{#- A value as one word of `says`: no spaces, no signs of equality; empty where there is none. -#}
{% macro word_of(column) -%}
replace(replace(coalesce(cast({{ column }} as {{ text() }}), ''), ' ', '_'), '=', '_')
{%- endmacro %}
