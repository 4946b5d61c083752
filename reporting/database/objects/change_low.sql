-- Нижняя граница изменения доли (Ньюкомб 95 %), процентные пункты: change_low(k, n, k прежнее, n прежнее)
-- needs: share_pct, wilson_low, wilson_high
create macro change_low(k, n, k_before, n_before) as
share_pct(k, n) - share_pct(k_before, n_before) - sqrt(
    power(share_pct(k, n) - wilson_low(k, n), 2)
    + power(wilson_high(k_before, n_before) - share_pct(k_before, n_before), 2)
);
