-- The rows behind I2 and I3, for the question «why»: never a mart, since it follows a person.
select
    results.academic_year,
    results.school_code,
    'z' as gia_level,
    results.stage || '_stage' as row_kind,
    results.stage,
    results.subject,
    case when results.stage = 'municipal' then results.award_status else 'z' end as award,
    'year' as period,
    results.exclusion_reason,
    'study=' || coalesce(cast(results.study_grade as {{ text() }}), '')
    || ' performs=' || coalesce(cast(results.performance_grade as {{ text() }}), '') as says,
    results.person_id,
    results.delivery_id,
    results.source_sheet,
    results.source_row
from {{ ref('int_olympiad_results') }} as results
inner join {{ years_to_build('olympiad') }} as years
    on results.academic_year = years.academic_year
where
    results.is_in_scope
    and results.school_code is not null
