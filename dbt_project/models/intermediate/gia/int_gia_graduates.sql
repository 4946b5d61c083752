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

doubted as (

    select distinct
        academic_year,
        alternative_person_id as person_id
    from {{ source('inputs', 'person_map') }}
    where
        alternative_person_id is not null
        and source in ('gia_admission', 'gia_protocol', 'gia_ris')

)

select
    admissions.academic_year,
    admissions.gia_level,
    admissions.school_code,
    admissions.person_id,
    coalesce(admissions.alternative_person_id, admissions.person_id) as merged_person_id,
    admissions.alternative_person_id is not null or doubted.person_id is not null as is_ambiguous,
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
