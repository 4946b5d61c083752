{# How a model becomes a relation on DuckDB. The database of a candidate is made anew and thrown away whole: nobody reads
   it while it is built. The adapter's own materializations build under a name aside, look for relations to be kept, rename and drop,
   six statements and as many contexts of macros a model: with 150 models half the time of a build that has few rows. Here
   a relation (of a developer's own earlier build) is dropped first, then one statement makes the new one. Contracts and
   constraints are enforced by the adapter's own create_table_as and create_view_as. #}

{% materialization table, adapter='duckdb', supported_languages=['sql'] %}
  {%- set target_relation = this.incorporate(type='table') -%}
  {% do drop_relation_if_exists(load_cached_relation(this)) %}
  {% do made(create_table_as(False, target_relation, compiled_code)) %}
  {% do prove_keys(target_relation) %}
  {{ return({'relations': [target_relation]}) }}
{% endmaterialization %}

{% materialization view, adapter='duckdb', supported_languages=['sql'] %}
  {%- set target_relation = this.incorporate(type='view') -%}
  {% do drop_relation_if_exists(load_cached_relation(this)) %}
  {% do made(create_view_as(target_relation, compiled_code)) %}
  {{ return({'relations': [target_relation]}) }}
{% endmaterialization %}

{# dbt writes the statement called «main» into a file of target/run. The folder is thrown away with the build and the
   compiled code stays in dbt's result, so the statement runs under another name and its response is given as «main». #}
{% macro made(sql) %}
  {% call statement('relation', auto_begin=False) -%}
    {{- sql }}
  {%- endcall %}
  {% do store_result('main', response=load_result('relation')['response']) %}
{% endmacro %}

{# Columns and constraints of a table under contract, without its keys: DuckDB keeps an index for a key, in memory whole,
   and fills it row by row (a quarter of the time of a table of a million figures). `prove_keys` asks for the same at once. #}
{% macro duckdb__get_table_columns_and_constraints() %}
  {%- set columns = adapter.render_raw_columns_constraints(raw_columns=model['columns']) -%}
  {%- set others = model['constraints'] | rejectattr('type', 'in', ['primary_key', 'unique']) | list -%}
  {%- set lines = columns + adapter.render_raw_model_constraints(raw_constraints=others) -%}
  ({{ lines | join(', ') }})
{% endmacro %}

{# Stop the build where a key of the contract is repeated or, being the primary one, is not whole. #}
{% macro prove_keys(relation) %}
  {% if config.get('contract').enforced %}
  {% for key in model['constraints'] if key['type'] in ['primary_key', 'unique'] %}
    {% set columns = key['columns'] | join(', ') %}
    {% set proof -%}
      (select 'repeats' as fault from {{ relation }} group by {{ columns }} having count(*) > 1 limit 1)
      {%- if key['type'] == 'primary_key' %}
      union all
      (select 'lacks' as fault from {{ relation }} where {{ key['columns'] | join(' is null or ') }} is null limit 1)
      {%- endif %}
    {%- endset %}
    {% set response, faults = adapter.execute(proof, fetch=True) %}
    {% for fault in faults.rows %}
      {{ exceptions.raise_compiler_error(relation.identifier ~ ' ' ~ fault[0] ~ ' its key: ' ~ columns) }}
    {% endfor %}
  {% endfor %}
  {% endif %}
{% endmacro %}
