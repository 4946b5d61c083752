with source_rows as (

    select * from {{ lake('vsosh_sirius', 'results') }}

),

holders as (

    select
        academic_year,
        person_id,
        min(school_code) as school_code,
        max(study_grade) as study_grade
    from {{ ref('stg_vsosh_codes__codes') }}
    where person_id is not null
    group by
        academic_year,
        person_id

),

resolved as (

    select
        source_rows.academic_year,
        source_rows.school_code as stated_school_code,
        coalesce(holders.school_code, source_rows.school_code, named_school.school_code) as school_code,
        source_rows.subject_code,
        source_rows.performance_grade,
        holders.study_grade,
        source_rows.score,
        source_rows.award_status,
        source_rows.person_token,
        holders.person_id,
        case when holders.person_id is not null then person.alternative_person_id end as alternative_person_id,
        -- A code that no map holds stands for itself: the same code twice is one unmatched code.
        person.person_id as code_id,
        source_rows.as_of,
        source_rows.delivery_id,
        source_rows.reading_id,
        source_rows.source_sheet,
        source_rows.source_row
    from source_rows
    {{ join_person('vsosh_sirius', 'source_rows') }}
    left join holders
        on
            source_rows.academic_year = holders.academic_year
            and person.person_id = holders.person_id
    {{ join_named_school('source_rows') }}

),

ranked as (

    select
        *,
        row_number() over (
            partition by academic_year, subject_code, performance_grade, code_id
            order by as_of desc, score desc nulls last, reading_id desc, source_sheet asc nulls last, source_row asc nulls last
        ) as preference,
        count(*) over (partition by academic_year, subject_code, performance_grade, code_id) as merged_rows
    from resolved

)

select
    academic_year,
    school_code,
    subject_code,
    performance_grade,
    study_grade,
    score,
    award_status,
    person_token,
    person_id,
    alternative_person_id,
    code_id,
    person_id is null as is_unmatched,
    as_of,
    delivery_id,
    reading_id,
    source_sheet,
    source_row,
    merged_rows
from ranked
where preference = 1
