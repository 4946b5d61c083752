select
    subject_code,
    base_subject_code,
    subject,
    subject_name,
    is_oral_part,
    is_counted
from {{ ref('subjects') }}
