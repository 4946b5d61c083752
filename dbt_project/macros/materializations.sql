{# How a model becomes a relation on DuckDB. The database of a candidate is made anew and thrown away whole: nobody reads
   it while it is built. The adapter's own materializations build under a name aside, look for relations to be kept, rename and drop,
   six statements and as many contexts of macros a model: with 150 models half the time of a build that has few rows. Here
   a relation (of a developer's own earlier build) is dropped first, then one statement makes the new one. Contracts and
   constraints are enforced by the adapter's own create_table_as and create_view_as. #}

{% materialization table, adapter='duckdb', supported_languages=['sql'] %}
  {%- set target_relation = this.incorporate(type='table') -%}
  {% do drop_relation_if_exists(load_cached_relation(this)) %}
  {% do made(create_table_as(False, target_relation, compiled_code)) %}
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
