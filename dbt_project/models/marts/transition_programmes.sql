with goals as (

    select
        programme_number,
        count(*) as goals,
        count(*) filter (
            where indicator_code is not null and target_value is not null and target_date is not null
        ) as measurable_goals
    from {{ ref('stg_programmes__goals') }}
    group by programme_number

),

authors as (

    select
        authors.programme_number,
        count(*) filter (where authors.school_code = programmes.school_code) as own_authors,
        count(*) filter (where authors.school_code <> programmes.school_code) as other_authors,
        {{ joined_texts("case when authors.school_code <> programmes.school_code then authors.school_code end") }}
            as other_schools
    from {{ ref('stg_programmes__authors') }} as authors
    inner join {{ ref('stg_programmes__programmes') }} as programmes
        on authors.programme_number = programmes.programme_number
    group by authors.programme_number

)

select
    programmes.academic_year,
    schools.municipality_code,
    programmes.programme_number,
    programmes.school_code,
    programmes.agreement_number as pair_id,
    programmes.approved_on,
    programmes.approval_document,
    programmes.valid_from,
    programmes.valid_to,
    cast(coalesce(goals.goals, 0) as bigint) as goals,
    cast(coalesce(goals.measurable_goals, 0) as bigint) as measurable_goals,
    cast(coalesce(authors.own_authors, 0) as bigint) as own_authors,
    cast(coalesce(authors.other_authors, 0) as bigint) as other_authors,
    authors.other_schools
from {{ ref('stg_programmes__programmes') }} as programmes
left join {{ ref('int_schools') }} as schools
    on programmes.school_code = schools.school_code
left join goals
    on programmes.programme_number = goals.programme_number
left join authors
    on programmes.programme_number = authors.programme_number
