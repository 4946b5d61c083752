-- Последний учебный год выпуска, в котором есть хотя бы одно число: latest_year()
-- needs: indicator_values
create macro latest_year() as (
    select max(academic_year) from indicator_values where numerator is not null
);
