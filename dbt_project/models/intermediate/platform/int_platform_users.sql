-- The levels that a person reaches in a half-year, over all platforms that count together. A row that names somebody
-- doubtfully may be of everybody whom the name may be: it makes nobody a user for certain, each of them perhaps.
{% set levels = [
    ('L0', 'bool_or({own} and is_registered)', 'bool_or({own} and is_registered)'),
    ('L1', 'bool_or({own} and is_logged_in)', 'bool_or({own} and (is_logged_in or may_be_logged_in))'),
    ('L2', 'count(distinct case when {own} then active_month end) >= max(minimum_months)',
        'count(distinct case when {own} then active_month end) + sum(case when {own} then possible_months else 0 end)'
        ~ ' >= max(minimum_months)'),
    ('L3', 'count(distinct case when {own} then active_week end) >= max(minimum_weeks)',
        'count(distinct case when {own} then active_week end) + sum(case when {own} then possible_weeks else 0 end)'
        ~ ' >= max(minimum_weeks)')
] %}
with usage as (

    select
        usage.academic_year,
        usage.period,
        coalesce(candidates.candidate_person_id, usage.person_id) as person_id,
        usage.alternative_person_id is null as is_own,
        usage.is_registered,
        usage.is_logged_in,
        usage.may_be_logged_in,
        usage.active_month,
        usage.possible_months,
        usage.active_week,
        usage.possible_weeks,
        usage.minimum_months,
        usage.minimum_weeks
    from {{ ref('int_platform_usage') }} as usage
    left join {{ candidates('platform') }} as candidates
        on
            usage.academic_year = candidates.academic_year
            and usage.person_id = candidates.person_id
            and usage.alternative_person_id is not null
    where usage.person_id is not null

)

{% for level, certain, possible in levels %}
select
    academic_year,
    period,
    '{{ level }}' as usage_level,
    person_id,
    coalesce({{ certain | replace('{own}', 'is_own') }}, false) as is_certain,
    not coalesce({{ possible | replace('{own}', 'is_own') }}, false) as is_doubtful
from usage
group by
    academic_year,
    period,
    person_id
having {{ possible | replace('{own}', 'true') }}
{{ 'union all' if not loop.last }}
{% endfor %}
