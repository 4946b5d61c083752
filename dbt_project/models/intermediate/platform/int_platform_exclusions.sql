-- People of the lists who are no teachers of the indicator, by reason.
with listed as (

    select
        halves.academic_year,
        halves.period,
        staff.school_code,
        staff.person_id,
        case when bool_and(staff.is_external_part_timer) then 'external_part_timer' else 'long_leave' end as reason
    from {{ ref('int_half_years') }} as halves
    inner join {{ ref('stg_teaching_staff__staff') }} as staff
        on
            halves.academic_year = staff.academic_year
            and halves.last_day = staff.count_date
    where staff.person_id is not null
    group by
        halves.academic_year,
        halves.period,
        staff.school_code,
        staff.person_id

),

not_counted as (

    select
        listed.academic_year,
        listed.period,
        listed.school_code,
        listed.person_id,
        listed.reason
    from listed
    left join {{ ref('int_teachers') }} as teachers
        on
            listed.academic_year = teachers.academic_year
            and listed.period = teachers.period
            and listed.school_code = teachers.school_code
            and listed.person_id = teachers.person_id
    where teachers.person_id is null

)

select
    areas.academic_year,
    areas.municipality_code,
    areas.area_kind,
    areas.area_code,
    not_counted.period,
    not_counted.reason,
    count(distinct not_counted.person_id) as n
from not_counted
inner join {{ ref('int_area_schools') }} as areas
    on
        not_counted.academic_year = areas.academic_year
        and not_counted.school_code = areas.school_code
group by
    areas.academic_year,
    areas.municipality_code,
    areas.area_kind,
    areas.area_code,
    not_counted.period,
    not_counted.reason
