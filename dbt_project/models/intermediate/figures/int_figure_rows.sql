-- The source rows behind the figures, for «why» in the internal edition. It follows persons, so it is no mart.
{% for domain in ['olympiad', 'contest', 'platform'] %}
select
    '{{ domain }}' as domain,
    academic_year,
    school_code,
    gia_level,
    row_kind,
    stage,
    subject,
    award,
    period,
    exclusion_reason,
    person_id,
    delivery_id,
    source_sheet,
    source_row
from {{ part('part_' ~ domain ~ '_rows') }} as {{ domain }}_rows

union all

{% endfor %}
select
    'gia' as domain,
    academic_year,
    school_code,
    gia_level,
    row_kind,
    'z' as stage,
    'z' as subject,
    'z' as award,
    'year' as period,
    exclusion_reason,
    person_id,
    delivery_id,
    source_sheet,
    source_row
from {{ part('part_gia_rows') }} as gia_rows
