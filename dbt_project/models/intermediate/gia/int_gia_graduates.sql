-- Current-year graduates whom their school admitted: the official denominator of I1, with the route of their exams.
with admissions as (

    select admissions.*
    from {{ ref('int_gia_admissions') }} as admissions
    inner join {{ years_to_build('gia') }} as wanted
        on admissions.academic_year = wanted.academic_year
    where
        admissions.is_admitted
        and admissions.participant_category = 'current'

),

sat as (

    select
        academic_year,
        gia_level,
        person_id,
        max(case when exam_form <> 'gve' then 1 else 0 end) as has_main_form,
        max(case when exam_form = 'gve' then 1 else 0 end) as has_gve
    from {{ ref('int_gia_attempts') }}
    where subject_code = 1
    group by
        academic_year,
        gia_level,
        person_id

),

candidates as (

    select
        academic_year,
        person_id,
        candidate_person_id,
        doubt_group
    from {{ candidates('gia') }} as everybody

),

doubted as (

    select distinct
        academic_year,
        candidate_person_id as person_id
    from candidates

),

doubtful_admissions as (

    select
        listed.academic_year,
        listed.gia_level,
        listed.school_code,
        listed.person_id,
        candidates.candidate_person_id,
        candidates.doubt_group,
        listed.is_admitted and listed.participant_category = 'current' as is_graduate
    from {{ ref('int_gia_admissions') }} as listed
    inner join candidates
        on
            listed.academic_year = candidates.academic_year
            and listed.person_id = candidates.person_id
    where listed.alternative_person_id is not null

),

-- Of two lists the later one names the school and the admission. So a graduate whom a doubtful name may be surely stands
-- in his school only where the doubtful row is of this school and admits too.
unsteady_people as (

    select distinct
        listed.academic_year,
        listed.gia_level,
        listed.person_id
    from {{ ref('int_gia_admissions') }} as listed
    inner join doubtful_admissions
        on
            listed.academic_year = doubtful_admissions.academic_year
            and listed.gia_level = doubtful_admissions.gia_level
            and listed.person_id = doubtful_admissions.candidate_person_id
    where
        listed.alternative_person_id is null
        and not (doubtful_admissions.is_graduate and listed.school_code = doubtful_admissions.school_code)

),

-- And a doubtful name is surely a graduate of its school where all whom it hangs together with are.
unsteady_groups as (

    select
        listed.academic_year,
        listed.gia_level,
        doubtful.doubt_group
    from {{ ref('int_gia_admissions') }} as listed
    inner join (
        select distinct academic_year, gia_level, candidate_person_id, doubt_group from doubtful_admissions
    ) as doubtful
        on
            listed.academic_year = doubtful.academic_year
            and listed.gia_level = doubtful.gia_level
            and listed.person_id = doubtful.candidate_person_id
    group by
        listed.academic_year,
        listed.gia_level,
        doubtful.doubt_group
    having
        count(distinct listed.school_code) > 1
        or not bool_and(listed.is_admitted and listed.participant_category = 'current')

),

unsteady as (

    select
        academic_year,
        gia_level,
        person_id
    from unsteady_people
    union
    select
        doubtful_admissions.academic_year,
        doubtful_admissions.gia_level,
        doubtful_admissions.person_id
    from doubtful_admissions
    inner join unsteady_groups
        on
            doubtful_admissions.academic_year = unsteady_groups.academic_year
            and doubtful_admissions.gia_level = unsteady_groups.gia_level
            and doubtful_admissions.doubt_group = unsteady_groups.doubt_group

)

select
    admissions.academic_year,
    admissions.gia_level,
    admissions.school_code,
    admissions.person_id,
    admissions.alternative_person_id is not null as is_doubtful,
    admissions.alternative_person_id is not null or doubted.person_id is not null as is_ambiguous,
    unsteady.person_id is null as is_sure,
    admissions.has_two_exams_right,
    admissions.subjects_chosen,
    case
        when admissions.exam_form = 'gve' then 'gve'
        when admissions.exam_form in ('oge', 'ege') then 'main'
        when sat.has_main_form = 0 and sat.has_gve = 1 then 'gve'
        else 'main'
    end as route,
    admissions.delivery_id,
    admissions.source_sheet,
    admissions.source_row
from admissions
left join sat
    on
        admissions.academic_year = sat.academic_year
        and admissions.gia_level = sat.gia_level
        and admissions.person_id = sat.person_id
left join doubted
    on
        admissions.academic_year = doubted.academic_year
        and admissions.person_id = doubted.person_id
left join unsteady
    on
        admissions.academic_year = unsteady.academic_year
        and admissions.gia_level = unsteady.gia_level
        and admissions.person_id = unsteady.person_id
