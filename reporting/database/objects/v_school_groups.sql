-- Школы и группы, в которые они входят, по годам
-- needs: area_members, v_schools
create view v_school_groups as
select
    members.academic_year,
    members.municipality_code,
    members.school_code,
    members.area_code as group_code,
    schools.short_name
from area_members as members
left join v_schools as schools on members.school_code = schools.school_code
where members.area_kind = 'group';
