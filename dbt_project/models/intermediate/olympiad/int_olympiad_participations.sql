-- Participations that count, or may count, with what holds whoever the doubtful names are (is_*) and what may hold for one
-- of those whom they may be (may_be_*).
{% set cell = ['academic_year', 'stage', 'subject', 'school_code', 'row_grade'] %}
with judged as (

    select
        academic_year,
        stage,
        subject,
        school_code,
        row_grade,
        person_id,
        alternative_person_id is not null as is_doubtful,
        exclusion_reason is null and study_grade_high >= 8 and study_grade_low <= 11 as may_count,
        exclusion_reason is null as is_present,
        coalesce(tells_study_grade, false) as tells_study_grade,
        coalesce(study_grade_low >= 8 and study_grade_high <= 11, false) as is_in_grades,
        coalesce(performance_grade_low > study_grade_high, false) as is_older_grade,
        coalesce(performance_grade_high > study_grade_low, false) as may_be_older_grade,
        stage = 'municipal' and award_status in ('winner', 'prize_winner') as is_awarded,
        stage = 'municipal' and award_status = 'winner' as is_winner,
        stage = 'municipal' and award_status = 'prize_winner' as is_prize_winner,
        as_of,
        coalesce(score, -1) as score
    from {{ ref('int_olympiad_results') }}
    where
        person_id is not null
        and school_code is not null

),

names as (select distinct academic_year, candidate_person_id as person_id, doubt_group from {{ candidates('olympiad') }} as everybody),

-- Two rows of one school, subject and grade are one pupil's row sent twice where both name him: the later one stands
-- (int_olympiad_results). Where a doubtful name may be this pupil, only what both rows say is certain of the one that may yield. A row
-- that tells no grade of study takes, then, the grade of this pupil.
rivals as (

    select
        {% for key in cell %}
        rows_kept.{{ key }},
        {% endfor %}
        rows_kept.person_id,
        rows_kept.is_doubtful,
        bool_and(
            others.is_present and case when others.tells_study_grade then others.is_in_grades else rows_kept.is_in_grades end
        ) as counts,
        bool_and(
            case when others.tells_study_grade then others.is_older_grade else rows_kept.is_older_grade end
        ) as is_older_grade,
        bool_and(others.is_awarded) as is_awarded,
        bool_and(others.is_winner) as is_winner,
        bool_and(others.is_prize_winner) as is_prize_winner
    from judged as rows_kept
    inner join names
        on
            rows_kept.academic_year = names.academic_year
            and rows_kept.person_id = names.person_id
    inner join names as other_names
        on
            names.academic_year = other_names.academic_year
            and names.doubt_group = other_names.doubt_group
            and names.person_id <> other_names.person_id
    inner join judged as others
        on
            other_names.person_id = others.person_id
            {% for key in cell %}
            and rows_kept.{{ key }} = others.{{ key }}
            {% endfor %}
    where
        (rows_kept.is_doubtful or others.is_doubtful)
        and (
            others.as_of > rows_kept.as_of
            or (others.as_of = rows_kept.as_of and others.score >= rows_kept.score)
        )
    group by
        {% for key in cell %}
        rows_kept.{{ key }},
        {% endfor %}
        rows_kept.person_id,
        rows_kept.is_doubtful

),

weighed as (

    select
        judged.academic_year,
        judged.stage,
        judged.subject,
        judged.school_code,
        judged.person_id,
        judged.is_doubtful,
        judged.is_present and judged.is_in_grades and coalesce(rivals.counts, true) as is_sure,
        {% for fact in ['is_older_grade', 'is_awarded', 'is_winner', 'is_prize_winner'] %}
        judged.{{ fact }} and coalesce(rivals.{{ fact }}, true) as {{ fact }},
        {% endfor %}
        judged.may_be_older_grade,
        judged.is_winner as may_be_winner,
        judged.is_prize_winner as may_be_prize_winner
    from judged
    left join rivals
        on
            judged.person_id = rivals.person_id
            and judged.is_doubtful = rivals.is_doubtful
            {% for key in cell %}
            and judged.{{ key }} = rivals.{{ key }}
            {% endfor %}
    where judged.may_count

)

select
    academic_year,
    stage,
    subject,
    school_code,
    person_id,
    is_doubtful,
    is_sure,
    bool_or(is_older_grade) as is_older_grade,
    bool_or(may_be_older_grade) as may_be_older_grade,
    bool_or(is_awarded) as is_awarded,
    bool_or(is_winner) as is_winner,
    bool_or(may_be_winner) as may_be_winner,
    bool_or(is_prize_winner) as is_prize_winner,
    bool_or(may_be_prize_winner) as may_be_prize_winner
from weighed
group by
    academic_year,
    stage,
    subject,
    school_code,
    person_id,
    is_doubtful,
    is_sure
