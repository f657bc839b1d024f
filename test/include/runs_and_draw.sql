-- After small_workspace.sql: a run that is final, with adjustments, and one worked out again.
CALL assess('city', '2025');
CALL publish(1, 0);
SELECT subject FROM result WHERE score IS NOT NULL ORDER BY subject_id LIMIT 1 \gset
CALL adjust(1, :'subject', 1, 'an example');
CALL adjust(1, :'subject', 0.5, 'another');
CALL finalize(1);
CALL rerun(1);
-- a draw that is committed, whose sources are not known
CALL add_pool('experts', 'Experts', '专家库');
INSERT INTO pool_member (pool_id, code, stratum) SELECT find_pool('experts'), 'E' || n, 'S' || n % 2 FROM generate_series(1, 6) AS n;
CALL open_draw('draw', 'expert', 'experts', take => 2, strata => '{S0,S1}');
CALL announce_source('draw', 'lottery', clock_timestamp() + '1 day');
CALL announce_source('draw', 'close', clock_timestamp() + '1 day');
CALL recuse('draw', 'E1', 'knows them');
CALL commit_draw('draw');
