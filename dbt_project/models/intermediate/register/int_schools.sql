with registered as (

    select
        school_code,
        municipality_code,
        municipality_name,
        school_name,
        short_name,
        school_kind,
        valid_from,
        valid_to,
        predecessor_code,
        successor_code,
        substring(school_code, 1, 1) = 'P' as is_provisional
    from {{ ref('stg_school_register__schools') }}

),

-- Homes without a register: the schools that ingestion proposes from the names in the files.
proposed as (

    select
        school_code,
        min(municipality_code) as municipality_code,
        min(municipality_name) as municipality_name,
        min(school_name) as school_name
    from {{ source('inputs', 'school_map') }}
    where
        substring(school_code, 1, 1) = 'P'
        and municipality_code is not null
    group by school_code

),

unlisted as (

    select proposed.*
    from proposed
    left join registered
        on proposed.school_code = registered.school_code
    where registered.school_code is null

)

select
    school_code,
    municipality_code,
    municipality_name,
    school_name,
    short_name,
    school_kind,
    valid_from,
    valid_to,
    predecessor_code,
    successor_code,
    is_provisional
from registered

union all

select
    school_code,
    municipality_code,
    municipality_name,
    school_name,
    cast(null as {{ text() }}) as short_name,
    cast(null as {{ text() }}) as school_kind,
    cast(null as date) as valid_from,
    cast(null as date) as valid_to,
    cast(null as {{ text() }}) as predecessor_code,
    cast(null as {{ text() }}) as successor_code,
    true as is_provisional
from unlisted
