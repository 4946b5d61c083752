-- Who passed by each cut-off in every year, for «why» behind I1. It follows persons, so it is no mart.
select
    academic_year,
    school_code,
    gia_level,
    cutoff,
    person_id,
    is_ambiguous,
    is_passed,
    is_pending
from {{ part('part_gia_pupils') }} as every_year
