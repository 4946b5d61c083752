-- Из чего получено число, таблица: from why('3f2a90c1d4e5b678'); достаточно начала номера
-- needs: indicator_values, figure_exclusions, figure_deliveries
create macro why(number) as table
select
    figures.figure_id, figures.numerator, figures.denominator, figures.value, figures.symbol, figures.n_pending,
    figures.n_ambiguous, figures.rule_version,
    (select list({'reason': reason, 'n': n} order by reason) from figure_exclusions as e
     where e.figure_id = figures.figure_id) as exclusions,
    (select list(delivery_id order by delivery_id) from figure_deliveries as d
     where d.figure_id = figures.figure_id) as deliveries
from indicator_values as figures
where starts_with(figures.figure_id, number);
