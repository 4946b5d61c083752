-- Pupils of grades 8-11 on 20 September; a school that sent any count for that day has a row, if with 0.
select
    years.academic_year,
    headcounts.school_code,
    cast(
        sum(case when headcounts.part = 'main' and headcounts.grade between 8 and 11 then headcounts.pupils else 0 end)
        as bigint
    ) as pupils
from {{ ref('int_academic_years') }} as years
inner join {{ ref('stg_contingent__headcounts') }} as headcounts
    on
        years.academic_year = headcounts.academic_year
        and years.contingent_day = headcounts.count_date
group by
    years.academic_year,
    headcounts.school_code
