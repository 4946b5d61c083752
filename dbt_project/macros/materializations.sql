{# How a model or a seed becomes a relation on DuckDB. The database of a candidate is made anew and thrown away whole: nobody
   reads it while it is built. The adapter's own materializations build under a name aside, look for relations to be kept,
   rename and drop, six statements and as many contexts of macros a model: with 190 nodes half the time of a build that has
   few rows. Here one statement makes the relation, or replaces that of a developer's own earlier build (whose file he
   removes when a table became a view). A contract is proved on the table that was made (`prove_contract`). #}

{% materialization table, adapter='duckdb', supported_languages=['sql'] %}
  {%- set target_relation = this.incorporate(type='table') -%}
  {% do made('create or replace table ' ~ target_relation ~ ' as (\n' ~ compiled_code ~ '\n)') %}
  {% if config.get('contract').enforced %}
    {% do prove_contract(target_relation) %}
  {% endif %}
  {{ return({'relations': [target_relation]}) }}
{% endmaterialization %}

{% materialization view, adapter='duckdb', supported_languages=['sql'] %}
  {%- set target_relation = this.incorporate(type='view') -%}
  {% do made('create or replace view ' ~ target_relation ~ ' as (\n' ~ compiled_code ~ '\n)') %}
  {{ return({'relations': [target_relation]}) }}
{% endmaterialization %}

{# DuckDB reads the file by itself, each column as the type that the seed's yml gives it; dbt would read it too, guess
   types first. The centre's own rules enter with it (the hook), in one transaction. #}
{% materialization seed, adapter='duckdb' %}
  {%- set target_relation = this.incorporate(type='table') -%}
  {% set types = [] %}
  {% for column, type in config.get('column_types').items() %}
    {% do types.append(column ~ ": '" ~ type ~ "'") %}
  {% endfor %}
  {% do made(
    'create or replace table ' ~ target_relation ~ " as select * from read_csv('" ~ adapter.get_seed_file_path(model) | replace("'", "''")
    ~ "', header = true, delim = ',', types = {" ~ types | join(', ') ~ '})',
    auto_begin=True
  ) %}
  {% do store_result('agate_table', response='OK', agate_table=namespace(rows={})) %}
  {{ run_hooks(post_hooks) }}
  {{ adapter.commit() }}
  {{ return({'relations': [target_relation]}) }}
{% endmaterialization %}

{# Run a statement that gives no rows. Neither dbt's file of it (target/run is thrown away with the build, and the compiled code
   stays in dbt's result) nor its table of no rows is made: to guess the types of nothing took a tenth of an empty build. #}
{% macro made(sql, auto_begin=False) %}
  {% do adapter.add_query(sql, auto_begin=auto_begin) %}
  {% do store_result('main', response='OK', agate_table=namespace(rows={})) %}
{% endmacro %}

{# The rows of a query, each a tuple as DuckDB gives it. #}
{% macro rows_of(sql) %}
  {% set connection, cursor = adapter.add_query(sql, auto_begin=False) %}
  {{ return(cursor.fetchall()) }}
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
  {% set made = [] %}
  {% for column in rows_of('describe ' ~ relation) %}
    {% do made.append(column[0] ~ ' ' ~ column[1]) %}
  {% endfor %}
  {% if made != promised %}
    {{ exceptions.raise_compiler_error(relation.identifier ~ ' breaks its contract, columns: ' ~ made | join(', ') ~ '; promised: ' ~ promised | join(', ')) }}
  {% endif %}
  {% set proofs = constraint_proofs(relation) %}
  {% if proofs %}
    {% for fault in rows_of(proofs | join('\nunion all\n')) %}
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
