{{ config(severity='warn') }}
-- What: nobody has a mark of pass with a primary mark below the one from which the scale of ОГЭ gives it.
-- When it matters: a scale of another region or year, columns that changed places. The mark stands all the same: the
-- state sets it, and a region approves its own scale.
-- How to resolve: put the region's scale into rules/primary_minimums.csv, or ask for the protocol anew.
with settings as (

    select max(case when name = 'region_code' then value end) as region_code
    from {{ source('run', 'settings') }}

),

judged as (

    select
        results.academic_year,
        results.subject_code,
        results.primary_mark,
        minimums.minimum,
        row_number() over (
            partition by results.academic_year, results.person_id, results.subject_code, results.exam_date
            order by
                case when minimums.region = 'any' then 1 else 0 end,
                minimums.first_academic_year desc
        ) as preference
    from {{ ref('int_gia_attempts') }} as results
    inner join {{ ref('primary_minimums') }} as minimums
        on
            results.gia_level = minimums.gia_level
            and results.exam_form = minimums.exam_form
            and results.subject_code = minimums.subject_code
            and {{ in_force('minimums', 'results.academic_year') }}
    cross join settings
    where
        results.treatment = 'result'
        and results.mark >= 3
        and minimums.region in ('any', coalesce(settings.region_code, 'any'))

)

select
    academic_year,
    subject_code,
    count(*) as results
from judged
where
    preference = 1
    and primary_mark < minimum
group by
    academic_year,
    subject_code
