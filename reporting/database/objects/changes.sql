-- Изменения официальных показателей школ за год, сначала наибольшее падение, таблица: from changes(latest_year())
-- needs: v_figures
create macro changes(year) as table
select
    area_code as school_code, school_name, indicator_code, gia_level, period, value, change, change_low, change_high,
    change_status, figure_id
from v_figures
where is_official and area_kind = 'school' and academic_year = year and change is not null
order by change, area_code, indicator_code, gia_level, period;
