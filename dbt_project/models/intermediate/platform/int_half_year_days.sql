select
    years.academic_year,
    rules.period,
    {{ day('years.start_year + case when rules.first_month >= 9 then 0 else 1 end', 'rules.first_month', 'rules.first_day') }}
        as first_day,
    {{ day('years.start_year + case when rules.last_month >= 9 then 0 else 1 end', 'rules.last_month', 'rules.last_day') }}
        as last_day,
    rules.minimum_months,
    rules.leave_months,
    rules.minimum_week_share
from {{ ref('int_academic_years') }} as years
inner join {{ ref('half_years') }} as rules
    on
        rules.first_academic_year <= years.academic_year
        and coalesce(rules.last_academic_year, years.academic_year) >= years.academic_year
