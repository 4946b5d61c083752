-- Официальные показатели последнего учебного года
-- needs: v_official, latest_year
create view v_latest as
select * from v_official where academic_year = latest_year();
