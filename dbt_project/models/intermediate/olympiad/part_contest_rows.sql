-- The contest rows behind I4 (its olympiad rows stand in part_olympiad_rows).
select
    academic_year,
    school_code,
    'z' as gia_level,
    'contest' as row_kind,
    'z' as stage,
    coalesce(subject, 'any') as subject,
    'z' as award,
    'year' as period,
    exclusion_reason,
    'contest=' || contest_code as says,
    person_id,
    cast(delivery_id as {{ text() }}) as delivery_id,
    source_sheet,
    source_row
from {{ ref('int_contest_results') }}
where
    is_in_scope
    and school_code is not null
