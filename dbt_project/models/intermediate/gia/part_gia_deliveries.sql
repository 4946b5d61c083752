-- The files that a figure came from: protocols and lists of its schools, the contingent for «enrolled», or the return.
with by_school as (

    select distinct
        academic_year,
        school_code,
        gia_level,
        row_kind,
        delivery_id
    from {{ ref('part_gia_rows') }}
    where exclusion_reason is null or row_kind <> 'return'

),

-- The base of РИС is many files: a school with a row of it rests on all of them.
base as (

    select distinct
        by_school.academic_year,
        by_school.school_code,
        by_school.gia_level,
        by_school.row_kind,
        files.delivery_id
    from by_school
    inner join {{ ref('int_gia_ris_deliveries') }} as own
        on by_school.delivery_id = own.delivery_id
    inner join {{ ref('int_gia_ris_deliveries') }} as files
        on
            own.academic_year = files.academic_year
            and own.gia_level = files.gia_level

),

contingent as (

    select distinct
        headcounts.academic_year,
        headcounts.school_code,
        cast(headcounts.grade as {{ text() }}) as gia_level,
        'contingent' as row_kind,
        headcounts.delivery_id
    from {{ ref('stg_contingent__headcounts') }} as headcounts
    inner join {{ years_to_build('gia') }} as wanted
        on headcounts.academic_year = wanted.academic_year
    where headcounts.grade in (9, 11)

),

deliveries as (

    select distinct
        areas.academic_year,
        areas.municipality_code,
        areas.area_kind,
        areas.area_code,
        files.gia_level,
        files.row_kind,
        files.delivery_id
    from (
        select * from by_school
        union all
        select * from base
        union all
        select * from contingent
    ) as files
    inner join {{ ref('int_area_schools') }} as areas
        on
            files.academic_year = areas.academic_year
            and files.school_code = areas.school_code

),

figures as ({{ figures_with_a_source('part_gia_figures', ['gia_level', 'denominator_kind']) }})

select distinct
    figures.academic_year,
    figures.figure_id,
    cast(deliveries.delivery_id as {{ text() }}) as delivery_id
from figures
inner join {{ ref('int_gia_area_sources') }} as sources
    on {{ same_area('figures', 'sources') }}
        and figures.gia_level = sources.gia_level
inner join deliveries
    on {{ same_area('figures', 'deliveries') }}
        and (figures.gia_level = 'all' or figures.gia_level = deliveries.gia_level)
where
    (sources.has_people and deliveries.row_kind in ('protocol', 'list'))
    or (sources.has_return_only and deliveries.row_kind = 'return')
    or (figures.denominator_kind = 'enrolled' and deliveries.row_kind = 'contingent')
