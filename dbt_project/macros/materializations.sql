{# How a model becomes a relation on DuckDB. The database of a candidate is made anew and thrown away whole: nobody reads
   it while it is built. The adapter's own materializations build under a name aside, look for relations to be kept, rename and drop,
   six statements and as many contexts of macros a model: with 150 models half the time of a build that has few rows. Here
   a relation (of a developer's own earlier build) is dropped first, then one statement makes the new one. A contract is
   proved on the table that was made (`prove_contract`). #}

{% materialization table, adapter='duckdb', supported_languages=['sql'] %}
  {%- set target_relation = this.incorporate(type='table') -%}
  {% do drop_relation_if_exists(load_cached_relation(this)) %}
  {% do made('create table ' ~ target_relation ~ ' as (\n' ~ compiled_code ~ '\n)') %}
  {% if config.get('contract').enforced %}
    {% do prove_contract(target_relation) %}
  {% endif %}
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

{# Stop the build where a table is not what its contract says: other columns (names, order, types), or rows that break a
   constraint. The adapter asks for the columns of the query first, which plans it twice; it declares constraints, which DuckDB
   proves row by row while the table is filled, and keeps an index for a key, in memory whole. Asked at once of the table
   that was made, the same costs a fraction. #}
{% macro prove_contract(relation) %}
  {% set promised = [] %}
  {% for column in model['columns'].values() %}
    {% do promised.append(column['name'] ~ ' ' ~ (column['data_type'] | string | upper)) %}
  {% endfor %}
  {% set response, columns = adapter.execute('describe ' ~ relation, fetch=True) %}
  {% set made = [] %}
  {% for column in columns.rows %}
    {% do made.append(column[0] ~ ' ' ~ column[1]) %}
  {% endfor %}
  {% if made != promised %}
    {{ exceptions.raise_compiler_error(relation.identifier ~ ' breaks its contract, columns: ' ~ made | join(', ') ~ '; promised: ' ~ promised | join(', ')) }}
  {% endif %}
  {% set proofs = constraint_proofs(relation) %}
  {% if proofs %}
    {% set response, faults = adapter.execute(proofs | join('\nunion all\n'), fetch=True) %}
    {% for fault in faults.rows %}
      {{ exceptions.raise_compiler_error(relation.identifier ~ ' breaks its contract: ' ~ fault[0]) }}
    {% endfor %}
  {% endif %}
{% endmacro %}

{# The queries that find what breaks the constraints of the contract: a row of words, then, each. #}
{% macro constraint_proofs(relation) %}
  {% set rows = [] %}
  {% set keys = [] %}
  {% for column in model['columns'].values() %}
    {% for constraint in column['constraints'] %}
      {% do (rows if constraint['type'] in ['not_null', 'check'] else keys).append(dict(constraint, columns=[column['name']])) %}
    {% endfor %}
  {% endfor %}
  {% for constraint in model['constraints'] %}
    {% do (rows if constraint['type'] == 'check' else keys).append(constraint) %}
  {% endfor %}

  {% set proofs = [] %}
  {% set faults = [] %}
  {% for constraint in rows if constraint['type'] == 'check' %}
    {% do faults.append(('not (' ~ constraint['expression'] ~ ')', constraint['expression'])) %}
  {% endfor %}
  {% set whole = rows | selectattr('type', 'eq', 'not_null') | list + keys | selectattr('type', 'eq', 'primary_key') | list %}
  {% for column in whole | map(attribute='columns') | sum(start=[]) | unique %}
    {% do faults.append((column ~ ' is null', 'lacks ' ~ column)) %}
  {% endfor %}
  {% if faults %}
    {% set words %}case{% for condition, fault in faults %} when {{ condition }} then '{{ fault | replace("'", "''") }}'{% endfor %} end{% endset %}
    {% do proofs.append('(select ' ~ words ~ ' as fault from ' ~ relation ~ ' where ' ~ faults | map('first') | join(' or ') ~ ' limit 1)') %}
  {% endif %}
  {% for key in keys %}
    {% if key['type'] not in ['primary_key', 'unique'] %}
      {{ exceptions.raise_compiler_error(relation.identifier ~ ': nobody proves a constraint of the type ' ~ key['type']) }}
    {% endif %}
    {% set columns = key['columns'] | join(', ') %}
    {% do proofs.append("(select 'repeats its key: " ~ columns ~ "' as fault from " ~ relation ~ ' group by ' ~ columns ~ ' having count(*) > 1 limit 1)') %}
  {% endfor %}
  {{ return(proofs) }}
{% endmacro %}
