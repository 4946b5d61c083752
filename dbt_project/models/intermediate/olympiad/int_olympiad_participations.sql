select
    academic_year,
    stage,
    subject,
    school_code,
    person_id,
    min(alternative_person_id) as alternative_person_id,
    bool_or(coalesce(performance_grade > study_grade, false)) as is_older_grade,
    bool_or(stage = 'municipal' and award_status = 'winner') as is_winner,
    bool_or(stage = 'municipal' and award_status = 'prize_winner') as is_prize_winner
from {{ ref('int_olympiad_results') }}
where
    is_in_scope
    and exclusion_reason is null
    and school_code is not null
group by
    academic_year,
    stage,
    subject,
    school_code,
    person_id
