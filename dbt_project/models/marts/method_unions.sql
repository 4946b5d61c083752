with members as (

    select
        union_code,
        count(distinct school_code) as schools,
        count(*) as member_people
    from {{ ref('stg_method_unions__members') }}
    group by union_code

),

meetings as (

    select
        union_code,
        count(*) as meetings,
        max(meeting_date) as last_meeting_on
    from {{ ref('stg_method_unions__meetings') }}
    group by union_code

)

select
    unions.academic_year,
    unions.union_code,
    unions.union_name,
    unions.union_kind,
    unions.union_reach,
    unions.school_code as leader_school_code,
    cast(coalesce(members.schools, 0) as bigint) as schools,
    cast(coalesce(members.member_people, 0) as bigint) as member_people,
    cast(coalesce(meetings.meetings, 0) as bigint) as meetings,
    meetings.last_meeting_on,
    cast(null as {{ text() }}) as symbol
from {{ ref('stg_method_unions__unions') }} as unions
left join members
    on unions.union_code = members.union_code
left join meetings
    on unions.union_code = meetings.union_code
