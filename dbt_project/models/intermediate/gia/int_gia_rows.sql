-- The source rows behind I1 and the subject results in every year, for «why». It follows persons, so it is no mart.
select
    academic_year,
    school_code,
    gia_level,
    row_kind,
    subject_code,
    exclusion_reason,
    says,
    person_id,
    delivery_id,
    source_sheet,
    source_row
from {{ part('part_gia_rows') }} as every_year
