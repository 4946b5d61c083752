-- Нижняя граница доли, Уилсон 95 %, проценты: wilson_low(k, n)
create macro wilson_low(k, n) as
case
    when n > 0 and k = 0 then 0.0
    when n > 0 and k between 0 and n then 100 * greatest(0.0, (
        k::double / n + 3.841458820694124 / (2 * n)
        - 1.959963984540054 * sqrt(k::double / n * (1 - k::double / n) / n + 3.841458820694124 / (4.0 * n * n))
    ) / (1 + 3.841458820694124 / n))
end;
