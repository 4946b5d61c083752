-- Официальный ряд показателя для охвата, таблица: from series('I1', 'group', 'supported')
-- needs: v_figures
create macro series(indicator, kind, code) as table
select
    academic_year, gia_level, period, numerator, denominator, value, ci_low, ci_high, change, change_low, change_high,
    change_status, series_break, symbol, figure_id
from v_figures
where is_official and indicator_code = indicator and area_kind = kind and area_code = code
order by gia_level, period, academic_year;
