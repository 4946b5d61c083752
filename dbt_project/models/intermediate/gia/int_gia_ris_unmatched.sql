-- Rows of the base of РИС that lead nowhere, so that they enter no figure: counted and listed, never dropped in silence.
with participants as (

    select * from {{ ref('stg_gia_ris__participants') }}

),

tests as (

    select
        test_rows.*,
        {{ guid('test_rows.ris_test_id') }} as test_guid,
        {{ guid('test_rows.ris_participant_id') }} as participant_guid
    from {{ lake('gia_ris', 'tests') }} as test_rows

),

marks as (

    select
        mark_rows.*,
        {{ guid('mark_rows.ris_test_id') }} as test_guid
    from {{ lake('gia_ris', 'marks') }} as mark_rows

),

test_faults as (

    select
        tests.academic_year,
        tests.gia_level,
        case
            when participants.ris_participant_id is null then 'test_without_participant'
            when not participants.is_live then 'participant_deleted'
            when participants.person_id is null then 'participant_unnamed'
            when tests.process_condition = 6 and marks.test_guid is null then 'test_without_marks'
        end as kind,
        tests.delivery_id,
        tests.source_sheet,
        tests.source_row
    from tests
    left join participants
        on
            tests.academic_year = participants.academic_year
            and tests.gia_level = participants.gia_level
            and tests.participant_guid = participants.ris_participant_id
    left join marks
        on
            tests.academic_year = marks.academic_year
            and tests.gia_level = marks.gia_level
            and tests.test_guid = marks.test_guid

),

mark_faults as (

    select
        marks.academic_year,
        marks.gia_level,
        'marks_without_test' as kind,
        marks.delivery_id,
        marks.source_sheet,
        marks.source_row
    from marks
    left join tests
        on
            marks.academic_year = tests.academic_year
            and marks.gia_level = tests.gia_level
            and marks.test_guid = tests.test_guid
    where tests.test_guid is null

),

participant_faults as (

    select
        academic_year,
        gia_level,
        'participant_without_school' as kind,
        delivery_id,
        source_sheet,
        source_row
    from participants
    where
        is_live
        and ris_participant_id = main_participant_id
        and school_code is null

)

select
    academic_year,
    gia_level,
    kind,
    delivery_id,
    source_sheet,
    source_row
from test_faults
where kind is not null

union all

select * from mark_faults

union all

select * from participant_faults
