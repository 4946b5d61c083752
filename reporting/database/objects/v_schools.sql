-- Школы: одна строка на код, последнее краткое название
-- needs: dim_school
create view v_schools as
select
    school_code,
    arg_max(short_name, valid_from) as short_name,
    arg_max(municipality_code, valid_from) as municipality_code,
    arg_max(municipality_name, valid_from) as municipality_name
from dim_school
group by school_code
order by school_code;
