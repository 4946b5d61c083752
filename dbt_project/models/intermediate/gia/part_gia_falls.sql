-- Who passed I1 by the main day and no longer by the September day: the subjects whose result the later one replaced.
with fallen as (

    select
        main_period.academic_year,
        main_period.gia_level,
        main_period.school_code,
        main_period.person_id
    from {{ ref('part_gia_pupils') }} as main_period
    inner join {{ ref('part_gia_pupils') }} as september
        on
            main_period.academic_year = september.academic_year
            and main_period.gia_level = september.gia_level
            and main_period.school_code = september.school_code
            and main_period.person_id = september.person_id
    where
        main_period.cutoff = 'main'
        and september.cutoff = 'september'
        and main_period.is_passed
        and not september.is_passed

)

select
    fallen.academic_year,
    fallen.school_code,
    fallen.gia_level,
    fallen.person_id,
    later.subject_code,
    cast(coalesce(earlier.test_mark, cast(earlier.mark as {{ dbl() }})) as {{ dbl() }}) as mark_before,
    later.outcome as outcome_after,
    cast(coalesce(later.test_mark, cast(later.mark as {{ dbl() }})) as {{ dbl() }}) as mark_after,
    later.exam_date,
    cast(later.delivery_id as {{ text() }}) as delivery_id,
    later.source_sheet,
    later.source_row
from fallen
inner join {{ ref('int_gia_results') }} as earlier
    on
        fallen.academic_year = earlier.academic_year
        and fallen.gia_level = earlier.gia_level
        and fallen.person_id = earlier.person_id
        and earlier.cutoff = 'main'
        and earlier.outcome = 'passed'
inner join {{ ref('int_gia_results') }} as later
    on
        fallen.academic_year = later.academic_year
        and fallen.gia_level = later.gia_level
        and fallen.person_id = later.person_id
        and earlier.subject_code = later.subject_code
        and later.cutoff = 'september'
        and later.outcome <> 'passed'
