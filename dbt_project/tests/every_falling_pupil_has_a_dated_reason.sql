-- What: whoever passed by the main day and no longer by the September day has a result, an annulment or an absence
-- that is dated between the two.
-- When it matters: the September figure may only fall by what lawfully happened to each of these pupils; a fall without
-- a date is an error of the count.
-- How to resolve: look at the pupil's attempts (int_gia_attempts) and at the requirements (int_gia_requirements).
{{ config(meta={
    'message': 'с учётом сентября перестал быть сдавшим ученик, у которого после основного периода нет ни одного датированного результата'
}) }}
with fallen as (

    select
        main_period.academic_year,
        main_period.gia_level,
        main_period.person_id
    from {{ ref('int_gia_verdicts') }} as main_period
    inner join {{ ref('int_gia_verdicts') }} as september
        on
            main_period.academic_year = september.academic_year
            and main_period.gia_level = september.gia_level
            and main_period.person_id = september.person_id
    inner join {{ years_to_build('gia') }} as wanted
        on main_period.academic_year = wanted.academic_year
    where
        main_period.cutoff = 'main'
        and september.cutoff = 'september'
        and main_period.is_passed
        and not september.is_passed

),

dated as (

    select distinct
        attempts.academic_year,
        attempts.gia_level,
        attempts.person_id
    from {{ ref('int_gia_attempts') }} as attempts
    inner join {{ ref('int_gia_cutoffs') }} as main_period
        on
            attempts.academic_year = main_period.academic_year
            and attempts.gia_level = main_period.gia_level
            and main_period.cutoff = 'main'
    inner join {{ ref('int_gia_cutoffs') }} as september
        on
            attempts.academic_year = september.academic_year
            and attempts.gia_level = september.gia_level
            and september.cutoff = 'september'
    where
        attempts.exam_date > main_period.last_day
        and attempts.exam_date <= september.last_day
        and attempts.treatment <> 'ignored'

)

select
    fallen.academic_year,
    fallen.gia_level,
    count(*) as pupils
from fallen
left join dated
    on
        fallen.academic_year = dated.academic_year
        and fallen.gia_level = dated.gia_level
        and fallen.person_id = dated.person_id
where dated.person_id is null
group by
    fallen.academic_year,
    fallen.gia_level
