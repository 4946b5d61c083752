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
            when denominator_high > 0 then {{ share('numerator_low', 'denominator_high') }}
        end as {{ dbl() }}
    ) as value_low,
    cast(
        case
            when is_point then null
            when denominator_high is null then numerator_high
            -- Where there may be nobody at all, a share of the few who may be there can be anything.
            when denominator_low = 0 then 100
            when denominator_low = denominator_high then {{ share('numerator_high', 'denominator_low') }}
            else least(100, {{ share('numerator_high', 'denominator_low') }})
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

{# Three steps of a query: `entangled`, people (academic_year, person_id) who cannot be counted school by school, `together`,
   their rows of `rows`, and `alone`, the rows of everybody else. Entangled is who stands in several schools (`single`: all
   columns of which a person has to have one value), whose name is doubtful, or whom a doubtful name may be. Everybody else
   is distinct in an area when he is distinct in his school: an area's people are a sum over its schools, and only the few
   who are entangled are distinguished in every area anew. `rows` has a column is_doubtful. #}
{% macro people_apart(rows, domain, single=['school_code']) -%}
entangled as (

    select
        academic_year,
        person_id
    from {{ rows }}
    group by
        academic_year,
        person_id
    having
        bool_or(is_doubtful)
        {%- for column in single %}
        or min({{ column }}) <> max({{ column }})
        {%- endfor %}
    union
    select
        academic_year,
        person_id
    from {{ candidates(domain) }} as doubtful
    union
    select
        academic_year,
        candidate_person_id as person_id
    from {{ candidates(domain) }} as perhaps

),

{% for name, wanted in [('alone', 'null'), ('together', 'not null')] -%}
{{ name }} as (

    select {{ rows }}.*
    from {{ rows }}
    left join entangled
        on
            {{ rows }}.academic_year = entangled.academic_year
            and {{ rows }}.person_id = entangled.person_id
    where entangled.person_id is {{ wanted }}

){{ ',' if not loop.last }}

{% endfor %}
{%- endmacro %}

{# Those rows of `relation` that are of a doubtful name or of somebody whom it may be: all that `least_of_doubtful` asks. #}
{% macro touched_by_doubt(relation, domain) -%}
select {{ relation }}.*
    from {{ relation }}
    inner join (
        select distinct academic_year, candidate_person_id from {{ candidates(domain) }} as everybody
    ) as candidates
        on
            {{ relation }}.academic_year = candidates.academic_year
            and {{ relation }}.person_id = candidates.candidate_person_id
{%- endmacro %}

{# How many persons the doubtful names of a cell add at least to those who are certain, as (keys, n). `relation` holds
   the rows that count whoever the name may be: `keys` with academic_year among them, person_id, is_doubtful; of
   certain people it needs those alone whom a doubtful name may be. A name that may be somebody already counted adds
   nobody; the others add one person a group, since all names of a group may be one. Every assignment of names to
   candidates gives this many or more. #}
{% macro least_of_doubtful(relation, keys, domain) %}
select
    {% for key in keys -%}
    {{ key }},
    {% endfor -%}
    count(distinct case when not is_counted then doubt_group end) as n
from (
    select
        {% for key in keys -%}
        names.{{ key }},
        {% endfor -%}
        names.person_id,
        min(candidates.doubt_group) as doubt_group,
        bool_or(certain.person_id is not null) as is_counted
    from {{ relation }} as names
    inner join {{ candidates(domain) }} as candidates
        on
            names.academic_year = candidates.academic_year
            and names.person_id = candidates.person_id
    left join {{ relation }} as certain
        on
            candidates.candidate_person_id = certain.person_id
            and not certain.is_doubtful
            {% for key in keys -%}
            and names.{{ key }} = certain.{{ key }}
            {% endfor %}
    where names.is_doubtful
    group by
        {% for key in keys -%}
        names.{{ key }},
        {% endfor -%}
        names.person_id
) as doubts
group by
    {% for key in keys -%}
    {{ key }}{{ ', ' if not loop.last }}
    {%- endfor %}
{% endmacro %}
