select
    first_academic_year,
    last_academic_year,
    minimum_people,
    few_people,
    bound_below,
    are_few_awards_hidden,
    document
from {{ ref('disclosure_thresholds') }}
