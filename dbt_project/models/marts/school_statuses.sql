with statuses as (
    select * from {{ ref('stg_school_register__statuses') }}
),

schools as (
    select * from {{ ref('int_schools') }}
),

final as (
    select
        statuses.school_code,
        schools.municipality_code,
        statuses.status_kind,
        statuses.first_academic_year,
        statuses.last_academic_year,
        statuses.selection_years
    from statuses
    left join schools
        on statuses.school_code = schools.school_code
)

select * from final
