with dated as (

    select
        years.academic_year,
        rules.half,
        {{ day('years.start_year + case when rules.first_month >= 9 then 0 else 1 end', 'rules.first_month', 'rules.first_day') }}
            as first_day,
        {{ day('years.start_year + case when rules.last_month >= 9 then 0 else 1 end', 'rules.last_month', 'rules.last_day') }}
            as last_day
    from {{ ref('int_academic_years') }} as years
    inner join {{ ref('network_halves') }} as rules
        on
            rules.first_academic_year <= years.academic_year
            and coalesce(rules.last_academic_year, years.academic_year) >= years.academic_year

)

select
    dated.academic_year,
    dated.half,
    dated.first_day,
    dated.last_day,
    state.as_of,
    dated.last_day <= state.as_of as is_over,
    row_number() over (order by dated.first_day asc nulls last) as half_index
from dated
cross join {{ ref('int_network_as_of') }} as state
where dated.first_day <= state.as_of
