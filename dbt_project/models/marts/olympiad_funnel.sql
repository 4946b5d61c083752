-- The same figures as in indicator_values, in the order in which pupils pass the stages.
with steps as (

    select
        figure_id,
        academic_year,
        municipality_code,
        area_kind,
        area_code,
        subject,
        case
            when indicator_code = 'I2' and stage = 'school' then 1
            when indicator_code = 'I2' and stage = 'municipal' then 2
            when indicator_code = 'I3' and award = 'any' then 3
            when indicator_code = 'I3' and award = 'winner' then 4
        end as step_number,
        numerator,
        symbol
    from {{ ref('indicator_values') }}
    where
        indicator_code in ('I2', 'I3')
        and measure = 'pupils'

)

select
    steps.figure_id,
    steps.academic_year,
    steps.municipality_code,
    steps.area_kind,
    steps.area_code,
    steps.subject,
    steps.step_number,
    case steps.step_number
        when 1 then 'school_participants'
        when 2 then 'municipal_participants'
        when 3 then 'municipal_awards'
        when 4 then 'municipal_winners'
    end as step,
    steps.numerator as pupils,
    {{ share('steps.numerator', 'previous.numerator') }} as share_of_previous,
    steps.symbol
from steps
left join steps as previous
    on {{ same_area('steps', 'previous') }}
    and steps.subject = previous.subject
    and steps.step_number = previous.step_number + 1
where steps.step_number is not null
