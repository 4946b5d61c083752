-- The levels that a person reaches in a half-year, over all platforms that count together. A row that names somebody
-- doubtfully may be of everybody whom the name may be: it makes nobody a user for certain, each of them perhaps.
{% set levels = [
    ('L0', 'is_registered', 'is_registered', 'is_registered_perhaps'),
    ('L1', 'is_logged_in', 'may_be_logged_in', 'may_be_logged_in_perhaps'),
    ('L2', 'months >= minimum_months', 'months + possible_months >= minimum_months',
        'months_perhaps + possible_months_perhaps >= minimum_months'),
    ('L3', 'weeks >= minimum_weeks', 'weeks + possible_weeks >= minimum_weeks',
        'weeks_perhaps + possible_weeks_perhaps >= minimum_weeks')
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
        usage.possible_weeks
    from {{ ref('int_platform_usage') }} as usage
    left join {{ candidates('platform') }} as candidates
        on
            usage.academic_year = candidates.academic_year
            and usage.person_id = candidates.person_id
            and usage.alternative_person_id is not null
    where usage.person_id is not null

),

-- What rows of the own name say, and (`perhaps`) what they say with those that may be this person's. Months and weeks of a
-- half-year are bits of a number each, so that a log is read once and nothing is counted apart.
people as (

    select
        academic_year,
        period,
        person_id,
        {% for suffix, own in [('', 'is_own'), ('_perhaps', 'true')] %}
        bool_or({{ own }} and is_registered) as is_registered{{ suffix }},
        bool_or({{ own }} and is_logged_in) as is_logged_in{{ suffix }},
        bool_or({{ own }} and (is_logged_in or may_be_logged_in)) as may_be_logged_in{{ suffix }},
        coalesce(bit_count(bit_or(case when {{ own }} then {{ bit('active_month') }} end)), 0) as months{{ suffix }},
        coalesce(bit_count(bit_or(case when {{ own }} then {{ bit('extract(week from active_week)') }} end)), 0) as weeks{{ suffix }},
        sum(case when {{ own }} then possible_months else 0 end) as possible_months{{ suffix }},
        sum(case when {{ own }} then possible_weeks else 0 end) as possible_weeks{{ suffix }}{{ ',' if not loop.last }}
        {% endfor %}
    from usage
    group by
        academic_year,
        period,
        person_id

),

-- Whoever was registered in an earlier half-year is so in the later ones.
registered_earlier as (

    select
        people.academic_year,
        halves.period,
        people.person_id,
        bool_or(people.is_registered) as is_registered,
        bool_or(people.is_registered_perhaps) as is_registered_perhaps
    from people
    inner join {{ earlier_half_years() }} as halves
        on
            people.academic_year = halves.academic_year
            and people.period = halves.earlier_period
    group by
        people.academic_year,
        halves.period,
        people.person_id

),

known as (

    select
        coalesce(people.academic_year, registered_earlier.academic_year) as academic_year,
        coalesce(people.period, registered_earlier.period) as period,
        coalesce(people.person_id, registered_earlier.person_id) as person_id,
        coalesce(people.is_registered, false) as is_registered_itself,
        {% for suffix in ['', '_perhaps'] %}
        coalesce(people.is_registered{{ suffix }}, false)
        or coalesce(registered_earlier.is_registered{{ suffix }}, false) as is_registered{{ suffix }},
        people.is_logged_in{{ suffix }},
        people.may_be_logged_in{{ suffix }},
        people.months{{ suffix }},
        people.weeks{{ suffix }},
        people.possible_months{{ suffix }},
        people.possible_weeks{{ suffix }}{{ ',' if not loop.last }}
        {% endfor %}
    from people
    full outer join registered_earlier
        on
            people.academic_year = registered_earlier.academic_year
            and people.period = registered_earlier.period
            and people.person_id = registered_earlier.person_id

),

with_rules as (

    select
        known.*,
        halves.minimum_months,
        halves.minimum_week_share * halves.teaching_weeks as minimum_weeks
    from known
    inner join {{ ref('int_half_years') }} as halves
        on
            known.academic_year = halves.academic_year
            and known.period = halves.period

)

{% for level, certain, possible, perhaps in levels %}
select
    academic_year,
    period,
    '{{ level }}' as usage_level,
    person_id,
    coalesce({{ certain }}, false) as is_certain,
    not coalesce({{ possible }}, false) as is_doubtful,
    {{ 'not is_registered_itself' if level == 'L0' else 'false' }} as is_from_earlier
from with_rules
where {{ perhaps }}
{{ 'union all' if not loop.last }}
{% endfor %}
