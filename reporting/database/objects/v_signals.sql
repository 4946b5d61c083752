-- Официальные показатели школ, которые вышли за границы обычного разброса (воронка 95 %)
-- needs: v_official, indicator_signals
create view v_signals as
select
    figures.*,
    signals.eb_value,
    signals.funnel_low95,
    signals.funnel_high95,
    signals.flag
from v_official as figures
inner join indicator_signals as signals on figures.figure_id = signals.figure_id
where signals.flag <> 'within';
