-- Верхняя граница изменения доли (Ньюкомб 95 %), процентные пункты: change_high(k, n, k прежнее, n прежнее)
-- needs: share_pct, wilson_low, wilson_high
create macro change_high(k, n, k_before, n_before) as
share_pct(k, n) - share_pct(k_before, n_before) + sqrt(
    power(wilson_high(k, n) - share_pct(k, n), 2)
    + power(share_pct(k_before, n_before) - wilson_low(k_before, n_before), 2)
);
