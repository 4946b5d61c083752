with by_school as (

    select distinct
        usage.academic_year,
        usage.period,
        teachers.school_code,
        usage.delivery_id
    from {{ ref('int_platform_usage') }} as usage
    inner join {{ ref('int_teachers') }} as teachers
        on
            usage.academic_year = teachers.academic_year
            and usage.period = teachers.period
            and usage.person_id = teachers.person_id
    where usage.is_in_half_year or usage.is_registered
    union
    select distinct
        halves.academic_year,
        halves.period,
        staff.school_code,
        staff.delivery_id
    from {{ ref('int_half_years') }} as halves
    inner join {{ ref('stg_teaching_staff__staff') }} as staff
        on
            halves.academic_year = staff.academic_year
            and halves.last_day = staff.count_date
    union
    select distinct
        academic_year,
        period,
        school_code,
        delivery_id
    from {{ ref('int_platform_unnamed_months') }}

),

deliveries as (

    select distinct
        areas.academic_year,
        areas.municipality_code,
        areas.area_kind,
        areas.area_code,
        by_school.period,
        by_school.delivery_id
    from by_school
    inner join {{ ref('int_area_schools') }} as areas
        on
            by_school.academic_year = areas.academic_year
            and by_school.school_code = areas.school_code

)

select
    {% for key in figure_keys() -%}
    figures.{{ key }},
    {% endfor -%}
    cast(deliveries.delivery_id as {{ text() }}) as delivery_id
from {{ ref('part_platform_figures') }} as figures
inner join deliveries
    on {{ same_area('figures', 'deliveries') }}
        and figures.period = deliveries.period
where figures.has_source
