with ranked as (

    select
        agreement_number,
        wave,
        survey_date,
        invited,
        respondent_id,
        school_code,
        chosen_goal,
        correct_goal,
        as_of,
        delivery_id,
        source_sheet,
        source_row,
        row_number() over (
            partition by agreement_number, wave, respondent_id
            order by as_of desc, academic_year desc, reading_id desc, source_row asc nulls last
        ) as preference
    from {{ lake('goal_survey', 'answers') }}

)

select
    agreement_number,
    wave,
    survey_date,
    invited,
    respondent_id,
    school_code,
    chosen_goal,
    correct_goal,
    as_of,
    delivery_id,
    source_sheet,
    source_row
from ranked
where preference = 1
