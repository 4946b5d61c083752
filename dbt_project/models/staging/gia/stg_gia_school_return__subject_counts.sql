with source_rows as (

    select * from {{ lake('gia_school_return', 'subject_counts') }}

),

schools as (

    select * from {{ school_lookup() }}

),

named as (

    select
        source_rows.academic_year,
        source_rows.gia_level,
        source_rows.record_kind,
        coalesce(source_rows.school_code, schools.school_code) as school_code,
        subjects.base_subject_code as subject_code,
        subjects.is_oral_part,
        source_rows.subject_code as column_subject_code,
        source_rows.graduates,
        source_rows.participants,
        source_rows.below_minimum,
        source_rows.high_80_99,
        source_rows.hundred,
        source_rows.mean_score,
        source_rows.as_of,
        source_rows.delivery_id,
        source_rows.reading_id,
        source_rows.source_sheet,
        source_rows.source_row
    from source_rows
    inner join {{ ref('subjects') }} as subjects
        on
            source_rows.subject_code = subjects.subject_code
            and {{ in_force('subjects', 'source_rows.academic_year') }}
    left join schools
        on
            source_rows.school_name = schools.school_name
            and coalesce(source_rows.municipality_name, '') = coalesce(schools.municipality_name, '')
            and source_rows.school_code is null

),

ranked as (

    select
        named.*,
        row_number() over (
            partition by academic_year, gia_level, record_kind, school_code, subject_code
            -- Columns of one subject (written and oral part, old and computer form): the filled one, the written first.
            order by
                as_of desc,
                reading_id desc,
                case when participants > 0 then 0 else 1 end asc nulls last,
                is_oral_part asc nulls last,
                column_subject_code asc nulls last,
                source_row asc nulls last
        ) as preference,
        count(*) over (
            partition by academic_year, gia_level, record_kind, school_code, subject_code
        ) as merged_rows
    from named
    where school_code is not null

)

select
    academic_year,
    gia_level,
    record_kind,
    school_code,
    subject_code,
    graduates,
    participants,
    below_minimum,
    high_80_99,
    hundred,
    mean_score,
    as_of,
    delivery_id,
    source_sheet,
    source_row,
    merged_rows
from ranked
where preference = 1
