-- The mark from which a subject is passed, per year: the region's own row wins over the row for any region.
with settings as (

    select max(case when name = 'region_code' then value end) as region_code
    from {{ source('run', 'settings') }}

),

rules as (

    select
        wanted.academic_year,
        minimums.gia_level,
        minimums.exam_form,
        minimums.subject_code,
        minimums.scale,
        minimums.minimum,
        row_number() over (
            partition by wanted.academic_year, minimums.gia_level, minimums.exam_form, minimums.subject_code
            order by
                case when minimums.region = 'any' then 1 else 0 end,
                minimums.first_academic_year desc
        ) as preference
    from {{ years_to_build('gia') }} as wanted
    inner join {{ ref('exam_minimums') }} as minimums
        on
            wanted.academic_year >= minimums.first_academic_year
            and wanted.academic_year <= coalesce(minimums.last_academic_year, wanted.academic_year)
    cross join settings
    where minimums.region in ('any', coalesce(settings.region_code, 'any'))

)

select
    academic_year,
    gia_level,
    exam_form,
    subject_code,
    scale,
    minimum
from rules
where preference = 1
