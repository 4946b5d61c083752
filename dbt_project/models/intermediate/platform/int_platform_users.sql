-- The levels that a person reaches in a half-year, over all platforms that count together.
{% set levels = [
    ('L0', 'bool_or(is_registered)', 'bool_or(is_registered)'),
    ('L1', 'bool_or(is_logged_in)', 'bool_or(is_logged_in or may_be_logged_in)'),
    ('L2', 'count(distinct active_month) >= max(minimum_months)',
        'count(distinct active_month) + sum(possible_months) >= max(minimum_months)'),
    ('L3', 'count(distinct active_week) >= max(minimum_weeks)',
        'count(distinct active_week) + sum(possible_weeks) >= max(minimum_weeks)')
] %}
{% for level, certain, possible in levels %}
select
    academic_year,
    period,
    '{{ level }}' as usage_level,
    person_id,
    min(alternative_person_id) as alternative_person_id,
    {{ certain }} as is_certain
from {{ ref('int_platform_usage') }}
where person_id is not null
group by
    academic_year,
    period,
    person_id
having {{ possible }}
{% if not loop.last %}union all{% endif %}
{% endfor %}
