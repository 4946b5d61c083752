select
    school_code,
    municipality_code,
    municipality_name,
    school_name,
    short_name,
    school_kind,
    valid_from,
    valid_to,
    is_provisional,
    predecessor_code,
    successor_code
from {{ ref('int_schools') }}
