-- What: pupils with an award are at most the participants of the municipal stage in the same subject.
-- When it matters: an award without a participation.
-- How to resolve: look at is_winner and is_prize_winner in int_olympiad_participations.
select
    awarded.figure_id,
    awarded.numerator,
    participants.numerator as participants
from {{ ref('indicator_values') }} as awarded
inner join {{ ref('indicator_values') }} as participants
    on {{ same_area('awarded', 'participants') }}
    and awarded.stage = participants.stage
    and awarded.subject = participants.subject
where
    awarded.indicator_code = 'I3'
    and awarded.measure = 'pupils'
    and participants.indicator_code = 'I2'
    and participants.measure = 'pupils'
    and awarded.numerator > participants.numerator
