with live as (

    select
        halves.academic_year,
        halves.half,
        halves.half_index,
        pairs.municipality_code,
        pairs.pair_id as member_pair_id
    from {{ ref('int_network_halves') }} as halves
    inner join {{ ref('int_network_pairs') }} as pairs
        on
            halves.first_day <= pairs.valid_to
            and halves.last_day >= pairs.valid_from

)

select
    academic_year,
    half,
    half_index,
    municipality_code,
    'pair' as area_scope,
    member_pair_id as pair_id,
    member_pair_id
from live
union all
select
    academic_year,
    half,
    half_index,
    municipality_code,
    'network' as area_scope,
    'z' as pair_id,
    member_pair_id
from live
