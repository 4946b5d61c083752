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
    cast(results.delivery_id as {{ text() }}) as delivery_id,
    results.source_sheet,
    results.source_row
from {{ ref('int_olympiad_results') }} as results
inner join {{ years_to_build('olympiad') }} as years
    on results.academic_year = years.academic_year
where
    results.is_in_scope
    and results.school_code is not null

union all

-- The codes that no school's map holds: a person is here the code. Without a school they stand under z.
select
    codes.academic_year,
    coalesce(codes.school_code, 'z') as school_code,
    'z' as gia_level,
    'unmatched' as row_kind,
    'school' as stage,
    subjects.subject,
    'z' as award,
    'year' as period,
    cast(null as {{ text() }}) as exclusion_reason,
    'performs=' || coalesce(cast(codes.performance_grade as {{ text() }}), '') as says,
    codes.code_id as person_id,
    cast(codes.delivery_id as {{ text() }}) as delivery_id,
    codes.source_sheet,
    codes.source_row
from {{ ref('stg_vsosh_sirius__results') }} as codes
inner join {{ years_to_build('olympiad') }} as years
    on codes.academic_year = years.academic_year
inner join {{ ref('subjects') }} as subjects
    on
        codes.subject_code = subjects.subject_code
        and subjects.subject <> 'other'
        and {{ in_force('subjects', 'codes.academic_year') }}
where
    codes.is_unmatched
    and codes.score is not null
