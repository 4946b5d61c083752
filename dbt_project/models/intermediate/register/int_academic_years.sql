with years as (

    select distinct academic_year
    from {{ source('inputs', 'effective') }}
    where
        substring(source, 1, 4) = 'gia_'
        or substring(source, 1, 6) = 'vsosh_'
        or substring(source, 1, 9) = 'platform_'
        or source = 'contest_participation'

),

started as (

    select
        academic_year,
        cast(substring(academic_year, 1, 4) as integer) as start_year
    from years

)

select
    academic_year,
    start_year,
    {{ day('start_year', 9, 1) }} as first_day,
    {{ day('start_year + 1', 8, 31) }} as last_day,
    {{ day('start_year', 9, 20) }} as contingent_day,
    cast(start_year - 1 as {{ text() }})
    || '-'
    || cast(start_year as {{ text() }}) as previous_academic_year
from started
