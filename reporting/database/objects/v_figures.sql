-- Все показатели с названием показателя и школы
-- needs: indicator_values, dim_indicator, v_schools
create view v_figures as
select
    figures.*,
    indicators.title as indicator_name,
    indicators.unit,
    schools.short_name as school_name
from indicator_values as figures
left join dim_indicator as indicators on figures.indicator_code = indicators.indicator_code
left join v_schools as schools on figures.area_kind = 'school' and figures.area_code = schools.school_code;
