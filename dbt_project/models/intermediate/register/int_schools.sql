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
unlisted as (

    select proposed.*
    from {{ source('inputs', 'proposed_register') }} as proposed
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
    short_name,
    school_kind,
    valid_from,
    valid_to,
    cast(null as {{ text() }}) as predecessor_code,
    cast(null as {{ text() }}) as successor_code,
    true as is_provisional
from unlisted
