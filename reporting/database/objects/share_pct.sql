-- Доля в процентах, пусто при знаменателе 0: share_pct(k, n)
create macro share_pct(k, n) as
case when n > 0 then 100.0 * k / n end;
