with graduates as (

    select * from {{ ref('int_gia_graduates') }}

),

-- A requirement is passed by any of its subjects; it waits where nothing was failed and an excused result is to come.
requirements as (

    select
        requirements.academic_year,
        requirements.gia_level,
        requirements.person_id,
        cutoffs.cutoff,
        requirements.requirement,
        max(case when results.outcome = 'passed' then 1 else 0 end) as is_passed,
        max(case when results.outcome = 'failed' then 1 else 0 end) as is_failed,
        max(case when results.outcome = 'pending' then 1 else 0 end) as is_excused
    from {{ ref('int_gia_requirements') }} as requirements
    inner join {{ ref('int_gia_cutoffs') }} as cutoffs
        on
            requirements.academic_year = cutoffs.academic_year
            and requirements.gia_level = cutoffs.gia_level
    left join {{ ref('int_gia_results') }} as results
        on
            requirements.academic_year = results.academic_year
            and requirements.gia_level = results.gia_level
            and requirements.person_id = results.person_id
            and requirements.subject_code = results.subject_code
            and cutoffs.cutoff = results.cutoff
    group by
        requirements.academic_year,
        requirements.gia_level,
        requirements.person_id,
        cutoffs.cutoff,
        requirements.requirement

),

pupils as (

    select
        academic_year,
        gia_level,
        person_id,
        cutoff,
        min(is_passed) = 1 as is_passed,
        min(case when is_passed = 1 or (is_failed = 0 and is_excused = 1) then 1 else 0 end) = 1 as is_passed_or_pending
    from requirements
    group by
        academic_year,
        gia_level,
        person_id,
        cutoff

)

select
    graduates.academic_year,
    graduates.school_code,
    graduates.gia_level,
    pupils.cutoff,
    graduates.person_id,
    graduates.is_doubtful,
    graduates.is_ambiguous,
    graduates.is_sure,
    pupils.is_passed,
    pupils.is_passed_or_pending and not pupils.is_passed as is_pending
from graduates
inner join pupils
    on
        graduates.academic_year = pupils.academic_year
        and graduates.gia_level = pupils.gia_level
        and graduates.person_id = pupils.person_id
