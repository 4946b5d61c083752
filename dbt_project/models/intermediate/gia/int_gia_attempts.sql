-- Rows of protocols that can say something about a pupil, each once, with the rule that judges it.
select
    results.academic_year,
    results.gia_level,
    results.person_id,
    results.alternative_person_id,
    results.school_code,
    results.participant_category,
    results.subject_code,
    results.is_oral_part,
    results.exam_form,
    results.exam_date,
    results.treatment,
    results.primary_mark,
    results.test_mark,
    results.mark,
    minimums.scale,
    minimums.minimum is not null as has_rule,
    -- The mark that the state set is the authority: the minimum is compared with it, never with the primary mark.
    case
        when results.treatment = 'result' and minimums.scale = 'mark' then results.mark >= minimums.minimum
        when results.treatment = 'result' and minimums.scale = 'test_mark' then results.test_mark >= minimums.minimum
    end as is_passed,
    results.as_of,
    results.delivery_id,
    results.source_sheet,
    results.source_row,
    results.merged_rows
from {{ ref('int_gia_result_rows') }} as results
inner join {{ years_to_build('gia') }} as wanted
    on results.academic_year = wanted.academic_year
left join {{ ref('int_gia_minimums') }} as minimums
    on
        results.academic_year = minimums.academic_year
        and results.gia_level = minimums.gia_level
        and results.exam_form = minimums.exam_form
        and results.subject_code = minimums.subject_code
