-- Пары школ по годам с названиями: кого поддерживают и кто партнёр
-- needs: bridge_partnership, v_schools
create view v_pairs as
select
    pairs.*,
    supported.short_name as supported_name,
    partner.short_name as partner_name
from bridge_partnership as pairs
left join v_schools as supported on pairs.supported_school_code = supported.school_code
left join v_schools as partner on pairs.partner_school_code = partner.school_code;
