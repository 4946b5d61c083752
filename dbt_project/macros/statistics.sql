{# Intervals in per cent. z is the 97.5 % point of the normal distribution. Numbers are checked against statsmodels. #}

{% macro z975() %}1.959963984540054{% endmacro %}

{# Share in per cent, null where the denominator is 0 or unknown. #}
{% macro share(k, n) -%}
(case when ({{ n }}) > 0 then 100 * cast({{ k }} as {{ dbl() }}) / cast({{ n }} as {{ dbl() }}) end)
{%- endmacro %}

{# One end of the Wilson interval: sign is -1 or 1. Null where n is 0 or unknown or k lies outside of [0, n]. #}
{% macro wilson_end(k, n, sign) -%}
{%- set k = 'cast(' ~ k ~ ' as ' ~ dbl() ~ ')' -%}
{%- set n = 'cast(' ~ n ~ ' as ' ~ dbl() ~ ')' -%}
{%- set z = z975() -%}
(case when {{ n }} > 0 and {{ k }} >= 0 and {{ k }} <= {{ n }} then 100 * least(1, greatest(0,
  ({{ k }} / {{ n }} + {{ z }} * {{ z }} / (2 * {{ n }})
   + ({{ sign }}) * {{ z }} * sqrt({{ k }} / {{ n }} * (1 - {{ k }} / {{ n }}) / {{ n }} + {{ z }} * {{ z }} / (4 * {{ n }} * {{ n }})))
  / (1 + {{ z }} * {{ z }} / {{ n }}))) end)
{%- endmacro %}

{% macro wilson_low(k, n) -%}
(case when ({{ k }}) = 0 and ({{ n }}) > 0 then cast(0 as {{ dbl() }}) else {{ wilson_end(k, n, -1) }} end)
{%- endmacro %}
{% macro wilson_high(k, n) -%}
(case when ({{ k }}) = ({{ n }}) and ({{ n }}) > 0 then cast(100 as {{ dbl() }}) else {{ wilson_end(k, n, 1) }} end)
{%- endmacro %}

{# By multiplication: power() differs between engines in the last bit. #}
{% macro squared(x) %}(({{ x }}) * ({{ x }})){% endmacro %}

{# Newcombe's interval of the change p1 - p2 (method 10, Wilson ends without correction), in percentage points. #}
{% macro newcombe_low(k1, n1, k2, n2) -%}
({{ share(k1, n1) }} - {{ share(k2, n2) }}
 - sqrt({{ squared(share(k1, n1) ~ ' - ' ~ wilson_low(k1, n1)) }} + {{ squared(wilson_high(k2, n2) ~ ' - ' ~ share(k2, n2)) }}))
{%- endmacro %}
{% macro newcombe_high(k1, n1, k2, n2) -%}
({{ share(k1, n1) }} - {{ share(k2, n2) }}
 + sqrt({{ squared(wilson_high(k1, n1) ~ ' - ' ~ share(k1, n1)) }} + {{ squared(share(k2, n2) ~ ' - ' ~ wilson_low(k2, n2)) }}))
{%- endmacro %}

{# One end of the interval of a change of two counts: each year's count is taken as Poisson, the difference as normal
   with a correction of 1 for whole numbers. Near the exact conditional (binomial) test: from 0 it takes 6 to be growth. #}
{% macro count_change_end(now, before, sign) -%}
(cast({{ now }} as {{ dbl() }}) - {{ before }} + ({{ sign }}) * ({{ z975() }} * sqrt(cast({{ now }} as {{ dbl() }}) + {{ before }})
 + case when {{ now }} + {{ before }} > 0 then 1 else 0 end))
{%- endmacro %}
