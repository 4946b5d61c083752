-- What: I2 (any stage, any subject) is at most the numerator of I4, whose people include those of I2.
-- When it matters: a pupil of ВсОШ lost on the way to I4.
-- How to resolve: compare int_olympiad_participations with int_contest_counts of the area.
select
    participants.figure_id,
    participants.numerator,
    movement.numerator as movement_numerator
from {{ ref('indicator_values') }} as participants
inner join {{ ref('indicator_values') }} as movement
    on {{ same_area('participants', 'movement') }}
where
    participants.indicator_code = 'I2'
    and participants.measure = 'pupils'
    and participants.stage = 'any'
    and participants.subject = 'any'
    and movement.indicator_code = 'I4'
    and movement.symbol is null
    and participants.numerator > movement.numerator
