-- The control denominator: pupils of the grade on 20 September with arrivals and departures to the end of the year.
with enrolled as (

    select
        years.academic_year,
        headcounts.school_code,
        headcounts.grade as gia_level,
        cast(sum(headcounts.pupils + headcounts.arrivals - headcounts.departures) as bigint) as pupils
    from {{ ref('int_academic_years') }} as years
    inner join {{ ref('stg_contingent__headcounts') }} as headcounts
        on
            years.academic_year = headcounts.academic_year
            and years.contingent_day = headcounts.count_date
    where
        headcounts.part = 'main'
        and headcounts.grade in (9, 11)
    group by
        years.academic_year,
        headcounts.school_code,
        headcounts.grade

),

members as (

    select
        areas.academic_year,
        areas.municipality_code,
        areas.area_kind,
        areas.area_code,
        enrolled.gia_level,
        enrolled.pupils
    from {{ ref('int_area_schools') }} as areas
    inner join {{ years_to_build('gia') }} as wanted
        on areas.academic_year = wanted.academic_year
    inner join enrolled
        on
            areas.academic_year = enrolled.academic_year
            and areas.school_code = enrolled.school_code

)

select
    academic_year,
    municipality_code,
    area_kind,
    area_code,
    coalesce(cast(gia_level as {{ text() }}), 'all') as gia_level,
    cast(sum(pupils) as bigint) as pupils
from members
group by grouping sets (
    (academic_year, municipality_code, area_kind, area_code, gia_level),
    (academic_year, municipality_code, area_kind, area_code)
)
