select pair_id
from {{ ref('int_network_spells') }}
where is_cut_short
