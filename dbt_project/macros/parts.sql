{# What the year parts share: equal areas, and the step from two ends of a count to a point or an interval. #}

{% macro same_area(one, other) -%}
{{ one }}.academic_year = {{ other }}.academic_year
        and {{ one }}.municipality_code = {{ other }}.municipality_code
        and {{ one }}.area_kind = {{ other }}.area_kind
        and {{ one }}.area_code = {{ other }}.area_code
{%- endmacro %}

{# The pinned columns of a part's figures, from a relation with the key columns, has_source, numerator_low,
   numerator_high, denominator_low, denominator_high (null for counts), n_ambiguous, n_excluded. Where namesakes or
   the source leave room, the figure is an interval: its ends hold whichever way the doubt is settled. #}
{% macro figures_from_bounds(relation) -%}
select
    {% for key in figure_keys() -%}
    {{ key }},
    {% endfor -%}
    cast(case when is_point then numerator_high end as bigint) as numerator,
    cast(case when is_point or denominator_low = denominator_high then denominator_high end as bigint) as denominator,
    cast(
        case
            when is_point then null
            when denominator_high is null then numerator_low
            when denominator_low > 0 then {{ share('numerator_low', 'denominator_high') }}
        end as {{ dbl() }}
    ) as value_low,
    cast(
        case
            when is_point then null
            when denominator_high is null then numerator_high
            when denominator_low > 0 then least(100, {{ share('numerator_high', 'denominator_low') }})
        end as {{ dbl() }}
    ) as value_high,
    case when is_point then 'point' else 'interval' end as value_kind,
    cast(0 as bigint) as n_pending,
    cast(n_ambiguous as bigint) as n_ambiguous,
    cast(n_excluded as bigint) as n_excluded,
    coalesce(has_source, false) as has_source
from (
    select
        bounds.*,
        numerator_low = numerator_high and coalesce(denominator_low = denominator_high, true) as is_point
    from {{ relation }} as bounds
) as judged
{%- endmacro %}

{#- People who cannot be counted school by school: their rows stand in several schools, or a namesake may be meant. All
    others are distinct in every area when they are distinct in their school, so an area's people are a sum over its
    schools. `alternative`: the other person who may be meant, an expression over `rows`; `single`: columns of which a
    person has to have one value. -#}
{% macro entangled_people(rows, alternative='alternative_person_id', single=['school_code']) -%}
select
        academic_year,
        person_id
    from {{ rows }}
    group by
        academic_year,
        person_id
    having
        count({{ alternative }}) > 0
        {%- for column in single %}
        or min({{ column }}) <> max({{ column }})
        {%- endfor %}
    union
    select
        academic_year,
        {{ alternative }} as person_id
    from {{ rows }}
    where {{ alternative }} is not null
{%- endmacro %}

{#- Rows of the people who are entangled, or of all others. -#}
{% macro rows_of_people(rows, entangled, wanted) -%}
select {{ rows }}.*
    from {{ rows }}
    left join {{ entangled }}
        on
            {{ rows }}.academic_year = {{ entangled }}.academic_year
            and {{ rows }}.person_id = {{ entangled }}.person_id
    where {{ entangled }}.person_id is {{ 'not null' if wanted else 'null' }}
{%- endmacro %}
