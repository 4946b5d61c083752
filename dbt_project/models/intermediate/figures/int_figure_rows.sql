-- The source rows behind the figures, for «why» in the internal edition. It follows persons, so it is no mart.
{% for domain in ['olympiad', 'contest', 'platform'] %}
{% set keys = "'z' as " if domain == 'platform' else '' %}
select
    '{{ domain }}' as domain,
    academic_year,
    school_code,
    {{ keys }}gia_level,
    row_kind,
    {{ keys }}stage,
    {{ keys }}subject,
    {{ keys }}award,
    period,
    cast(null as bigint) as subject_code,
    exclusion_reason,
    says,
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
    subject_code,
    exclusion_reason,
    says,
    person_id,
    delivery_id,
    source_sheet,
    source_row
from {{ part('part_gia_rows') }} as gia_rows

union all

select
    'contingent' as domain,
    years.academic_year,
    headcounts.school_code,
    'z' as gia_level,
    'headcount' as row_kind,
    'z' as stage,
    'z' as subject,
    'z' as award,
    'year' as period,
    cast(null as bigint) as subject_code,
    case when headcounts.part <> 'main' then 'part_' || headcounts.part end as exclusion_reason,
    'grade=' || cast(headcounts.grade as {{ text() }})
    || ' pupils=' || cast(headcounts.pupils as {{ text() }})
    || ' arrivals=' || cast(headcounts.arrivals as {{ text() }})
    || ' departures=' || cast(headcounts.departures as {{ text() }}) as says,
    cast(null as bigint) as person_id,
    headcounts.delivery_id,
    headcounts.source_sheet,
    headcounts.source_row
from {{ ref('int_academic_years') }} as years
inner join {{ ref('stg_contingent__headcounts') }} as headcounts
    on
        years.academic_year = headcounts.academic_year
        and years.contingent_day = headcounts.count_date
