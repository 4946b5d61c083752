-- The levels that a person reaches in a half-year, over all platforms that count together.
{% set levels = {'L0': 'l0', 'L1': 'l1', 'L2': 'l2', 'L3': 'l3'} %}
with people as (

    select
        academic_year,
        period,
        person_id,
        min(alternative_person_id) as alternative_person_id,
        bool_or(is_registered) as is_l0,
        bool_or(is_registered) as may_be_l0,
        bool_or(is_logged_in) as is_l1,
        bool_or(is_logged_in or may_be_logged_in) as may_be_l1,
        count(distinct active_month) >= max(minimum_months) as is_l2,
        count(distinct active_month) + sum(possible_months) >= max(minimum_months) as may_be_l2,
        count(distinct active_week) >= max(minimum_weeks) as is_l3,
        count(distinct active_week) + sum(possible_weeks) >= max(minimum_weeks) as may_be_l3
    from {{ ref('int_platform_usage') }}
    where person_id is not null
    group by
        academic_year,
        period,
        person_id

)

{% for level, name in levels.items() %}
select
    academic_year,
    period,
    '{{ level }}' as usage_level,
    person_id,
    alternative_person_id,
    is_{{ name }} as is_certain
from people
where may_be_{{ name }}
{% if not loop.last %}union all{% endif %}
{% endfor %}
