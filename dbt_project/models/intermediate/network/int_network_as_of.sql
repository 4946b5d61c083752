select max(readings.as_of) as as_of
from {{ source('inputs', 'readings') }} as readings
where readings.source in (
    'programmes', 'method_unions', 'roadmap', 'events', 'stage_gates', 'goal_survey', 'decisions'
)
