-- Works of РИС with their marks and the changes of appeals: the same columns as the rows of protocols.
with tests as (

    select
        test_rows.*,
        coalesce(
            test_rows.gia_level = 9 and test_rows.test_type_code = 7
            or test_rows.gia_level = 11 and test_rows.test_type_code = 5,
            false
        ) as is_gve,
        {{ guid('test_rows.ris_test_id') }} as test_guid,
        {{ guid('test_rows.ris_participant_id') }} as participant_guid
    from {{ lake('gia_ris', 'tests') }} as test_rows
    -- 3 is the essay that admits to the exams.
    where coalesce(test_rows.test_type_code, 0) <> 3

),

marks as (

    select
        mark_rows.*,
        {{ guid('mark_rows.ris_test_id') }} as test_guid,
        row_number() over (
            partition by mark_rows.academic_year, mark_rows.gia_level, {{ guid('mark_rows.ris_test_id') }}
            order by mark_rows.as_of desc, mark_rows.reading_id desc, mark_rows.source_row desc
        ) as preference
    from {{ lake('gia_ris', 'marks') }} as mark_rows

),

-- An appeal that the committee declined changes nothing; of several the last one stands.
changes as (

    select
        change_rows.academic_year,
        change_rows.gia_level,
        {{ guid('appeals.ris_test_id') }} as test_guid,
        change_rows.new_primary_mark,
        change_rows.new_mark100,
        change_rows.new_mark5,
        row_number() over (
            partition by change_rows.academic_year, change_rows.gia_level, {{ guid('appeals.ris_test_id') }}
            order by appeals.created_on desc nulls last, appeals.source_row desc, change_rows.source_row desc
        ) as preference
    from {{ lake('gia_ris', 'appeal_changes') }} as change_rows
    inner join {{ lake('gia_ris', 'appeals') }} as appeals
        on
            change_rows.academic_year = appeals.academic_year
            and change_rows.gia_level = appeals.gia_level
            and {{ guid('change_rows.ris_appeal_id') }} = {{ guid('appeals.ris_appeal_id') }}
    where not appeals.is_declined

),

named as (

    select
        tests.academic_year,
        tests.gia_level,
        coalesce(subjects.base_subject_code, gve_base.base_subject_code) as subject_code,
        coalesce(subjects.is_oral_part, false) as is_oral_part,
        case
            when tests.is_gve or gve_subjects.gve_code is not null then 'gve'
            when tests.gia_level = 9 then 'oge'
            else 'ege'
        end as exam_form,
        -- ЕГЭ is marked out of 100 save base mathematics; ОГЭ, ГВЭ and base mathematics have a mark of 2 to 5.
        tests.gia_level = 11 and not tests.is_gve and gve_subjects.gve_code is null and tests.subject_code <> 22
            as is_marked_by_100,
        tests.exam_date,
        participants.school_code,
        participants.participant_category,
        coalesce(changes.new_primary_mark, marks.primary_mark) as primary_mark,
        coalesce(changes.new_mark100, marks.mark100) as mark100,
        nullif(coalesce(changes.new_mark5, marks.mark5), 0) as mark5,
        tests.process_condition,
        changes.test_guid is not null as is_changed,
        participants.person_id,
        participants.alternative_person_id,
        tests.as_of,
        tests.delivery_id,
        tests.reading_id,
        tests.source_sheet,
        tests.source_row
    from tests
    inner join {{ ref('stg_gia_ris__participants') }} as participants
        on
            tests.academic_year = participants.academic_year
            and tests.gia_level = participants.gia_level
            and tests.participant_guid = participants.ris_participant_id
    left join marks
        on
            tests.academic_year = marks.academic_year
            and tests.gia_level = marks.gia_level
            and tests.test_guid = marks.test_guid
            and marks.preference = 1
    left join changes
        on
            tests.academic_year = changes.academic_year
            and tests.gia_level = changes.gia_level
            and tests.test_guid = changes.test_guid
            and changes.preference = 1
    left join {{ ref('subjects') }} as subjects
        on
            tests.subject_code = subjects.subject_code
            and {{ in_force('subjects', 'tests.academic_year') }}
    left join {{ ref('gve_subjects') }} as gve_subjects
        on
            tests.subject_code = gve_subjects.gve_code
            and {{ in_force('gve_subjects', 'tests.academic_year') }}
    left join {{ ref('subjects') }} as gve_base
        on
            gve_subjects.subject_code = gve_base.subject_code
            and {{ in_force('gve_base', 'tests.academic_year') }}
    where
        participants.is_live
        and participants.person_id is not null
        and coalesce(subjects.is_counted, true)

),

valued as (

    select
        named.*,
        case when is_marked_by_100 then mark100 end as test_mark,
        case when not is_marked_by_100 then mark5 end as mark
    from named

),

judged as (

    select
        valued.*,
        case
            when process_condition <> 6 then 'not_valid'
            when coalesce(mark, test_mark) is null then 'blank'
            when is_changed then 'appeal_changed'
            else 'valid'
        end as result_status
    from valued

),

ranked as (

    select
        judged.*,
        statuses.treatment,
        row_number() over (
            partition by academic_year, gia_level, person_id, subject_code, is_oral_part, exam_date
            order by
                case when statuses.treatment = 'ignored' then 1 else 0 end,
                as_of desc, reading_id desc, source_row asc nulls last
        ) as preference,
        count(*) over (
            partition by academic_year, gia_level, person_id, subject_code, is_oral_part, exam_date
        ) as merged_rows
    from judged
    left join {{ ref('exam_statuses') }} as statuses
        on
            judged.result_status = statuses.result_status
            and {{ in_force('statuses', 'judged.academic_year') }}

)

select
    academic_year,
    gia_level,
    subject_code,
    is_oral_part,
    exam_form,
    exam_date,
    'final' as protocol_state,
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
    source_row,
    merged_rows
from ranked
where preference = 1
