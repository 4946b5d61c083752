{# Everything that only one engine understands stands in this file, behind dispatch. #}

{% macro dbl() %}{{ return(adapter.dispatch('dbl', 'opora')()) }}{% endmacro %}
{% macro default__dbl() %}double{% endmacro %}
{% macro postgres__dbl() %}double precision{% endmacro %}

{# The type of a text column. #}
{% macro text() %}{{ return(adapter.dispatch('text', 'opora')()) }}{% endmacro %}
{% macro default__text() %}varchar{% endmacro %}
{% macro spark__text() %}string{% endmacro %}

{# Rows of a list kept in one text cell: (key column, item), one row an item. #}
{% macro split_rows(relation, key, column, separator) %}
{{ return(adapter.dispatch('split_rows', 'opora')(relation, key, column, separator)) }}
{% endmacro %}
{% macro default__split_rows(relation, key, column, separator) %}
(select {{ key }}, trim(unnest(string_split({{ column }}, '{{ separator }}'))) as item from {{ relation }})
{% endmacro %}
{% macro spark__split_rows(relation, key, column, separator) %}
(select {{ key }}, trim(item) as item from {{ relation }} lateral view explode(split({{ column }}, '\\Q{{ separator }}\\E')) t as item)
{% endmacro %}

{# A date from whole numbers. #}
{% macro day(year, month, day_of_month) %}{{ return(adapter.dispatch('day', 'opora')(year, month, day_of_month)) }}{% endmacro %}
{% macro default__day(year, month, day_of_month) %}make_date({{ year }}, {{ month }}, {{ day_of_month }}){% endmacro %}

{# The same day a number of months later (the last day of the month where there is no such day). #}
{% macro months_later(date_value, months) %}{{ return(adapter.dispatch('months_later', 'opora')(date_value, months)) }}{% endmacro %}
{% macro default__months_later(date_value, months) %}cast({{ date_value }} + {{ months }} * interval '1 month' as date){% endmacro %}
{% macro spark__months_later(date_value, months) %}add_months({{ date_value }}, cast({{ months }} as int)){% endmacro %}

{# A text as words are compared: lower case, ё as е, single spaces. #}
{% macro folded(column) %}{{ return(adapter.dispatch('folded', 'opora')(column)) }}{% endmacro %}
{% macro default__folded(column) %}trim(regexp_replace(replace(lower({{ column }}), 'ё', 'е'), '\s+', ' ', 'g')){% endmacro %}
{% macro spark__folded(column) %}trim(regexp_replace(replace(lower({{ column }}), 'ё', 'е'), '\\s+', ' ')){% endmacro %}

{# The natural logarithm of n!. #}
{% macro log_factorial(n) %}{{ return(adapter.dispatch('log_factorial', 'opora')(n)) }}{% endmacro %}
{% macro default__log_factorial(n) %}lgamma(cast({{ n }} as {{ dbl() }}) + 1){% endmacro %}
{# Spark has no lgamma: the sum of logarithms with what each addition lost carried along (Neumaier). #}
{% macro spark__log_factorial(n) -%}
aggregate(
  sequence(1, greatest(1, cast({{ n }} as int))),
  named_struct('total', 0D, 'lost', 0D),
  (carried, i) -> named_struct(
    'total', carried.total + ln(i),
    'lost', carried.lost + case
      when carried.total >= ln(i) then carried.total - (carried.total + ln(i)) + ln(i)
      else ln(i) - (carried.total + ln(i)) + carried.total
    end
  ),
  carried -> carried.total + carried.lost
)
{%- endmacro %}

{# Distinct texts of a group, in order, joined by a separator. #}
{% macro joined_texts(column, separator=',') %}{{ return(adapter.dispatch('joined_texts', 'opora')(column, separator)) }}{% endmacro %}
{% macro default__joined_texts(column, separator) %}string_agg(distinct {{ column }}, '{{ separator }}' order by {{ column }}){% endmacro %}
{% macro spark__joined_texts(column, separator) %}case when count({{ column }}) > 0 then array_join(array_sort(collect_set({{ column }})), '{{ separator }}') end{% endmacro %}

{# The number whose only bit is the one of this place (0 to 62). #}
{% macro bit(place) %}{{ return(adapter.dispatch('bit', 'opora')(place)) }}{% endmacro %}
{% macro default__bit(place) %}(cast(1 as bigint) << cast({{ place }} as bigint)){% endmacro %}
{% macro spark__bit(place) %}shiftleft(cast(1 as bigint), cast({{ place }} as int)){% endmacro %}

{# Whole days from one date to a later one. #}
{% macro days_between(first, last) %}{{ return(adapter.dispatch('days_between', 'opora')(first, last)) }}{% endmacro %}
{% macro default__days_between(first, last) %}date_diff('day', {{ first }}, {{ last }}){% endmacro %}
{% macro spark__days_between(first, last) %}datediff({{ last }}, {{ first }}){% endmacro %}

{# The Monday of a day's week. #}
{% macro monday(date_value) %}cast(date_trunc('week', {{ date_value }}) as date){% endmacro %}

{# The day a number of days later. #}
{% macro days_later(date_value, days) %}{{ return(adapter.dispatch('days_later', 'opora')(date_value, days)) }}{% endmacro %}
{% macro default__days_later(date_value, days) %}({{ date_value }} + cast({{ days }} as integer)){% endmacro %}
{% macro spark__days_later(date_value, days) %}date_add({{ date_value }}, cast({{ days }} as int)){% endmacro %}

{# How many months a span of days touches. #}
{% macro months_between(first_day, last_day) %}
(12 * (extract(year from {{ last_day }}) - extract(year from {{ first_day }})) + extract(month from {{ last_day }}) - extract(month from {{ first_day }}) + 1)
{% endmacro %}

{# How many weeks (Monday to Sunday) a span of days touches. #}
{% macro weeks_between(first_day, last_day) %}{{ return(adapter.dispatch('weeks_between', 'opora')(first_day, last_day)) }}{% endmacro %}
{% macro default__weeks_between(first_day, last_day) %}(date_diff('day', {{ monday(first_day) }}, {{ monday(last_day) }}) // 7 + 1){% endmacro %}
{% macro spark__weeks_between(first_day, last_day) %}(datediff({{ monday(last_day) }}, {{ monday(first_day) }}) div 7 + 1){% endmacro %}

{# A table of numbers 0 … n - 1, column `number`. #}
{% macro numbers(n) %}{{ return(adapter.dispatch('numbers', 'opora')(n)) }}{% endmacro %}
{% macro default__numbers(n) %}(select unnest(range({{ n }})) as number){% endmacro %}
{% macro spark__numbers(n) %}(select explode(sequence(0, {{ n }} - 1)) as number){% endmacro %}
