-- What each graduate must pass: one row a requirement and subject code that meets it.
with graduates as (

    select * from {{ ref('int_gia_graduates') }}

),

mandatory as (

    select
        graduates.academic_year,
        graduates.gia_level,
        graduates.person_id,
        rules.requirement,
        rules.subject_code
    from graduates
    inner join {{ ref('required_subjects') }} as rules
        on
            graduates.gia_level = rules.gia_level
            and graduates.academic_year >= rules.first_academic_year
            and graduates.academic_year <= coalesce(rules.last_academic_year, graduates.academic_year)
            and (rules.route = 'any' or rules.route = graduates.route)

),

choosers as (

    select
        graduates.academic_year,
        graduates.gia_level,
        graduates.person_id,
        graduates.has_two_exams_right,
        graduates.subjects_chosen
    from graduates
    inner join {{ ref('int_gia_cutoffs') }} as cutoffs
        on
            graduates.academic_year = cutoffs.academic_year
            and graduates.gia_level = cutoffs.gia_level
            and cutoffs.cutoff = 'main'
    where cutoffs.are_chosen_required

),

listed as (

    select
        academic_year,
        gia_level,
        person_id,
        cast(nullif(item, '') as bigint) as subject_code
    from {{ split_rows('choosers', 'academic_year, gia_level, person_id', 'subjects_chosen', ',') }} as items

),

-- A list without choices says nothing about them; then the subjects that the pupil came to are the chosen ones.
unlisted as (

    select distinct
        choosers.academic_year,
        choosers.gia_level,
        choosers.person_id,
        attempts.subject_code
    from choosers
    inner join {{ ref('int_gia_attempts') }} as attempts
        on
            choosers.academic_year = attempts.academic_year
            and choosers.gia_level = attempts.gia_level
            and choosers.person_id = attempts.person_id
    where
        choosers.subjects_chosen is null
        and not choosers.has_two_exams_right
        and attempts.treatment <> 'ignored'

),

chosen as (

    select
        listed.academic_year,
        listed.gia_level,
        listed.person_id,
        coalesce(subjects.base_subject_code, gve_subjects.subject_code) as subject_code
    from listed
    left join {{ ref('subjects') }} as subjects
        on
            listed.subject_code = subjects.subject_code
            and {{ in_force('subjects', 'listed.academic_year') }}
    left join {{ ref('gve_subjects') }} as gve_subjects
        on
            listed.subject_code = gve_subjects.gve_code
            and {{ in_force('gve_subjects', 'listed.academic_year') }}
    where listed.subject_code is not null
    union
    select * from unlisted

)

select
    academic_year,
    gia_level,
    person_id,
    requirement,
    subject_code
from mandatory

union all

select
    chosen.academic_year,
    chosen.gia_level,
    chosen.person_id,
    'chosen ' || cast(chosen.subject_code as {{ text() }}) as requirement,
    chosen.subject_code
from chosen
left join mandatory
    on
        chosen.academic_year = mandatory.academic_year
        and chosen.gia_level = mandatory.gia_level
        and chosen.person_id = mandatory.person_id
        and chosen.subject_code = mandatory.subject_code
where mandatory.subject_code is null
