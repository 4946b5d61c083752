{# How a model names what stands outside of the project: the lake, the inputs of the candidate, the cached parts. #}

{# Effective rows of one entity of the lake; columns as in the contract (see models/sources/lake.yml). #}
{% macro lake(source_name, entity) %}{{ return(source('lake', source_name ~ '__' ~ entity)) }}{% endmacro %}

{# A subquery (academic_year, person_token, person_id, alternative_person_id) of one source's people. #}
{% macro people(source_name) -%}
(
    select academic_year, person_token, person_id, alternative_person_id
    from {{ source('inputs', 'person_map') }}
    where source = '{{ source_name }}'
)
{%- endmacro %}

{# A subquery (academic_year, person_id, candidate_person_id, doubt_group): everybody whom the doubtful names in the
   sources of a domain may be. Only these sources stand in the keys of the domain's year parts. #}
{% macro candidates(domain) -%}
(
    select distinct academic_year, person_id, candidate_person_id, doubt_group
    from {{ source('inputs', 'person_candidates') }}
    where source in ('{{ var("domains")[domain] | join("', '") }}')
)
{%- endmacro %}

{# A subquery (academic_year, person_id, candidate_person_id): whom a name stands for, a doubtful one for everybody whom it
   may be, any of those for himself. #}
{% macro standing_for(domain) -%}
(
    select academic_year, person_id, candidate_person_id from {{ candidates(domain) }} as doubtful
    union
    select academic_year, candidate_person_id as person_id, candidate_person_id from {{ candidates(domain) }} as themselves
)
{%- endmacro %}

{# A subquery (municipality_name, school_name, school_code, municipality_code) for rows that name a school without a code. #}
{% macro school_lookup() -%}
(
    select municipality_name, school_name, school_code, municipality_code
    from {{ source('inputs', 'school_map') }}
)
{%- endmacro %}

{# A subquery with the academic years whose parts of this domain are missing from the cache. #}
{% macro years_to_build(domain) -%}
(select academic_year from {{ source('run', 'years_to_build') }} where domain = '{{ domain }}')
{%- endmacro %}

{# All years of a part model: rows built now and rows of the cached years. #}
{% macro part(model_name) -%}
(
    select * from {{ ref(model_name) }}
    union all
    select * from {{ api.Relation.create(database=ref(model_name).database, schema='cached', identifier=model_name) }}
)
{%- endmacro %}

{# Models and seeds share one schema: the database of a candidate is thrown away whole. #}
{% macro generate_schema_name(custom_schema_name, node) -%}{{ target.schema }}{%- endmacro %}

{# The centre's own rule rows replace the seed's rows with the same key (meta.key of the seed); others are added. #}
{% macro apply_home_rules(relation, node) %}
  {% if execute %}
    {% set own = adapter.get_relation(database=relation.database, schema='home_rules', identifier=relation.identifier) %}
    {% if own is not none %}
      {% set key = node.config.meta.key %}
      {% set columns = adapter.get_columns_in_relation(relation) %}
      {% do adapter.dispatch('replace_rules', 'opora')(relation, own, key, columns) %}
    {% endif %}
  {% endif %}
{% endmacro %}

{% macro default__replace_rules(relation, own, key, columns) %}
  {% call statement('replace_rules') %}
    delete from {{ relation }} where exists (
      select 1 from {{ own }} as own_rule where
      {% for column in key %}own_rule.{{ column }} = cast({{ relation }}.{{ column }} as {{ text() }}){% if not loop.last %} and {% endif %}{% endfor %}
    )
  {% endcall %}
  {% call statement('add_rules') %}
    insert into {{ relation }}
    select {% for column in columns %}cast(nullif(own_rule.{{ column.name }}, '') as {{ column.dtype }}){% if not loop.last %}, {% endif %}{% endfor %}
    from {{ own }} as own_rule
  {% endcall %}
{% endmacro %}
