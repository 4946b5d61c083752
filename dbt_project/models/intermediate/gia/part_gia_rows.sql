-- The rows behind I1 and the subject results: protocols, lists of graduates, regional returns.
select
    attempts.academic_year,
    attempts.school_code,
    cast(attempts.gia_level as {{ text() }}) as gia_level,
    'protocol' as row_kind,
    attempts.subject_code,
    excluded.reason as exclusion_reason,
    case
        when attempts.treatment <> 'result' then attempts.treatment
        when attempts.is_passed is null then 'pending'
        when attempts.is_passed then 'passed'
        else 'not_passed'
    end
    || coalesce(' mark=' || cast(coalesce(attempts.mark, cast(attempts.test_mark as bigint)) as {{ text() }}), '')
    || ' date=' || cast(attempts.exam_date as {{ text() }}) as says,
    attempts.person_id,
    cast(attempts.delivery_id as {{ text() }}) as delivery_id,
    attempts.source_sheet,
    attempts.source_row
from {{ ref('int_gia_attempts') }} as attempts
left join {{ ref('int_gia_excluded') }} as excluded
    on
        attempts.academic_year = excluded.academic_year
        and attempts.gia_level = excluded.gia_level
        and attempts.school_code = excluded.school_code
        and attempts.person_id = excluded.person_id

union all

-- The one row of a pupil that stands in the results by subject, under the school that admitted the pupil.
select
    results.academic_year,
    coalesce(graduates.school_code, results.school_code) as school_code,
    cast(results.gia_level as {{ text() }}) as gia_level,
    'subject_result' as row_kind,
    results.subject_code,
    case
        when results.participant_category <> 'current' then results.participant_category
        when results.outcome not in ('passed', 'failed') then results.outcome
    end as exclusion_reason,
    case results.outcome when 'failed' then 'not_passed' when 'not_taken' then 'failed' else results.outcome end
    || coalesce(' mark=' || cast(coalesce(results.mark, cast(results.test_mark as bigint)) as {{ text() }}), '')
    || ' date=' || cast(results.exam_date as {{ text() }}) as says,
    results.person_id,
    cast(results.delivery_id as {{ text() }}) as delivery_id,
    results.source_sheet,
    results.source_row
from {{ ref('int_gia_results') }} as results
left join {{ ref('int_gia_admissions') }} as graduates
    on
        results.academic_year = graduates.academic_year
        and results.gia_level = graduates.gia_level
        and results.person_id = graduates.person_id
where results.cutoff = 'main'

union all

select
    admissions.academic_year,
    admissions.school_code,
    cast(admissions.gia_level as {{ text() }}) as gia_level,
    'list' as row_kind,
    cast(null as bigint) as subject_code,
    case
        when admissions.participant_category <> 'current' then admissions.participant_category
        when not admissions.is_admitted then 'not_admitted'
    end as exclusion_reason,
    'form=' || coalesce(admissions.exam_form, 'unknown')
    || coalesce(' chosen=' || admissions.subjects_chosen, '') as says,
    admissions.person_id,
    cast(admissions.delivery_id as {{ text() }}) as delivery_id,
    admissions.source_sheet,
    admissions.source_row
from {{ ref('int_gia_admissions') }} as admissions
inner join {{ years_to_build('gia') }} as wanted
    on admissions.academic_year = wanted.academic_year

union all

select
    counts.academic_year,
    counts.school_code,
    cast(counts.gia_level as {{ text() }}) as gia_level,
    'return' as row_kind,
    counts.subject_code,
    case when counts.record_kind <> 'results' then counts.record_kind end as exclusion_reason,
    'participants=' || coalesce(cast(counts.participants as {{ text() }}), '')
    || ' below=' || coalesce(cast(counts.below_minimum as {{ text() }}), '') as says,
    cast(null as bigint) as person_id,
    cast(counts.delivery_id as {{ text() }}) as delivery_id,
    counts.source_sheet,
    counts.source_row
from {{ ref('stg_gia_school_return__subject_counts') }} as counts
inner join {{ years_to_build('gia') }} as wanted
    on counts.academic_year = wanted.academic_year
