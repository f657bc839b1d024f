\echo 'ratio = perfeval / other, median of the pairs. Order of columns: big table (g, x, w, f), readings'
\echo '(subject_id, item, value) by subject, cards (subject_id, group_id, card). Workers: none where none are named.'
SELECT what, against, ratio, aim, seconds, against_seconds FROM bench.result ORDER BY line;
