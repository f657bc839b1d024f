\echo 'ratio = perfeval / other, median of the pairs; columns of the big table in the order (g, x, w, f)'
SELECT what, against, ratio, aim, seconds, against_seconds FROM bench.result ORDER BY line;
