with active_schools as (

    select
        academic_year,
        municipality_code,
        school_code
    from {{ ref('int_active_schools') }}

),

municipalities as (

    select count(distinct municipality_code) as number_of_municipalities
    from {{ ref('int_schools') }}

),

-- A home may hold several municipalities and not name their region.
region as (

    select coalesce(max(case when name = 'region_code' then value end), 'region') as area_code
    from {{ source('run', 'settings') }}

),

-- A school may hold one status by several orders: it is a member once.
by_status as (

    select distinct
        active_schools.academic_year,
        active_schools.municipality_code,
        statuses.status_kind as area_code,
        active_schools.school_code
    from active_schools
    inner join {{ ref('stg_school_register__statuses') }} as statuses
        on
            active_schools.school_code = statuses.school_code
            and statuses.first_academic_year <= active_schools.academic_year
            and coalesce(statuses.last_academic_year, active_schools.academic_year) >= active_schools.academic_year

),

supported as (

    select distinct
        active_schools.academic_year,
        active_schools.municipality_code,
        'supported' as area_code,
        active_schools.school_code
    from active_schools
    inner join {{ ref('int_partnerships') }} as partnerships
        on
            active_schools.academic_year = partnerships.academic_year
            and active_schools.school_code = partnerships.supported_school_code

),

partners as (

    select distinct
        active_schools.academic_year,
        active_schools.municipality_code,
        'partner' as area_code,
        active_schools.school_code
    from active_schools
    inner join {{ ref('int_partnerships') }} as partnerships
        on
            active_schools.academic_year = partnerships.academic_year
            and active_schools.school_code = partnerships.partner_school_code

),

others as (

    select
        active_schools.academic_year,
        active_schools.municipality_code,
        'other' as area_code,
        active_schools.school_code
    from active_schools
    left join supported
        on
            active_schools.academic_year = supported.academic_year
            and active_schools.school_code = supported.school_code
    left join partners
        on
            active_schools.academic_year = partners.academic_year
            and active_schools.school_code = partners.school_code
    where
        supported.school_code is null
        and partners.school_code is null

),

groups_of_schools as (

    select * from by_status
    union all
    select * from supported
    union all
    select * from partners
    union all
    select * from others

)

select
    academic_year,
    municipality_code,
    'school' as area_kind,
    school_code as area_code,
    school_code
from active_schools

union all

select
    academic_year,
    municipality_code,
    'group' as area_kind,
    area_code,
    school_code
from groups_of_schools

union all

select
    academic_year,
    municipality_code,
    'municipality' as area_kind,
    municipality_code as area_code,
    school_code
from active_schools

union all

select
    active_schools.academic_year,
    'z' as municipality_code,
    'region' as area_kind,
    region.area_code,
    active_schools.school_code
from active_schools
cross join municipalities
cross join region
where municipalities.number_of_municipalities > 1
