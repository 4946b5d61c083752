-- Официальные показатели со статусом «снижение»
-- needs: v_official
create view v_declines as
select * from v_official where change_status = 'decline';
