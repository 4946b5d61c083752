with rule_version as (

    select coalesce(max(case when name = 'rule_version' then value end), 'unversioned') as rule_version
    from {{ source('run', 'settings') }}

),

stuck_after as (

    select
        pairs.pair_id,
        max(rules.stuck_days) as stuck_days
    from {{ ref('int_network_pairs') }} as pairs
    inner join {{ ref('int_network_halves') }} as halves
        on
            halves.first_day <= pairs.valid_to
            and halves.last_day >= pairs.valid_from
    inner join {{ ref('network_rules') }} as rules
        on
            rules.first_academic_year <= halves.academic_year
            and coalesce(rules.last_academic_year, halves.academic_year) >= halves.academic_year
    group by pairs.pair_id

),

-- A pair that has not left its stage stays there until the agreement ends or the data do.
spells as (

    select
        spells.*,
        pairs.municipality_code,
        pairs.supported_school_code,
        pairs.partner_school_code,
        pairs.valid_to,
        state.as_of,
        stuck_after.stuck_days,
        coalesce(spells.left_on, least(pairs.valid_to, state.as_of)) as seen_until
    from {{ ref('int_network_spells') }} as spells
    inner join {{ ref('int_network_pairs') }} as pairs
        on spells.pair_id = pairs.pair_id
    inner join stuck_after
        on spells.pair_id = stuck_after.pair_id
    cross join {{ ref('int_network_as_of') }} as state
    where spells.entered_on <= state.as_of

)

select
    spells.municipality_code,
    spells.pair_id,
    spells.supported_school_code,
    spells.partner_school_code,
    cast(spells.spell_number as bigint) as spell_number,
    cast(spells.stage as bigint) as stage,
    case
        when spells.left_by = 'return' then 'returned'
        when spells.left_by = 'advance' and spells.stage = 3 then 'completed'
        when spells.left_by = 'advance' then 'passed'
        when spells.valid_to < spells.as_of then 'ended'
        else 'current'
    end as state,
    spells.entered_on,
    spells.left_on,
    returns.return_reason,
    cast({{ days_between('spells.entered_on', 'spells.seen_until') }} as bigint) as dwell_days,
    coalesce(
        spells.left_by is null
        and spells.valid_to >= spells.as_of
        and {{ days_between('spells.entered_on', 'spells.seen_until') }} > spells.stuck_days,
        false
    ) as is_stuck,
    nullif(spells.missing, '') as missing,
    spells.as_of,
    rule_version.rule_version
from spells
left join (
    select
        agreement_number,
        stage,
        gate_date,
        max(return_reason) as return_reason
    from {{ ref('stg_stage_gates__gates') }}
    where gate_kind = 'return'
    group by
        agreement_number,
        stage,
        gate_date
) as returns
    on
        spells.pair_id = returns.agreement_number
        and spells.stage = returns.stage
        and spells.left_on = returns.gate_date
        and spells.left_by = 'return'
cross join rule_version
