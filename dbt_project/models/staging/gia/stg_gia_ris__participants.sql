-- Participants of РИС: doubles point at their main record, schools have their codes, categories their words.
with source_rows as (

    select
        source_rows.*,
        {{ guid('source_rows.ris_participant_id') }} as participant_guid,
        {{ guid('source_rows.double_of') }} as double_guid,
        {{ guid('coalesce(source_rows.graduated_school_id, source_rows.registered_school_id)') }} as school_guid
    from {{ lake('gia_ris', 'participants') }} as source_rows

),

schools as (

    select
        academic_year,
        gia_level,
        {{ guid('ris_school_id') }} as school_guid,
        max(school_code) as school_code
    from {{ lake('gia_ris', 'schools') }} as school_rows
    group by
        academic_year,
        gia_level,
        {{ guid('ris_school_id') }}

),

properties as (

    select
        academic_year,
        gia_level,
        {{ guid('ris_participant_id') }} as participant_guid,
        max(case when property_code = 4 then 1 else 0 end) = 1 as tells_admission,
        max(
            case
                when property_code = 4 and lower(coalesce(property_value, '1')) not in ('0', 'false', 'нет') then 1
                else 0
            end
        ) = 1 as is_admitted,
        max(case when property_code = 6 then 1 else 0 end) = 1 as is_penal,
        max(case when property_code = 7 then 1 else 0 end) = 1 as has_limited_health
    from {{ lake('gia_ris', 'participant_properties') }} as property_rows
    group by
        academic_year,
        gia_level,
        {{ guid('ris_participant_id') }}

),

-- A base that keeps admission as a property keeps it there for everyone.
bases as (

    select
        academic_year,
        gia_level,
        max(case when tells_admission then 1 else 0 end) = 1 as tells_admission
    from properties
    group by
        academic_year,
        gia_level

),

numbered as (

    select
        source_rows.*,
        row_number() over (
            partition by academic_year, gia_level, participant_guid
            order by as_of desc, delete_type asc nulls last, reading_id desc, source_row desc
        ) as preference
    from source_rows

),

records as (

    select * from numbered
    where preference = 1

),

-- A double of a double belongs to the first record of the chain.
linked as (

    select
        records.academic_year,
        records.gia_level,
        records.participant_guid,
        coalesce(second.participant_guid, first.participant_guid, records.participant_guid) as main_guid
    from records
    left join records as first
        on
            records.academic_year = first.academic_year
            and records.gia_level = first.gia_level
            and records.double_guid = first.participant_guid
    left join records as second
        on
            first.academic_year = second.academic_year
            and first.gia_level = second.gia_level
            and first.double_guid = second.participant_guid

)

select
    linked.academic_year,
    linked.gia_level,
    linked.participant_guid as ris_participant_id,
    linked.main_guid as main_participant_id,
    main.delete_type = 0 as is_live,
    schools.school_code,
    case when properties.is_penal then 'ukp' else categories.participant_category end as participant_category,
    main.category_code,
    coalesce(properties.has_limited_health, false) as has_two_exams_right,
    case
        when main.exam_route = 2 then 'gve'
        when main.exam_route = 1 and main.gia_level = 9 then 'oge'
        when main.exam_route = 1 then 'ege'
    end as exam_form,
    case
        when bases.tells_admission then coalesce(properties.is_admitted, false)
        else main.admission_code <> 0
    end as is_admitted,
    person.person_id,
    person.alternative_person_id,
    main.as_of,
    main.delivery_id,
    main.reading_id,
    main.source_sheet,
    main.source_row
from linked
inner join records as main
    on
        linked.academic_year = main.academic_year
        and linked.gia_level = main.gia_level
        and linked.main_guid = main.participant_guid
left join schools
    on
        main.academic_year = schools.academic_year
        and main.gia_level = schools.gia_level
        and main.school_guid = schools.school_guid
left join properties
    on
        main.academic_year = properties.academic_year
        and main.gia_level = properties.gia_level
        and main.participant_guid = properties.participant_guid
left join bases
    on
        main.academic_year = bases.academic_year
        and main.gia_level = bases.gia_level
left join {{ ref('ris_categories') }} as categories
    on
        main.category_code = categories.category_code
        and {{ in_force('categories', 'main.academic_year') }}
{{ join_person('gia_ris', 'main') }}
