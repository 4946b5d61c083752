with goals_of_roadmaps as (

    select
        goals.agreement_number,
        goals.indicator_code,
        goals.target_value,
        goals.target_date,
        versions.approved_on
    from {{ ref('stg_roadmap__goals') }} as goals
    inner join {{ ref('stg_roadmap__versions') }} as versions
        on
            goals.agreement_number = versions.agreement_number
            and goals.version_number = versions.version_number

),

-- What a pair has put on paper by the last day of the half-year.
written as (

    select
        areas.academic_year,
        areas.half,
        areas.municipality_code,
        areas.area_scope,
        areas.pair_id,
        areas.member_pair_id,
        'agreement' as paper,
        goals.indicator_code,
        goals.target_value,
        goals.target_date
    from {{ ref('int_network_areas') }} as areas
    inner join {{ ref('stg_agreements__goals') }} as goals
        on areas.member_pair_id = goals.agreement_number
    union all
    select
        areas.academic_year,
        areas.half,
        areas.municipality_code,
        areas.area_scope,
        areas.pair_id,
        areas.member_pair_id,
        'roadmap' as paper,
        goals.indicator_code,
        goals.target_value,
        goals.target_date
    from {{ ref('int_network_areas') }} as areas
    inner join {{ ref('int_network_halves') }} as halves
        on
            areas.academic_year = halves.academic_year
            and areas.half = halves.half
    inner join goals_of_roadmaps as goals
        on
            areas.member_pair_id = goals.agreement_number
            and halves.last_day >= goals.approved_on

),

marks as (

    select
        areas.academic_year,
        areas.half,
        areas.municipality_code,
        areas.area_scope,
        areas.pair_id,
        areas.member_pair_id,
        max(case when written.paper = 'agreement' then 1 else 0 end)
        + max(case when written.paper = 'roadmap' then 1 else 0 end)
        + max(case when written.indicator_code is not null then 1 else 0 end)
        + max(
            case
                when
                    written.indicator_code is not null
                    and written.target_value is not null
                    and written.target_date is not null
                    then 1
                else 0
            end
        ) as marks
    from {{ ref('int_network_areas') }} as areas
    left join written
        on
            areas.academic_year = written.academic_year
            and areas.half = written.half
            and areas.municipality_code = written.municipality_code
            and areas.area_scope = written.area_scope
            and areas.pair_id = written.pair_id
            and areas.member_pair_id = written.member_pair_id
    group by
        areas.academic_year,
        areas.half,
        areas.municipality_code,
        areas.area_scope,
        areas.pair_id,
        areas.member_pair_id

),

waves as (

    select
        answers.agreement_number,
        answers.wave,
        halves.academic_year,
        halves.half,
        max(answers.survey_date) as survey_date,
        max(answers.invited) as invited,
        count(distinct answers.respondent_id) as answered,
        count(distinct answers.respondent_id) filter (
            where {{ folded('answers.chosen_goal') }} = {{ folded('answers.correct_goal') }}
        ) as correct
    from {{ ref('stg_goal_survey__answers') }} as answers
    inner join {{ ref('int_network_halves') }} as halves
        on answers.survey_date between halves.first_day and halves.last_day
    group by
        answers.agreement_number,
        answers.wave,
        halves.academic_year,
        halves.half

),

last_waves as (

    select
        *,
        row_number() over (
            partition by agreement_number, academic_year, half
            order by survey_date desc, wave desc
        ) as preference
    from waves

),

asked as (

    select
        areas.academic_year,
        areas.half,
        areas.municipality_code,
        areas.area_scope,
        areas.pair_id,
        sum(last_waves.invited) as invited,
        sum(last_waves.answered) as answered,
        sum(last_waves.correct) as correct
    from {{ ref('int_network_areas') }} as areas
    left join last_waves
        on
            areas.member_pair_id = last_waves.agreement_number
            and areas.academic_year = last_waves.academic_year
            and areas.half = last_waves.half
            and last_waves.preference = 1
    group by
        areas.academic_year,
        areas.half,
        areas.municipality_code,
        areas.area_scope,
        areas.pair_id

)

select
    academic_year,
    half,
    municipality_code,
    area_scope,
    pair_id,
    'presence' as component,
    'z' as plan_version,
    cast(sum(marks) as bigint) as numerator,
    cast(4 * count(*) as bigint) as denominator,
    cast(sum(marks) as {{ dbl() }}) / count(*) as value,
    cast(null as {{ text() }}) as symbol
from marks
group by
    academic_year,
    half,
    municipality_code,
    area_scope,
    pair_id
union all
select
    asked.academic_year,
    asked.half,
    asked.municipality_code,
    asked.area_scope,
    asked.pair_id,
    'awareness' as component,
    'z' as plan_version,
    cast(case when is_enough then asked.correct end as bigint) as numerator,
    cast(case when is_enough then asked.answered end as bigint) as denominator,
    case when is_enough then {{ share('asked.correct', 'asked.answered') }} end as value,
    case when not is_enough then 'x' end as symbol
from (
    select
        asked.*,
        coalesce(
            asked.answered >= rules.survey_minimum
            and 100 * asked.answered >= rules.survey_response_pct * asked.invited,
            false
        ) as is_enough
    from asked
    inner join {{ ref('network_rules') }} as rules
        on
            rules.first_academic_year <= asked.academic_year
            and coalesce(rules.last_academic_year, asked.academic_year) >= asked.academic_year
) as asked
