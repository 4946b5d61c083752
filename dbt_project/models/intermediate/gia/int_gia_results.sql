-- The effective result of a pupil in a subject by each cut-off.
with attempts as (

    select * from {{ ref('int_gia_attempts') }}
    where treatment <> 'ignored'

),

-- A valid result stands until a later valid one replaces it, even downward; the oral part alone counts only where the
-- written part, which carries the mark of both, gave none. Each attempt is told the first day of a better one.
ranked as (

    select
        *,
        min(exam_date) over (
            partition by academic_year, gia_level, person_id, subject_code
            order by
                case when treatment = 'result' then 0 else 1 end,
                case when is_oral_part then 1 else 0 end,
                exam_date desc,
                as_of desc,
                delivery_id desc,
                source_row asc nulls last
            rows between unbounded preceding and 1 preceding
        ) as bettered_on
    from attempts

),

-- By a cut-off the attempt stands that was made till then, when no better one was.
standing as (

    select
        ranked.*,
        cutoffs.cutoff
    from ranked
    inner join {{ ref('int_gia_cutoffs') }} as cutoffs
        on
            ranked.academic_year = cutoffs.academic_year
            and ranked.gia_level = cutoffs.gia_level
            and ranked.exam_date <= cutoffs.last_day
    where
        ranked.bettered_on is null
        or ranked.bettered_on > cutoffs.last_day

)

select
    academic_year,
    gia_level,
    cutoff,
    person_id,
    subject_code,
    school_code,
    participant_category,
    exam_form,
    exam_date,
    scale,
    test_mark,
    mark,
    delivery_id,
    source_sheet,
    source_row,
    case
        when treatment = 'result' and is_passed then 'passed'
        when treatment = 'result' and is_passed is null then 'pending'
        when treatment = 'result' then 'failed'
        when treatment = 'pending' then 'pending'
        else 'not_taken'
    end as outcome
from standing
