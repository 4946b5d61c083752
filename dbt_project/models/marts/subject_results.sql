with results as (

    select * from {{ part('part_gia_subjects') }} as every_year

),

settings as (

    select coalesce(max(case when name = 'rule_version' then value end), 'unversioned') as rule_version
    from {{ source('run', 'settings') }}

)

select
    {{ subject_figure_id() }} as figure_id,
    academic_year,
    municipality_code,
    area_kind,
    area_code,
    cast(gia_level as {{ text() }}) as gia_level,
    subject_code,
    basis,
    participants,
    below_minimum,
    participants - below_minimum as at_or_above,
    cast({{ share('participants - below_minimum', 'participants') }} as {{ dbl() }}) as share_at_or_above,
    cast({{ wilson_low('(participants - below_minimum)', 'participants') }} as {{ dbl() }}) as ci_low,
    cast({{ wilson_high('(participants - below_minimum)', 'participants') }} as {{ dbl() }}) as ci_high,
    high_80_99,
    hundred,
    mean_score,
    cast(case when participants = 0 then 'z' end as {{ text() }}) as symbol,
    settings.rule_version
from results
cross join settings
