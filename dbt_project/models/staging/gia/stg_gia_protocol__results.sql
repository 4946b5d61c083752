with source_rows as (

    select * from {{ lake('gia_protocol', 'results') }}

),

statuses as (

    select * from {{ ref('exam_statuses') }}

),

named as (

    select
        source_rows.academic_year,
        source_rows.gia_level,
        coalesce(subjects.base_subject_code, gve_base.base_subject_code) as subject_code,
        coalesce(subjects.is_oral_part, false) as is_oral_part,
        case
            when gve_subjects.gve_code is not null or source_rows.exam_form = 'gve' then 'gve'
            when source_rows.gia_level = 9 then 'oge'
            else 'ege'
        end as exam_form,
        source_rows.exam_date,
        coalesce(source_rows.protocol_state, 'final') as protocol_state,
        coalesce(source_rows.school_code, named_school.school_code) as school_code,
        coalesce(source_rows.participant_category, 'current') as participant_category,
        source_rows.primary_mark,
        source_rows.test_mark,
        source_rows.mark,
        coalesce(
            source_rows.result_status,
            case when coalesce(source_rows.mark, source_rows.test_mark) is null then 'blank' else 'valid' end
        ) as result_status,
        person.person_id,
        person.alternative_person_id,
        source_rows.as_of,
        source_rows.delivery_id,
        source_rows.reading_id,
        source_rows.source_sheet,
        source_rows.source_row
    from source_rows
    {{ join_person('gia_protocol', 'source_rows') }}
    {{ join_named_school('source_rows') }}
    left join {{ ref('subjects') }} as subjects
        on
            source_rows.subject_code = subjects.subject_code
            and {{ in_force('subjects', 'source_rows.academic_year') }}
    left join {{ ref('gve_subjects') }} as gve_subjects
        on
            source_rows.subject_code = gve_subjects.gve_code
            and {{ in_force('gve_subjects', 'source_rows.academic_year') }}
    left join {{ ref('subjects') }} as gve_base
        on
            gve_subjects.subject_code = gve_base.subject_code
            and {{ in_force('gve_base', 'source_rows.academic_year') }}
    where coalesce(subjects.is_counted, true)

),

judged as (

    select
        named.*,
        case
            when statuses.treatment = 'result' and coalesce(named.mark, named.test_mark) is null then 'ignored'
            else statuses.treatment
        end as treatment
    from named
    left join statuses
        on
            named.result_status = statuses.result_status
            and {{ in_force('statuses', 'named.academic_year') }}

)

select
    academic_year,
    gia_level,
    subject_code,
    is_oral_part,
    exam_form,
    exam_date,
    protocol_state,
    school_code,
    participant_category,
    primary_mark,
    test_mark,
    mark,
    result_status,
    treatment,
    person_id,
    alternative_person_id,
    as_of,
    delivery_id,
    reading_id,
    source_sheet,
    source_row
from judged
where person_id is not null
