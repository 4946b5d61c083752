-- Официальные показатели с названиями школ
-- needs: indicator_values, v_schools
create view v_official as
select figures.*, schools.short_name as school_name
from indicator_values as figures
left join v_schools as schools on figures.area_kind = 'school' and figures.area_code = schools.school_code
where figures.is_official;
