-- Официальные показатели школы по годам, таблица: from school_figures('010203')
-- needs: v_figures
create macro school_figures(code) as table
select
    academic_year, indicator_code, indicator_name, gia_level, period, numerator, denominator, value, value_kind,
    ci_low, ci_high, change, change_status, symbol, figure_id
from v_figures
where is_official and area_kind = 'school' and area_code = code
order by indicator_code, gia_level, period, academic_year;
