-- What operators and auditors see of batch jobs.

-- A job runs as long as its session is in the statement that began it.
CREATE OR REPLACE VIEW @workspace@.job_progress WITH (security_barrier = true) AS
SELECT j.job_id, j.kind,
	CASE WHEN j.state = 'running' AND (a.pid IS NULL OR a.query_start > j.started_at
			OR a.state IN ('idle', 'idle in transaction', 'idle in transaction (aborted)'))
		THEN 'cancelled' ELSE j.state END AS state,
	j.started_at, j.updated_at, j.finished_at, j.started_by, j.done, j.total,
	round(100.0 * j.done / nullif(j.total, 0), 1) AS percent, j.message
FROM @workspace@.job AS j
	LEFT JOIN pg_catalog.pg_stat_activity AS a ON a.pid = j.backend_pid AND a.backend_start <= j.started_at
WHERE (SELECT @workspace@.sees_all());
COMMENT ON VIEW @workspace@.job_progress IS 'how far batch jobs are (作业进度)';
COMMENT ON COLUMN @workspace@.job_progress.job_id IS 'number (编号)';
COMMENT ON COLUMN @workspace@.job_progress.kind IS 'fold, load, rebuild or verify (种类)';
COMMENT ON COLUMN @workspace@.job_progress.state IS 'running, done, failed or cancelled (状态)';
COMMENT ON COLUMN @workspace@.job_progress.started_at IS 'begin (开始时间)';
COMMENT ON COLUMN @workspace@.job_progress.updated_at IS 'last batch (最近进展时间)';
COMMENT ON COLUMN @workspace@.job_progress.finished_at IS 'end (结束时间)';
COMMENT ON COLUMN @workspace@.job_progress.started_by IS 'who started it (发起人)';
COMMENT ON COLUMN @workspace@.job_progress.done IS 'rows or subjects done (已完成数)';
COMMENT ON COLUMN @workspace@.job_progress.total IS 'rows or subjects in all, if known (总数)';
COMMENT ON COLUMN @workspace@.job_progress.percent IS 'done of total in percent (完成百分比)';
COMMENT ON COLUMN @workspace@.job_progress.message IS 'what there is to say (说明)';
