with state as (

    select as_of from {{ ref('int_network_as_of') }}

),

dated as (

    select
        decisions.*,
        years.academic_year as year_taken
    from {{ ref('stg_decisions__decisions') }} as decisions
    inner join {{ ref('int_network_halves') }} as years
        on decisions.decision_date between years.first_day and years.last_day

)

select
    dated.year_taken as academic_year,
    coalesce(schools.municipality_code, only_one.municipality_code) as municipality_code,
    dated.decision_number,
    dated.decision_date,
    dated.decision_kind,
    dated.decision_title,
    dated.addressee,
    dated.school_code,
    dated.due_on,
    dated.indicator_code,
    dated.finding,
    dated.outcome,
    -- The outcome is looked at in the next cycle; a verdict without a day of the check is not one.
    case
        when dated.outcome_state is not null and dated.outcome_checked_on is not null then dated.outcome_state
        when dated.due_on > state.as_of then 'not_due'
        else 'not_checked'
    end as outcome_state,
    dated.outcome_checked_on
from dated
cross join state
left join {{ ref('int_schools') }} as schools
    on dated.school_code = schools.school_code
left join (
    -- A decision without a school is the municipality's own, where the home holds only one.
    select min(municipality_code) as municipality_code
    from {{ ref('int_schools') }}
    having count(distinct municipality_code) = 1
) as only_one
    on dated.school_code is null
