-- The source rows behind I2-I5, for «why» in the internal edition. It follows persons, so it is no mart.
{% for domain in ['olympiad', 'contest', 'platform'] %}
select
    '{{ domain }}' as domain,
    academic_year,
    school_code,
    stage,
    subject,
    award,
    usage_level,
    period,
    exclusion_reason,
    person_id,
    delivery_id,
    source_sheet,
    source_row
from {{ part('part_' ~ domain ~ '_rows') }} as {{ domain }}_rows
{% if not loop.last %}union all{% endif %}
{% endfor %}
