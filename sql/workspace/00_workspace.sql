-- A workspace's own record: what it is, which upgrades it has had, which jobs
-- run. Every file of this folder can be run again on a workspace that has it:
-- that is how an upgrade brings views and functions up to date.
--
-- @workspace@ is the schema's quoted name; inside a string constant it is
-- @workspace:literal@.

COMMENT ON SCHEMA @workspace@ IS 'perfeval workspace (考核工作区)';

CREATE TABLE IF NOT EXISTS @workspace@.workspace (
	only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
	label text,
	time_zone text NOT NULL,
	roll_up_digits integer NOT NULL DEFAULT 10 CHECK (roll_up_digits BETWEEN 0 AND 19),
	created_at timestamptz NOT NULL DEFAULT now(),
	created_by text NOT NULL DEFAULT session_user
);
ALTER TABLE @workspace@.workspace
	ADD COLUMN IF NOT EXISTS answer_within integer NOT NULL DEFAULT 10 CHECK (answer_within BETWEEN 1 AND 365),
	ADD COLUMN IF NOT EXISTS publish_within integer CHECK (publish_within BETWEEN 0 AND 3650);
COMMENT ON TABLE @workspace@.workspace IS 'the one row of settings of this workspace (工作区设置)';
COMMENT ON COLUMN @workspace@.workspace.only_row IS 'there is one row (唯一行)';
COMMENT ON COLUMN @workspace@.workspace.label IS 'what people call it (名称)';
COMMENT ON COLUMN @workspace@.workspace.time_zone IS 'zone of its dates and deadlines (时区)';
COMMENT ON COLUMN @workspace@.workspace.roll_up_digits IS 'decimals of a mean over shorter periods (均值汇总的小数位)';
COMMENT ON COLUMN @workspace@.workspace.answer_within IS 'working days within which objections are to be answered (异议答复期限工作日数)';
COMMENT ON COLUMN @workspace@.workspace.publish_within IS 'working days after a period''s end within which its results are to be published; NULL: no term is set (公示期限工作日数)';
COMMENT ON COLUMN @workspace@.workspace.created_at IS 'when it was made (创建时间)';
COMMENT ON COLUMN @workspace@.workspace.created_by IS 'who made it (创建者)';

CREATE TABLE IF NOT EXISTS @workspace@.upgrade_step (
	step text PRIMARY KEY,
	version text NOT NULL,
	applied_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE @workspace@.upgrade_step IS 'versions and upgrade steps that this workspace has had (升级记录)';
COMMENT ON COLUMN @workspace@.upgrade_step.step IS 'name of the step (步骤)';
COMMENT ON COLUMN @workspace@.upgrade_step.version IS 'version of the extension that ran it (版本)';
COMMENT ON COLUMN @workspace@.upgrade_step.applied_at IS 'when (时间)';

CREATE OR REPLACE FUNCTION @workspace@.today() RETURNS date
LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$ SELECT (now() AT TIME ZONE (SELECT w.time_zone FROM @workspace@.workspace AS w))::date $$;
COMMENT ON FUNCTION @workspace@.today() IS 'the day it is in the workspace''s time zone (工作区当天日期)';

-- Batch jobs write here in transactions of their own, so that others see how
-- far they are and a cancelled one can go on where it stopped.
CREATE TABLE IF NOT EXISTS @workspace@.job (
	job_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	kind text NOT NULL,
	state text NOT NULL DEFAULT 'running' CHECK (state IN ('running', 'done', 'failed')),
	started_at timestamptz NOT NULL DEFAULT clock_timestamp(),
	updated_at timestamptz NOT NULL DEFAULT clock_timestamp(),
	finished_at timestamptz,
	backend_pid integer NOT NULL DEFAULT pg_backend_pid(),
	started_by text NOT NULL DEFAULT session_user,
	done bigint NOT NULL DEFAULT 0,
	total bigint,
	position bigint,
	message text
);
COMMENT ON TABLE @workspace@.job IS 'batch jobs: fold, load, rebuild, verify (批处理作业)';
COMMENT ON COLUMN @workspace@.job.job_id IS 'number (编号)';
COMMENT ON COLUMN @workspace@.job.kind IS 'fold, load, rebuild or verify (种类)';
COMMENT ON COLUMN @workspace@.job.state IS 'running, done or failed; running and yet not at work means that it was cancelled (状态)';
COMMENT ON COLUMN @workspace@.job.started_at IS 'begin (开始时间)';
COMMENT ON COLUMN @workspace@.job.updated_at IS 'last batch (最近进展时间)';
COMMENT ON COLUMN @workspace@.job.finished_at IS 'end (结束时间)';
COMMENT ON COLUMN @workspace@.job.backend_pid IS 'process of the session that runs it (会话进程号)';
COMMENT ON COLUMN @workspace@.job.started_by IS 'who started it (发起人)';
COMMENT ON COLUMN @workspace@.job.done IS 'rows or subjects done (已完成数)';
COMMENT ON COLUMN @workspace@.job.total IS 'rows or subjects in all, if known (总数)';
COMMENT ON COLUMN @workspace@.job.position IS 'last subject done, where a resumed job goes on (断点)';
COMMENT ON COLUMN @workspace@.job.message IS 'what there is to say (说明)';
