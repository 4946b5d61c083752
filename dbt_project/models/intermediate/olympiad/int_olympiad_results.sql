with years as (

    select academic_year from {{ years_to_build('olympiad') }} as olympiad_years
    union
    select academic_year from {{ years_to_build('contest') }} as contest_years

),

counted_subjects as (

    select
        years.academic_year,
        subjects.subject_code,
        subjects.subject
    from years
    inner join {{ ref('subjects') }} as subjects
        on
            subjects.subject <> 'other'
            and {{ in_force('subjects', 'years.academic_year') }}

),

-- Who has a row of these subjects that tells not both grades: nobody else's other rows are asked for them.
people_without_a_grade as (

    select distinct
        sent.academic_year,
        sent.person_id
    from {{ ref('int_olympiad_rows') }} as sent
    inner join counted_subjects
        on
            sent.academic_year = counted_subjects.academic_year
            and sent.subject_code = counted_subjects.subject_code
    where
        sent.person_id is not null
        and (sent.study_grade is null or sent.performance_grade is null)

),

candidates as (

    select
        academic_year,
        person_id,
        candidate_person_id
    from {{ candidates('olympiad') }} as everybody

),

people_in_doubt as (

    select distinct
        academic_year,
        candidate_person_id
    from candidates

),

-- Whose rows of every subject are asked.
asked_people as (

    select
        academic_year,
        person_id
    from people_without_a_grade
    union
    select
        academic_year,
        person_id
    from candidates
    union
    select
        academic_year,
        candidate_person_id as person_id
    from people_in_doubt

),

-- Rows of other subjects are most of ВсОШ: those nobody asks for are left out before repeated ones are sought.
wanted as (

    select
        sent.*,
        counted_subjects.subject
    from {{ ref('int_olympiad_rows') }} as sent
    inner join years
        on sent.academic_year = years.academic_year
    left join counted_subjects
        on
            sent.academic_year = counted_subjects.academic_year
            and sent.subject_code = counted_subjects.subject_code
    left join asked_people
        on
            sent.academic_year = asked_people.academic_year
            and sent.person_id = asked_people.person_id
    where
        counted_subjects.subject is not null
        or asked_people.person_id is not null

),

-- One book's rows of a person, school, subject and grade are one row sent several times; the later one stands.
ranked as (

    select
        *,
        row_number() over (
            partition by academic_year, book, school_code, subject_code, row_grade, person_id, unmatched_row
            order by as_of desc, score desc nulls last, reading_id desc, source_sheet asc nulls last, source_row asc nulls last
        ) as preference
    from wanted

),

of_the_years as (

    select
        academic_year,
        stage,
        school_code,
        subject_code,
        subject,
        person_id,
        alternative_person_id,
        row_grade,
        performance_grade,
        study_grade,
        score,
        award_status,
        is_final,
        as_of,
        delivery_id,
        source_sheet,
        source_row
    from ranked
    where preference = 1

),

-- Rows of all subjects tell a pupil's grade; where they disagree the higher one stands.
known_study_grades as (

    select
        of_the_years.academic_year,
        of_the_years.person_id,
        max(of_the_years.study_grade) as study_grade
    from of_the_years
    inner join people_without_a_grade
        on
            of_the_years.academic_year = people_without_a_grade.academic_year
            and of_the_years.person_id = people_without_a_grade.person_id
    where of_the_years.study_grade is not null
    group by
        of_the_years.academic_year,
        of_the_years.person_id

),

-- What rows tell of a person whom a doubtful name may be: his own rows, and doubtful rows that may be his.
told as (

    select
        of_the_years.academic_year,
        of_the_years.person_id,
        false as is_doubtful,
        of_the_years.stage,
        of_the_years.subject_code,
        of_the_years.study_grade,
        of_the_years.performance_grade
    from of_the_years
    inner join people_in_doubt
        on
            of_the_years.academic_year = people_in_doubt.academic_year
            and of_the_years.person_id = people_in_doubt.candidate_person_id
    where of_the_years.alternative_person_id is null
    union all
    select
        of_the_years.academic_year,
        candidates.candidate_person_id as person_id,
        true as is_doubtful,
        of_the_years.stage,
        of_the_years.subject_code,
        of_the_years.study_grade,
        of_the_years.performance_grade
    from of_the_years
    inner join candidates
        on
            of_the_years.academic_year = candidates.academic_year
            and of_the_years.person_id = candidates.person_id
    where of_the_years.alternative_person_id is not null

),

{% for grade, condition, key in [('study', 'true', ''), ('performance', "told.stage = 'school'", 'subject_code')] %}
told_{{ grade }} as (

    select
        told.academic_year,
        told.person_id,
        {{ 'told.' ~ key ~ ',' if key }}
        max(case when not told.is_doubtful then told.{{ grade }}_grade end) as certain,
        min(case when told.is_doubtful then told.{{ grade }}_grade end) as doubtful_low,
        max(case when told.is_doubtful then told.{{ grade }}_grade end) as doubtful_high
    from told
    where {{ condition }}
    group by
        told.academic_year,
        told.person_id{{ ',' if key }}
        {{ 'told.' ~ key if key }}

),

{% endfor %}

-- The ends of the grade that rows of others tell: a doubtful row may or may not be of the same person.
possible_study_grades as (

    select
        names.academic_year,
        names.person_id,
        min(told_study.certain) as known_low,
        max(told_study.certain) as known_high,
        bool_or(told_study.certain is null) as may_be_unknown,
        min(case when told_study.certain is null then told_study.doubtful_low end) as doubtful_low,
        max(told_study.doubtful_high) as doubtful_high
    from {{ standing_for('olympiad') }} as names
    left join told_study
        on
            names.academic_year = told_study.academic_year
            and names.candidate_person_id = told_study.person_id
    group by
        names.academic_year,
        names.person_id

),

possible_performance_grades as (

    select
        names.academic_year,
        names.person_id,
        subjects.subject_code,
        min(told_performance.certain) as known_low,
        max(told_performance.certain) as known_high,
        bool_or(told_performance.certain is null) as may_be_unknown,
        max(told_performance.doubtful_high) as doubtful_high
    from {{ standing_for('olympiad') }} as names
    cross join (select distinct subject_code from of_the_years) as subjects
    left join told_performance
        on
            names.academic_year = told_performance.academic_year
            and names.candidate_person_id = told_performance.person_id
            and subjects.subject_code = told_performance.subject_code
    group by
        names.academic_year,
        names.person_id,
        subjects.subject_code

),

-- A pupil performs at the municipal stage for the grade of the school stage; protocols by grade of study do not say it.
known_performance_grades as (

    select
        of_the_years.academic_year,
        of_the_years.person_id,
        of_the_years.subject_code,
        max(of_the_years.performance_grade) as performance_grade
    from of_the_years
    inner join people_without_a_grade
        on
            of_the_years.academic_year = people_without_a_grade.academic_year
            and of_the_years.person_id = people_without_a_grade.person_id
    where of_the_years.stage = 'school'
    group by
        of_the_years.academic_year,
        of_the_years.person_id,
        of_the_years.subject_code

),

graded as (

    select
        of_the_years.academic_year,
        of_the_years.stage,
        of_the_years.subject,
        of_the_years.school_code,
        of_the_years.person_id,
        of_the_years.alternative_person_id,
        of_the_years.row_grade,
        coalesce(of_the_years.study_grade, known_study_grades.study_grade, of_the_years.row_grade) as study_grade,
        coalesce(of_the_years.performance_grade, known_performance_grades.performance_grade) as performance_grade,
        of_the_years.study_grade is not null as tells_study_grade,
        case
            when of_the_years.study_grade is not null or possible_study_grades.person_id is null then null
            when possible_study_grades.may_be_unknown
                then least(
                    possible_study_grades.known_low,
                    possible_study_grades.doubtful_low,
                    coalesce(of_the_years.row_grade, 0)
                )
            else possible_study_grades.known_low
        end as other_study_grade_low,
        case
            when of_the_years.study_grade is not null or possible_study_grades.person_id is null then null
            else greatest(
                possible_study_grades.known_high,
                possible_study_grades.doubtful_high,
                case when possible_study_grades.may_be_unknown then of_the_years.row_grade end
            )
        end as other_study_grade_high,
        case
            when of_the_years.performance_grade is not null or possible_performance_grades.person_id is null
                then coalesce(of_the_years.performance_grade, known_performance_grades.performance_grade)
            when not possible_performance_grades.may_be_unknown then possible_performance_grades.known_low
        end as performance_grade_low,
        case
            when of_the_years.performance_grade is not null or possible_performance_grades.person_id is null
                then coalesce(of_the_years.performance_grade, known_performance_grades.performance_grade)
            else greatest(possible_performance_grades.known_high, possible_performance_grades.doubtful_high)
        end as performance_grade_high,
        of_the_years.score,
        of_the_years.award_status,
        of_the_years.is_final,
        of_the_years.as_of,
        of_the_years.delivery_id,
        of_the_years.source_sheet,
        of_the_years.source_row
    from of_the_years
    left join known_study_grades
        on
            of_the_years.academic_year = known_study_grades.academic_year
            and of_the_years.person_id = known_study_grades.person_id
    left join known_performance_grades
        on
            of_the_years.academic_year = known_performance_grades.academic_year
            and of_the_years.person_id = known_performance_grades.person_id
            and of_the_years.subject_code = known_performance_grades.subject_code
    left join possible_study_grades
        on
            of_the_years.academic_year = possible_study_grades.academic_year
            and of_the_years.person_id = possible_study_grades.person_id
    left join possible_performance_grades
        on
            of_the_years.academic_year = possible_performance_grades.academic_year
            and of_the_years.person_id = possible_performance_grades.person_id
            and of_the_years.subject_code = possible_performance_grades.subject_code
    where of_the_years.subject is not null

)

select
    academic_year,
    stage,
    subject,
    school_code,
    person_id,
    alternative_person_id,
    row_grade,
    study_grade,
    tells_study_grade,
    coalesce(other_study_grade_low, study_grade) as study_grade_low,
    coalesce(other_study_grade_high, study_grade) as study_grade_high,
    performance_grade,
    performance_grade_low,
    performance_grade_high,
    score,
    study_grade between 8 and 11 as is_in_scope,
    case
        when person_id is null then 'person_unmatched'
        when score is null then 'no_score'
    end as exclusion_reason,
    coalesce(award_status, 'participant') as award_status,
    is_final,
    as_of,
    delivery_id,
    source_sheet,
    source_row
from graded
