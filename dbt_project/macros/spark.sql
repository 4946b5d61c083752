{# What dbt itself does otherwise on Spark: types of contracts, rule tables. Words of SQL stand in engine.sql. #}

{# Contracts and seeds name their types once, in DuckDB's words. #}
{% macro spark_type(type) -%}
{%- set word = type | lower | trim -%}
{{ return({'varchar': 'string', 'integer': 'int'}.get(word, word)) }}
{%- endmacro %}

{% macro spark__cast(field, type) -%}
cast({{ field }} as {{ spark_type(type) }})
{%- endmacro %}

{# A text as a literal: Spark reads a backslash as the beginning of an escape. #}
{% macro spark_literal(value) -%}
{%- if value is none -%}null{%- else -%}'{{ (value | string) | replace('\\', '\\\\') | replace("'", "\\'") }}'{%- endif -%}
{%- endmacro %}

{% macro spark__create_csv_table(model, agate_table) %}
  {% set types = model['config'].get('column_types', {}) %}
  {% set sql %}
    create table {{ this.render() }} (
      {% for name in agate_table.column_names %}{{ name }} {{ spark_type(types[name]) }}{% if not loop.last %}, {% endif %}{% endfor %}
    ) using parquet
  {% endset %}
  {% call statement('_') %}{{ sql }}{% endcall %}
  {{ return(sql) }}
{% endmacro %}

{# The adapter's own version writes an empty cell as the text «None». #}
{% macro spark__load_csv_rows(model, agate_table) %}
  {% set types = model['config'].get('column_types', {}) %}
  {% set names = agate_table.column_names %}
  {% set sql %}
    insert into {{ this.render() }}
    select {% for name in names %}cast({{ name }} as {{ spark_type(types[name]) }}) as {{ name }}{% if not loop.last %}, {% endif %}{% endfor %}
    from values
    {% for row in agate_table.rows %}({% for value in row %}cast({{ spark_literal(value) }} as string){% if not loop.last %}, {% endif %}{% endfor %}){% if not loop.last %}, {% endif %}
    {% endfor %} as given ({{ names | join(', ') }})
  {% endset %}
  {% if agate_table.rows %}
    {% do adapter.add_query(sql, abridge_sql_log=True) %}
  {% endif %}
  {{ return(sql) }}
{% endmacro %}

{# Parquet has no delete: the rows that stay and the centre's own go through a table aside. #}
{% macro spark__replace_rules(relation, own, key, columns) %}
  {% set aside = relation.incorporate(path={'identifier': relation.identifier ~ '__merged'}) %}
  {% call statement('merge_rules') %}
    create table {{ aside }} using parquet as
    select {% for column in columns %}rules.{{ column.name }}{% if not loop.last %}, {% endif %}{% endfor %}
    from {{ relation }} as rules
    left anti join {{ own }} as own_rule on
      {% for column in key %}own_rule.{{ column }} = cast(rules.{{ column }} as string){% if not loop.last %} and {% endif %}{% endfor %}
    union all
    select {% for column in columns %}cast(nullif(own_rule.{{ column.name }}, '') as {{ column.dtype }}){% if not loop.last %}, {% endif %}{% endfor %}
    from {{ own }} as own_rule
  {% endcall %}
  {% call statement('write_rules') %}insert overwrite table {{ relation }} select * from {{ aside }}{% endcall %}
  {% call statement('drop_aside') %}drop table {{ aside }}{% endcall %}
{% endmacro %}

{# Parquet tables hold no constraints: the adapter's own version takes a table without a named format for Delta's and
   fails on it. They are proved when the marts land (build/spark/landing.py). #}
{% macro spark__persist_constraints(relation, model) %}{% endmacro %}
