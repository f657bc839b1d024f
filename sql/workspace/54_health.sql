-- Health: what an operator looks at.

CREATE OR REPLACE VIEW @workspace@.health WITH (security_barrier = true) AS
SELECT t.rows AS tail_rows, pg_total_relation_size('@workspace:literal@.reading_tail'::regclass) AS tail_bytes,
	t.oldest AS oldest_tail_at, round(extract(epoch FROM now() - t.oldest) / 60, 1) AS oldest_tail_minutes,
	h.history_rows, c.cards,
	round(100.0 * t.rows / nullif(t.rows + h.history_rows, 0), 2) AS unfolded_percent,
	j.last_fold_at, j.last_verify_at, j.last_verify_ok, j.running_jobs, j.cancelled_jobs,
	s.tail_dead_rows, s.card_dead_rows, s.stale_statistics
FROM (SELECT count(*) AS rows, min(r.recorded_at) AS oldest FROM @workspace@.reading_tail AS r) AS t,
	(SELECT count(*) AS cards FROM @workspace@.card) AS c,
	-- Counting the history would take too long; what the statistics know will do.
	(SELECT coalesce(sum(x.n_live_tup), 0)::bigint AS history_rows
	 FROM pg_catalog.pg_partition_tree('@workspace:literal@.reading_history') AS p
		JOIN pg_catalog.pg_stat_all_tables AS x ON x.relid = p.relid
	 WHERE p.isleaf) AS h,
	(SELECT max(x.finished_at) FILTER (WHERE x.kind = 'fold' AND x.state = 'done') AS last_fold_at,
		max(x.finished_at) FILTER (WHERE x.kind = 'verify') AS last_verify_at,
		(array_agg(x.state = 'done' ORDER BY x.finished_at DESC) FILTER (WHERE x.kind = 'verify' AND x.finished_at IS NOT NULL))[1] AS last_verify_ok,
		count(*) FILTER (WHERE x.state = 'running') AS running_jobs,
		count(*) FILTER (WHERE x.state = 'cancelled') AS cancelled_jobs
	 FROM @workspace@.job_progress AS x) AS j,
	(SELECT max(x.n_dead_tup) FILTER (WHERE x.relid = '@workspace:literal@.reading_tail'::regclass) AS tail_dead_rows,
		max(x.n_dead_tup) FILTER (WHERE x.relid = '@workspace:literal@.card'::regclass) AS card_dead_rows,
		string_agg(x.relname, ', ' ORDER BY x.relname) FILTER (
			WHERE x.n_mod_since_analyze > 1000 + 0.2 * x.n_live_tup) AS stale_statistics
	 FROM pg_catalog.pg_stat_all_tables AS x
	 WHERE x.schemaname = (SELECT n.nspname FROM pg_catalog.pg_namespace AS n WHERE n.oid = '@workspace:literal@'::regnamespace)) AS s
WHERE (SELECT @workspace@.sees_all());
COMMENT ON VIEW @workspace@.health IS 'size and age of what is not folded, jobs, vacuum and statistics, one row (运行状况)';
COMMENT ON COLUMN @workspace@.health.tail_rows IS 'readings that are not in the cards yet (未归并读数)';
COMMENT ON COLUMN @workspace@.health.tail_bytes IS 'size of their table with its indexes (未归并表字节数)';
COMMENT ON COLUMN @workspace@.health.oldest_tail_at IS 'recorded time of the oldest of them (最早未归并时间)';
COMMENT ON COLUMN @workspace@.health.oldest_tail_minutes IS 'minutes since then (距今分钟数)';
COMMENT ON COLUMN @workspace@.health.history_rows IS 'readings that are in the cards, as the statistics have it (已归并读数约数)';
COMMENT ON COLUMN @workspace@.health.cards IS 'cards (计分卡数)';
COMMENT ON COLUMN @workspace@.health.unfolded_percent IS 'share of readings that are not in the cards (未归并百分比)';
COMMENT ON COLUMN @workspace@.health.last_fold_at IS 'end of the last fold that moved something (最近归并完成时间)';
COMMENT ON COLUMN @workspace@.health.last_verify_at IS 'end of the last verify (最近核对时间)';
COMMENT ON COLUMN @workspace@.health.last_verify_ok IS 'whether it found all well (最近核对是否一致)';
COMMENT ON COLUMN @workspace@.health.running_jobs IS 'jobs that run (运行中作业数)';
COMMENT ON COLUMN @workspace@.health.cancelled_jobs IS 'jobs that stopped before their end (中断作业数)';
COMMENT ON COLUMN @workspace@.health.tail_dead_rows IS 'rows of the tail that wait for vacuum (未归并表死行数)';
COMMENT ON COLUMN @workspace@.health.card_dead_rows IS 'cards that wait for vacuum (计分卡死行数)';
COMMENT ON COLUMN @workspace@.health.stale_statistics IS 'tables that changed much since they were analyzed, NULL for none (统计信息过时的表)';
