-- I4 needs both stages in both subjects, the approved list and the participation of the municipality's pupils.
with contests as (

    select distinct
        active_schools.academic_year,
        active_schools.municipality_code
    from {{ ref('stg_contest_participation__participations') }} as participations
    inner join {{ ref('int_active_schools') }} as active_schools
        on
            participations.academic_year = active_schools.academic_year
            and participations.school_code = active_schools.school_code

),

lists as (

    select distinct academic_year
    from {{ ref('stg_contest_list__contests') }}

)

select
    contests.academic_year,
    contests.municipality_code
from contests
inner join lists
    on contests.academic_year = lists.academic_year
inner join {{ ref('int_olympiad_sources') }} as olympiads
    on
        contests.academic_year = olympiads.academic_year
        and contests.municipality_code = olympiads.municipality_code
where
    olympiads.stage = 'any'
    and olympiads.subject = 'any'
    and olympiads.is_delivered
