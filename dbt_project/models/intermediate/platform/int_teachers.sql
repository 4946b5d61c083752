-- A person with several rows in one list counts when one of the rows does.
select
    halves.academic_year,
    halves.period,
    staff.school_code,
    staff.person_id,
    not bool_or(staff.alternative_person_id is null) as is_doubtful
from {{ ref('int_half_years') }} as halves
inner join {{ ref('stg_teaching_staff__staff') }} as staff
    on
        halves.academic_year = staff.academic_year
        and halves.last_day = staff.count_date
where
    staff.person_id is not null
    and not staff.is_external_part_timer
    and not (
        staff.leave_from is not null
        and staff.leave_from <= halves.last_day
        and coalesce(staff.leave_to >= halves.last_day, true)
        and coalesce(staff.leave_to >= {{ months_later('staff.leave_from', 'halves.leave_months') }}, true)
    )
group by
    halves.academic_year,
    halves.period,
    staff.school_code,
    staff.person_id
