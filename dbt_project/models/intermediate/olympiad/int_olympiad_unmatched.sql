-- Codes of Sirius that no school's map holds, by area. A code without a school is known of a whole municipality only.
with codes as (

    select
        results.academic_year,
        subjects.subject,
        results.school_code,
        results.code_id,
        results.is_unmatched
    from {{ ref('stg_vsosh_sirius__results') }} as results
    inner join {{ ref('subjects') }} as subjects
        on
            results.subject_code = subjects.subject_code
            and subjects.subject <> 'other'
            and {{ in_force('subjects', 'results.academic_year') }}
    where results.score is not null

),

delivered as (

    select
        academic_year,
        subject,
        count(distinct case when is_unmatched and school_code is null then code_id end) as without_school
    from codes
    group by
        academic_year,
        subject

),

municipalities as (

    select
        academic_year,
        count(distinct municipality_code) as n
    from {{ ref('int_active_schools') }}
    group by academic_year

),

placed as (

    select
        areas.academic_year,
        areas.municipality_code,
        areas.area_kind,
        areas.area_code,
        codes.subject,
        count(distinct codes.code_id) as n
    from codes
    inner join {{ ref('int_area_schools') }} as areas
        on
            codes.academic_year = areas.academic_year
            and codes.school_code = areas.school_code
    where codes.is_unmatched
    group by
        areas.academic_year,
        areas.municipality_code,
        areas.area_kind,
        areas.area_code,
        codes.subject

),

every_area as (

    select distinct
        academic_year,
        municipality_code,
        area_kind,
        area_code
    from {{ ref('int_area_schools') }}

),

whole as (

    select
        every_area.*,
        delivered.subject,
        delivered.without_school,
        every_area.area_kind = 'region'
        or (every_area.area_kind = 'municipality' and municipalities.n = 1) as holds_all
    from every_area
    inner join delivered
        on every_area.academic_year = delivered.academic_year
    inner join municipalities
        on every_area.academic_year = municipalities.academic_year

)

select
    whole.academic_year,
    whole.municipality_code,
    whole.area_kind,
    whole.area_code,
    whole.subject,
    whole.holds_all or whole.without_school = 0 as is_known,
    cast(coalesce(placed.n, 0) + case when whole.holds_all then whole.without_school else 0 end as bigint) as n
from whole
left join placed
    on {{ same_area('whole', 'placed') }}
    and whole.subject = placed.subject
