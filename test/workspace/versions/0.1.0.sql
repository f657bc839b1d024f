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
COMMENT ON TABLE @workspace@.workspace IS 'the one row of settings of this workspace (工作区设置)';
COMMENT ON COLUMN @workspace@.workspace.only_row IS 'there is one row (唯一行)';
COMMENT ON COLUMN @workspace@.workspace.label IS 'what people call it (名称)';
COMMENT ON COLUMN @workspace@.workspace.time_zone IS 'zone of its dates and deadlines (时区)';
COMMENT ON COLUMN @workspace@.workspace.roll_up_digits IS 'decimals of a mean over shorter periods (均值汇总的小数位)';
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

-- A job runs as long as its session is in the statement that began it.
CREATE OR REPLACE VIEW @workspace@.job_progress WITH (security_invoker = true) AS
SELECT j.job_id, j.kind,
	CASE WHEN j.state = 'running' AND (a.pid IS NULL OR a.query_start > j.started_at
			OR a.state IN ('idle', 'idle in transaction', 'idle in transaction (aborted)'))
		THEN 'cancelled' ELSE j.state END AS state,
	j.started_at, j.updated_at, j.finished_at, j.started_by, j.done, j.total,
	round(100.0 * j.done / nullif(j.total, 0), 1) AS percent, j.message
FROM @workspace@.job AS j
	LEFT JOIN pg_catalog.pg_stat_activity AS a ON a.pid = j.backend_pid AND a.backend_start <= j.started_at;
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
-- Who is assessed: subjects of any kind, whom they answer to, their duties, and
-- the groups that they are compared in. What changes with time is a row from a
-- date on: the row with the latest date not after the day counts, so that two
-- can never hold at once.

CREATE TABLE IF NOT EXISTS @workspace@.subject (
	subject_id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY CHECK (subject_id > 0 AND subject_id < 9223372036854775807),
	code text NOT NULL UNIQUE CHECK (code <> ''),
	name text NOT NULL,
	name_zh text,
	kind text NOT NULL CHECK (kind IN ('department', 'institution', 'section', 'person', 'facility', 'region', 'project', 'contractor')),
	valid_from date NOT NULL DEFAULT '1900-01-01',
	valid_to date,
	CHECK (valid_to > valid_from),
	CHECK (isfinite(valid_from) AND isfinite(valid_to))
);
COMMENT ON TABLE @workspace@.subject IS 'who is assessed, and offices and raters besides (考核对象)';
COMMENT ON COLUMN @workspace@.subject.subject_id IS 'number, the distribution key of all facts (编号)';
COMMENT ON COLUMN @workspace@.subject.code IS 'what files call it (代码)';
COMMENT ON COLUMN @workspace@.subject.name IS 'name (名称)';
COMMENT ON COLUMN @workspace@.subject.name_zh IS 'Chinese name (中文名称)';
COMMENT ON COLUMN @workspace@.subject.kind IS 'department, institution, section, person, facility, region, project or contractor (类型)';
COMMENT ON COLUMN @workspace@.subject.valid_from IS 'first day (起始日期)';
COMMENT ON COLUMN @workspace@.subject.valid_to IS 'day from which it is no more (终止日期)';

CREATE TABLE IF NOT EXISTS @workspace@.subject_state (
	subject_id bigint NOT NULL REFERENCES @workspace@.subject,
	valid_from date NOT NULL CHECK (isfinite(valid_from)),
	supervising_id bigint REFERENCES @workspace@.subject CHECK (supervising_id <> subject_id),
	function_class text,
	headcount integer CHECK (headcount >= 0),
	posts integer CHECK (posts >= 0),
	PRIMARY KEY (subject_id, valid_from)
);
CREATE INDEX IF NOT EXISTS subject_state_supervising ON @workspace@.subject_state (supervising_id);
COMMENT ON TABLE @workspace@.subject_state IS 'what holds of a subject from a day on (考核对象状态)';
COMMENT ON COLUMN @workspace@.subject_state.subject_id IS 'the subject (考核对象)';
COMMENT ON COLUMN @workspace@.subject_state.valid_from IS 'from this day on (起始日期)';
COMMENT ON COLUMN @workspace@.subject_state.supervising_id IS 'supervising subject (主管部门)';
COMMENT ON COLUMN @workspace@.subject_state.function_class IS 'class of function, which weight profiles go by (功能类别)';
COMMENT ON COLUMN @workspace@.subject_state.headcount IS 'people in post (实有人数)';
COMMENT ON COLUMN @workspace@.subject_state.posts IS 'authorised posts (编制数)';

-- The tree as pairs, so that no view has to walk it: derived by refresh_tree.
CREATE TABLE IF NOT EXISTS @workspace@.subject_tree (
	subject_id bigint NOT NULL,
	ancestor_id bigint NOT NULL,
	valid_from date NOT NULL,
	valid_to date,
	depth integer NOT NULL,
	PRIMARY KEY (subject_id, ancestor_id, valid_from)
);
CREATE INDEX IF NOT EXISTS subject_tree_ancestor ON @workspace@.subject_tree (ancestor_id, subject_id);
COMMENT ON TABLE @workspace@.subject_tree IS 'every subject with all that it answers to, itself included; derived (隶属关系闭包)';
COMMENT ON COLUMN @workspace@.subject_tree.subject_id IS 'the subject (考核对象)';
COMMENT ON COLUMN @workspace@.subject_tree.ancestor_id IS 'itself, its supervisor, the supervisor''s (上级)';
COMMENT ON COLUMN @workspace@.subject_tree.valid_from IS 'first day (起始日期)';
COMMENT ON COLUMN @workspace@.subject_tree.valid_to IS 'day from which it no more holds (终止日期)';
COMMENT ON COLUMN @workspace@.subject_tree.depth IS 'steps up, 0 for itself (层级差)';

CREATE TABLE IF NOT EXISTS @workspace@.succession (
	predecessor_id bigint NOT NULL REFERENCES @workspace@.subject,
	successor_id bigint NOT NULL REFERENCES @workspace@.subject,
	kind text NOT NULL CHECK (kind IN ('merger', 'split', 'rename', 'transfer')),
	on_day date NOT NULL,
	inherits_results boolean NOT NULL DEFAULT false,
	document text,
	PRIMARY KEY (predecessor_id, successor_id, on_day),
	CHECK (predecessor_id <> successor_id)
);
COMMENT ON TABLE @workspace@.succession IS 'mergers, splits and other successions of subjects (合并与承继)';
COMMENT ON COLUMN @workspace@.succession.predecessor_id IS 'who was before (原机构)';
COMMENT ON COLUMN @workspace@.succession.successor_id IS 'who came after (承继机构)';
COMMENT ON COLUMN @workspace@.succession.kind IS 'merger, split, rename or transfer (方式)';
COMMENT ON COLUMN @workspace@.succession.on_day IS 'day (日期)';
COMMENT ON COLUMN @workspace@.succession.inherits_results IS 'whether earlier results count for the successor, as in streaks (是否承继考核结果)';
COMMENT ON COLUMN @workspace@.succession.document IS 'what it rests on (依据文件)';

CREATE TABLE IF NOT EXISTS @workspace@.duty (
	duty_id integer GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
	subject_id bigint NOT NULL REFERENCES @workspace@.subject,
	clause text NOT NULL,
	body text NOT NULL,
	valid_from date NOT NULL DEFAULT '1900-01-01',
	valid_to date CHECK (valid_to > valid_from),
	UNIQUE (subject_id, clause, valid_from)
);
COMMENT ON TABLE @workspace@.duty IS 'clauses of duty charters (三定职责条款)';
COMMENT ON COLUMN @workspace@.duty.duty_id IS 'number (编号)';
COMMENT ON COLUMN @workspace@.duty.subject_id IS 'whose duty (承担者)';
COMMENT ON COLUMN @workspace@.duty.clause IS 'number of the clause in the charter (条款号)';
COMMENT ON COLUMN @workspace@.duty.body IS 'text of the clause (条款内容)';
COMMENT ON COLUMN @workspace@.duty.valid_from IS 'first day (起始日期)';
COMMENT ON COLUMN @workspace@.duty.valid_to IS 'day from which it no more holds (终止日期)';

-- Groups: apart from the tree. A grouping is one way to divide subjects; within
-- it a subject is in one group at a time.
CREATE TABLE IF NOT EXISTS @workspace@.grouping (
	grouping_id integer GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
	code text NOT NULL UNIQUE CHECK (code <> ''),
	label text NOT NULL,
	label_zh text
);
COMMENT ON TABLE @workspace@.grouping IS 'ways to divide subjects into groups, such as by service attribute (分组方式)';
COMMENT ON COLUMN @workspace@.grouping.grouping_id IS 'number (编号)';
COMMENT ON COLUMN @workspace@.grouping.code IS 'what files call it (代码)';
COMMENT ON COLUMN @workspace@.grouping.label IS 'name (名称)';
COMMENT ON COLUMN @workspace@.grouping.label_zh IS 'Chinese name (中文名称)';

CREATE TABLE IF NOT EXISTS @workspace@.subject_group (
	group_id integer GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
	grouping_id integer NOT NULL REFERENCES @workspace@.grouping,
	code text NOT NULL CHECK (code <> ''),
	label text NOT NULL,
	label_zh text,
	UNIQUE (grouping_id, code),
	UNIQUE (grouping_id, group_id)
);
COMMENT ON TABLE @workspace@.subject_group IS 'groups whose members are compared with each other (考核分组)';
COMMENT ON COLUMN @workspace@.subject_group.group_id IS 'number (编号)';
COMMENT ON COLUMN @workspace@.subject_group.grouping_id IS 'way of dividing (分组方式)';
COMMENT ON COLUMN @workspace@.subject_group.code IS 'what files call it (代码)';
COMMENT ON COLUMN @workspace@.subject_group.label IS 'name (名称)';
COMMENT ON COLUMN @workspace@.subject_group.label_zh IS 'Chinese name (中文名称)';

-- A membership ends where the next row of the subject begins, or not yet. That
-- every end is a begin, and that no two rows have the same end, makes the rows of
-- a subject one chain: memberships cannot overlap, whoever writes them.
CREATE TABLE IF NOT EXISTS @workspace@.group_member (
	subject_id bigint NOT NULL REFERENCES @workspace@.subject,
	grouping_id integer NOT NULL REFERENCES @workspace@.grouping,
	valid_from date NOT NULL DEFAULT '1900-01-01' CHECK (isfinite(valid_from)),
	valid_to date CHECK (valid_to > valid_from),
	group_id integer,
	PRIMARY KEY (subject_id, grouping_id, valid_from),
	UNIQUE NULLS NOT DISTINCT (subject_id, grouping_id, valid_to),
	FOREIGN KEY (subject_id, grouping_id, valid_to) REFERENCES @workspace@.group_member (subject_id, grouping_id, valid_from)
		DEFERRABLE INITIALLY DEFERRED,
	FOREIGN KEY (grouping_id, group_id) REFERENCES @workspace@.subject_group (grouping_id, group_id)
);
CREATE INDEX IF NOT EXISTS group_member_group ON @workspace@.group_member (group_id, subject_id)
	INCLUDE (grouping_id, valid_from, valid_to);
COMMENT ON TABLE @workspace@.group_member IS 'group of a subject from a day on (分组成员)';
COMMENT ON COLUMN @workspace@.group_member.subject_id IS 'the subject (考核对象)';
COMMENT ON COLUMN @workspace@.group_member.grouping_id IS 'way of dividing (分组方式)';
COMMENT ON COLUMN @workspace@.group_member.valid_from IS 'from this day on (起始日期)';
COMMENT ON COLUMN @workspace@.group_member.valid_to IS 'day from which the next row holds; NULL: it still holds (终止日期)';
COMMENT ON COLUMN @workspace@.group_member.group_id IS 'its group; NULL: none any more (所在分组)';
-- What happens to subjects: they come, change, merge, close, and move between
-- groups. Many at once go into the tables by INSERT or COPY just as well; after
-- either, refresh_tree brings the tree up to date.

CREATE OR REPLACE FUNCTION @workspace@.find_subject(code text) RETURNS bigint
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	found_id bigint := (SELECT s.subject_id FROM @workspace@.subject AS s WHERE s.code = $1);
BEGIN
	IF found_id IS NULL THEN
		RAISE EXCEPTION 'there is no subject %', coalesce(quote_literal($1), 'NULL')
			USING ERRCODE = 'no_data_found', HINT = 'Table subject lists them by code; add_subject adds one.';
	END IF;
	RETURN found_id;
END
$$;
COMMENT ON FUNCTION @workspace@.find_subject(text) IS 'number of the subject with a code, or an error (按代码查考核对象)';

-- Again with the same words changes nothing.
CREATE OR REPLACE PROCEDURE @workspace@.add_subject(code text, name text, name_zh text, kind text,
	supervising text DEFAULT NULL, from_day date DEFAULT '1900-01-01', headcount integer DEFAULT NULL, posts integer DEFAULT NULL,
	function_class text DEFAULT NULL)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	above bigint := CASE WHEN supervising IS NOT NULL THEN @workspace@.find_subject(supervising) END;
	added bigint;
BEGIN
	INSERT INTO @workspace@.subject AS s (code, name, name_zh, kind, valid_from) VALUES ($1, $2, $3, $4, from_day)
	ON CONFLICT DO NOTHING RETURNING s.subject_id INTO added;
	IF added IS NOT NULL THEN
		INSERT INTO @workspace@.subject_state (subject_id, valid_from, supervising_id, function_class, headcount, posts)
		VALUES (added, from_day, above, $9, $7, $8);
	ELSIF NOT EXISTS (
		SELECT FROM @workspace@.subject AS s JOIN @workspace@.subject_state AS t ON t.subject_id = s.subject_id AND t.valid_from = s.valid_from
		WHERE s.code = $1 AND (s.name, s.name_zh, s.kind, s.valid_from, t.supervising_id, t.function_class, t.headcount, t.posts)
			IS NOT DISTINCT FROM ($2, $3, $4, from_day, above, $9, $7, $8))
	THEN
		RAISE EXCEPTION 'there is a subject "%" already, and it is not the same', $1
			USING ERRCODE = 'unique_violation', HINT = 'change_subject says what holds of it from a day on.';
	END IF;
END
$$;
COMMENT ON PROCEDURE @workspace@.add_subject(text, text, text, text, text, date, integer, integer, text) IS
	'adds a subject with its first state (添加考核对象)';

-- NULL keeps what was before; an empty code as supervising: none any more.
CREATE OR REPLACE PROCEDURE @workspace@.change_subject(code text, from_day date, supervising text DEFAULT NULL,
	headcount integer DEFAULT NULL, posts integer DEFAULT NULL, function_class text DEFAULT NULL)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	subject @workspace@.subject;
	before @workspace@.subject_state;
	above bigint := CASE WHEN supervising <> '' THEN @workspace@.find_subject(supervising) END;
BEGIN
	SELECT s.* INTO subject FROM @workspace@.subject AS s WHERE s.subject_id = @workspace@.find_subject($1);
	IF from_day IS NULL OR from_day < subject.valid_from OR from_day >= subject.valid_to OR NOT isfinite(from_day) THEN
		RAISE EXCEPTION 'subject "%" cannot change on %', $1, coalesce(from_day::text, 'NULL')
			USING ERRCODE = 'invalid_parameter_value',
				HINT = format('It exists from %s%s.', subject.valid_from, ' to before ' || subject.valid_to);
	END IF;
	SELECT t.* INTO before FROM @workspace@.subject_state AS t
	WHERE t.subject_id = subject.subject_id AND t.valid_from <= from_day ORDER BY t.valid_from DESC LIMIT 1;
	above := CASE WHEN supervising IS NULL THEN before.supervising_id ELSE above END;
	IF before.subject_id IS NULL OR (above, coalesce($6, before.function_class), coalesce($4, before.headcount), coalesce($5, before.posts))
		IS DISTINCT FROM (before.supervising_id, before.function_class, before.headcount, before.posts)
	THEN
		INSERT INTO @workspace@.subject_state AS t (subject_id, valid_from, supervising_id, function_class, headcount, posts)
		VALUES (subject.subject_id, from_day, above, coalesce($6, before.function_class), coalesce($4, before.headcount), coalesce($5, before.posts))
		ON CONFLICT (subject_id, valid_from)
		DO UPDATE SET supervising_id = excluded.supervising_id, function_class = excluded.function_class,
			headcount = excluded.headcount, posts = excluded.posts;
	END IF;
END
$$;
COMMENT ON PROCEDURE @workspace@.change_subject(text, date, text, integer, integer, text) IS
	'what holds of a subject from a day on (考核对象变更)';

-- group_code NULL: from that day on in no group of that grouping.
CREATE OR REPLACE PROCEDURE @workspace@.assign_group(subject text, grouping_code text, group_code text, from_day date DEFAULT '1900-01-01')
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	member bigint := @workspace@.find_subject(subject);
	way integer := (SELECT w.grouping_id FROM @workspace@.grouping AS w WHERE w.code = grouping_code);
	target integer := (SELECT g.group_id FROM @workspace@.subject_group AS g WHERE g.grouping_id = way AND g.code = group_code);
	held @workspace@.group_member;
BEGIN
	IF way IS NULL THEN
		RAISE EXCEPTION 'there is no grouping %', coalesce(quote_literal(grouping_code), 'NULL')
			USING ERRCODE = 'no_data_found', HINT = 'Table grouping lists them by code.';
	ELSIF target IS NULL AND group_code IS NOT NULL THEN
		RAISE EXCEPTION 'grouping "%" has no group "%"', grouping_code, group_code
			USING ERRCODE = 'no_data_found', HINT = 'Table subject_group lists them by code.';
	ELSIF from_day IS NULL OR NOT isfinite(from_day) THEN
		RAISE EXCEPTION 'no group can be assigned from day %', coalesce(from_day::text, 'NULL') USING ERRCODE = 'invalid_parameter_value';
	END IF;
	-- The row that holds on that day ends there, and the new one goes on to its end.
	SELECT m.* INTO held FROM @workspace@.group_member AS m
	WHERE m.subject_id = member AND m.grouping_id = way AND m.valid_from <= from_day AND (m.valid_to > from_day OR m.valid_to IS NULL)
	FOR UPDATE;
	IF held.subject_id IS NULL THEN
		INSERT INTO @workspace@.group_member (subject_id, grouping_id, valid_from, valid_to, group_id)
		SELECT member, way, from_day, min(m.valid_from), target FROM @workspace@.group_member AS m
		WHERE m.subject_id = member AND m.grouping_id = way;
	ELSIF held.group_id IS NOT DISTINCT FROM target THEN
		NULL;
	ELSIF held.valid_from = from_day THEN
		UPDATE @workspace@.group_member AS m SET group_id = target
		WHERE m.subject_id = member AND m.grouping_id = way AND m.valid_from = from_day;
	ELSE
		UPDATE @workspace@.group_member AS m SET valid_to = from_day
		WHERE m.subject_id = member AND m.grouping_id = way AND m.valid_from = held.valid_from;
		INSERT INTO @workspace@.group_member (subject_id, grouping_id, valid_from, valid_to, group_id)
		VALUES (member, way, from_day, held.valid_to, target);
	END IF;
END
$$;
COMMENT ON PROCEDURE @workspace@.assign_group(text, text, text, date) IS
	'puts a subject in a group from a day on (划入分组)';

-- A closed subject leaves its groups; what it did before stays.
CREATE OR REPLACE PROCEDURE @workspace@.close_subject(code text, on_day date)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	subject @workspace@.subject;
BEGIN
	SELECT s.* INTO subject FROM @workspace@.subject AS s WHERE s.subject_id = @workspace@.find_subject($1) FOR UPDATE;
	IF subject.valid_to = on_day THEN
		RETURN;
	ELSIF subject.valid_to IS NOT NULL THEN
		RAISE EXCEPTION 'subject "%" is closed from % on already', $1, subject.valid_to
			USING ERRCODE = 'object_not_in_prerequisite_state', HINT = 'Set subject.valid_to to NULL to open it again.';
	ELSIF on_day IS NULL OR on_day <= subject.valid_from OR NOT isfinite(on_day) THEN
		RAISE EXCEPTION 'subject "%" cannot be closed on %', $1, coalesce(on_day::text, 'NULL')
			USING ERRCODE = 'invalid_parameter_value', HINT = format('It exists from %s on.', subject.valid_from);
	END IF;
	UPDATE @workspace@.subject AS s SET valid_to = on_day WHERE s.subject_id = subject.subject_id;
	DELETE FROM @workspace@.group_member AS m WHERE m.subject_id = subject.subject_id AND m.valid_from >= on_day;
	UPDATE @workspace@.group_member AS m SET valid_to = on_day
	WHERE m.subject_id = subject.subject_id AND (m.valid_to >= on_day OR m.valid_to IS NULL);
	INSERT INTO @workspace@.group_member (subject_id, grouping_id, valid_from)
	SELECT m.subject_id, m.grouping_id, on_day FROM @workspace@.group_member AS m
	WHERE m.subject_id = subject.subject_id AND m.valid_to = on_day;
END
$$;
COMMENT ON PROCEDURE @workspace@.close_subject(text, date) IS
	'a subject is no more from a day on (撤销考核对象)';

CREATE OR REPLACE PROCEDURE @workspace@.record_succession(predecessor text, successor text, kind text, on_day date,
	inherits_results boolean DEFAULT false, document text DEFAULT NULL)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	IF $3 IS NULL OR $3 NOT IN ('merger', 'split', 'rename', 'transfer') THEN
		RAISE EXCEPTION 'there are no successions of kind %', coalesce(quote_literal($3), 'NULL')
			USING ERRCODE = 'invalid_parameter_value', HINT = 'Use one of: merger, split, rename, transfer.';
	ELSIF predecessor = successor THEN
		RAISE EXCEPTION 'subject "%" cannot succeed itself', successor USING ERRCODE = 'invalid_parameter_value';
	END IF;
	INSERT INTO @workspace@.succession AS s (predecessor_id, successor_id, kind, on_day, inherits_results, document)
	VALUES (@workspace@.find_subject(predecessor), @workspace@.find_subject(successor), $3, $4, $5, $6)
	ON CONFLICT ON CONSTRAINT succession_pkey
	DO UPDATE SET kind = excluded.kind, inherits_results = excluded.inherits_results, document = excluded.document;
END
$$;
COMMENT ON PROCEDURE @workspace@.record_succession(text, text, text, date, boolean, text) IS
	'records that a subject comes after another (登记承继关系)';

-- The successor may be one of the predecessors, which goes on, or another.
CREATE OR REPLACE PROCEDURE @workspace@.merge_subjects(predecessors text[], successor text, on_day date,
	inherits_results boolean DEFAULT false, document text DEFAULT NULL)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	predecessor text;
BEGIN
	IF coalesce(cardinality(predecessors), 0) = 0 OR predecessors = ARRAY[successor] THEN
		RAISE EXCEPTION 'nothing is merged into subject %', coalesce(quote_literal(successor), 'NULL')
			USING ERRCODE = 'invalid_parameter_value', HINT = 'Name at least one other subject as predecessor.';
	END IF;
	FOREACH predecessor IN ARRAY predecessors LOOP
		CONTINUE WHEN predecessor = successor;
		CALL @workspace@.record_succession(predecessor, successor, 'merger', on_day, $4, $5);
		CALL @workspace@.close_subject(predecessor, on_day);
	END LOOP;
END
$$;
COMMENT ON PROCEDURE @workspace@.merge_subjects(text[], text, date, boolean, text) IS
	'merges subjects: closes them and records who comes after (合并考核对象)';

-- Who answers to whom, from when to when: one row as long as neither changes.
CREATE OR REPLACE VIEW @workspace@.supervision WITH (security_invoker = true) AS
SELECT e.subject_id, e.supervising_id, e.valid_from, e.valid_to
FROM (SELECT t.subject_id, t.supervising_id, greatest(t.valid_from, s.valid_from, a.valid_from) AS valid_from,
          least(lead(t.valid_from) OVER (PARTITION BY t.subject_id ORDER BY t.valid_from), s.valid_to, a.valid_to) AS valid_to
      FROM (SELECT x.subject_id, x.valid_from, x.supervising_id,
                lag(x.supervising_id) OVER (PARTITION BY x.subject_id ORDER BY x.valid_from) AS before_id
            FROM @workspace@.subject_state AS x) AS t
          JOIN @workspace@.subject AS s ON s.subject_id = t.subject_id
          LEFT JOIN @workspace@.subject AS a ON a.subject_id = t.supervising_id
      WHERE t.supervising_id IS DISTINCT FROM t.before_id) AS e
WHERE e.supervising_id IS NOT NULL AND (e.valid_to IS NULL OR e.valid_to > e.valid_from);
COMMENT ON VIEW @workspace@.supervision IS 'who answers to whom, from when to when (主管关系)';
COMMENT ON COLUMN @workspace@.supervision.subject_id IS 'the subject (考核对象)';
COMMENT ON COLUMN @workspace@.supervision.supervising_id IS 'supervising subject (主管部门)';
COMMENT ON COLUMN @workspace@.supervision.valid_from IS 'first day (起始日期)';
COMMENT ON COLUMN @workspace@.supervision.valid_to IS 'day from which it no more holds (终止日期)';

-- How many rows a recursion gives nobody can estimate: hence the settings.
CREATE OR REPLACE PROCEDURE @workspace@.refresh_tree()
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET jit = off
SET enable_mergejoin = off
SET work_mem = '64MB'
AS $$
DECLARE
	circle bigint[];
	since date;
BEGIN
	LOCK TABLE @workspace@.subject_tree IN SHARE ROW EXCLUSIVE MODE;
	WITH RECURSIVE edge AS MATERIALIZED (
		SELECT e.subject_id, e.supervising_id, e.valid_from, e.valid_to FROM @workspace@.supervision AS e
	), up AS (
		SELECT s.subject_id, s.subject_id AS ancestor_id, s.valid_from, s.valid_to, 0 AS depth, ARRAY[s.subject_id] AS path, false AS closed
		FROM @workspace@.subject AS s
		UNION ALL
		SELECT u.subject_id, e.supervising_id, greatest(u.valid_from, e.valid_from), least(u.valid_to, e.valid_to), u.depth + 1,
			u.path || e.supervising_id, e.supervising_id = ANY (u.path)
		FROM up AS u
			JOIN edge AS e ON e.subject_id = u.ancestor_id
				AND e.valid_from < coalesce(u.valid_to, 'infinity') AND u.valid_from < coalesce(e.valid_to, 'infinity')
		WHERE NOT u.closed
	), gone AS (
		DELETE FROM @workspace@.subject_tree AS t
		WHERE NOT EXISTS (SELECT FROM up AS u
			WHERE u.subject_id = t.subject_id AND u.ancestor_id = t.ancestor_id AND u.valid_from = t.valid_from)
	), kept AS (
		INSERT INTO @workspace@.subject_tree AS t (subject_id, ancestor_id, valid_from, valid_to, depth)
		SELECT u.subject_id, u.ancestor_id, u.valid_from, u.valid_to, u.depth FROM up AS u WHERE NOT u.closed
		ON CONFLICT (subject_id, ancestor_id, valid_from) DO UPDATE SET valid_to = excluded.valid_to, depth = excluded.depth
		WHERE (t.valid_to, t.depth) IS DISTINCT FROM (excluded.valid_to, excluded.depth)
	)
	SELECT u.path, u.valid_from INTO circle, since FROM up AS u
	WHERE u.closed ORDER BY u.path[cardinality(u.path)] <> u.subject_id, cardinality(u.path), u.subject_id LIMIT 1;
	IF circle IS NOT NULL THEN
		RAISE EXCEPTION 'subjects answer to themselves from % on: %', since,
				(SELECT string_agg(s.code, ' -> ' ORDER BY p.n) FROM unnest(circle) WITH ORDINALITY AS p (id, n)
				     JOIN @workspace@.subject AS s ON s.subject_id = p.id)
			USING ERRCODE = 'check_violation', HINT = 'change_subject gives one of them another supervising subject from that day on.';
	END IF;
END
$$;
COMMENT ON PROCEDURE @workspace@.refresh_tree() IS
	'brings the tree of subjects up to date with their states (刷新隶属关系)';

CREATE OR REPLACE VIEW @workspace@.subject_now WITH (security_invoker = true) AS
SELECT s.subject_id, s.code AS subject, s.name AS subject_name, s.name_zh AS subject_name_zh, s.kind,
	t.supervising_id, a.code AS supervising, a.name AS supervising_name, a.name_zh AS supervising_name_zh,
	t.function_class, t.headcount, t.posts, s.valid_from, s.valid_to, t.valid_from AS state_from
FROM @workspace@.subject AS s
	LEFT JOIN (SELECT DISTINCT ON (x.subject_id) x.subject_id, x.valid_from, x.supervising_id, x.function_class, x.headcount, x.posts
	           FROM @workspace@.subject_state AS x WHERE x.valid_from <= (SELECT @workspace@.today())
	           ORDER BY x.subject_id, x.valid_from DESC) AS t ON t.subject_id = s.subject_id
	LEFT JOIN @workspace@.subject AS a ON a.subject_id = t.supervising_id
WHERE s.valid_from <= (SELECT @workspace@.today()) AND (s.valid_to IS NULL OR s.valid_to > (SELECT @workspace@.today()));
COMMENT ON VIEW @workspace@.subject_now IS 'subjects as they are today (考核对象现状)';
COMMENT ON COLUMN @workspace@.subject_now.subject_id IS 'number (编号)';
COMMENT ON COLUMN @workspace@.subject_now.subject IS 'code (代码)';
COMMENT ON COLUMN @workspace@.subject_now.subject_name IS 'name (名称)';
COMMENT ON COLUMN @workspace@.subject_now.subject_name_zh IS 'Chinese name (中文名称)';
COMMENT ON COLUMN @workspace@.subject_now.kind IS 'department, institution, section, person, facility, region, project or contractor (类型)';
COMMENT ON COLUMN @workspace@.subject_now.supervising_id IS 'number of the supervising subject (主管部门编号)';
COMMENT ON COLUMN @workspace@.subject_now.supervising IS 'code of the supervising subject (主管部门代码)';
COMMENT ON COLUMN @workspace@.subject_now.supervising_name IS 'name of the supervising subject (主管部门)';
COMMENT ON COLUMN @workspace@.subject_now.supervising_name_zh IS 'Chinese name of the supervising subject (主管部门中文名称)';
COMMENT ON COLUMN @workspace@.subject_now.function_class IS 'class of function (功能类别)';
COMMENT ON COLUMN @workspace@.subject_now.headcount IS 'people in post (实有人数)';
COMMENT ON COLUMN @workspace@.subject_now.posts IS 'authorised posts (编制数)';
COMMENT ON COLUMN @workspace@.subject_now.valid_from IS 'first day of the subject (起始日期)';
COMMENT ON COLUMN @workspace@.subject_now.valid_to IS 'day from which it will be no more (终止日期)';
COMMENT ON COLUMN @workspace@.subject_now.state_from IS 'day since which this state holds (现状起始日期)';

CREATE OR REPLACE VIEW @workspace@.units_by_group WITH (security_invoker = true) AS
SELECT u.supervising_id, u.supervising, u.supervising_name, u.supervising_name_zh, w.code AS grouping_code,
	g.group_id, g.code AS group_code, g.label AS group_label, g.label_zh AS group_label_zh,
	u.subject_id, u.subject, u.subject_name, u.subject_name_zh
FROM @workspace@.subject_now AS u
	JOIN @workspace@.group_member AS m ON m.subject_id = u.subject_id AND m.valid_from <= (SELECT @workspace@.today())
		AND (m.valid_to > (SELECT @workspace@.today()) OR m.valid_to IS NULL)
	JOIN @workspace@.subject_group AS g ON g.group_id = m.group_id
	JOIN @workspace@.grouping AS w ON w.grouping_id = m.grouping_id
WHERE u.supervising_id IS NOT NULL;
COMMENT ON VIEW @workspace@.units_by_group IS 'affiliated units of each supervising subject by group, today (主管部门所属单位的分组)';
COMMENT ON COLUMN @workspace@.units_by_group.supervising_id IS 'number of the supervising subject (主管部门编号)';
COMMENT ON COLUMN @workspace@.units_by_group.supervising IS 'code of the supervising subject (主管部门代码)';
COMMENT ON COLUMN @workspace@.units_by_group.supervising_name IS 'name of the supervising subject (主管部门)';
COMMENT ON COLUMN @workspace@.units_by_group.supervising_name_zh IS 'Chinese name of the supervising subject (主管部门中文名称)';
COMMENT ON COLUMN @workspace@.units_by_group.grouping_code IS 'way of dividing (分组方式)';
COMMENT ON COLUMN @workspace@.units_by_group.group_id IS 'number of the group (分组编号)';
COMMENT ON COLUMN @workspace@.units_by_group.group_code IS 'code of the group (分组代码)';
COMMENT ON COLUMN @workspace@.units_by_group.group_label IS 'name of the group (分组)';
COMMENT ON COLUMN @workspace@.units_by_group.group_label_zh IS 'Chinese name of the group (分组中文名称)';
COMMENT ON COLUMN @workspace@.units_by_group.subject_id IS 'number of the unit (所属单位编号)';
COMMENT ON COLUMN @workspace@.units_by_group.subject IS 'code of the unit (所属单位代码)';
COMMENT ON COLUMN @workspace@.units_by_group.subject_name IS 'name of the unit (所属单位)';
COMMENT ON COLUMN @workspace@.units_by_group.subject_name_zh IS 'Chinese name of the unit (所属单位中文名称)';

-- The tree is stale if its steps of 0 and 1 are not those of today's states: the
-- others follow from these.
CREATE OR REPLACE VIEW @workspace@.organisation_lint WITH (security_invoker = true) AS
WITH member AS (
	SELECT x.subject_id, x.grouping_id, x.group_id FROM @workspace@.group_member AS x
	WHERE x.valid_from <= (SELECT @workspace@.today()) AND (x.valid_to > (SELECT @workspace@.today()) OR x.valid_to IS NULL)
), step AS (
	SELECT s.subject_id, s.subject_id AS ancestor_id, s.valid_from, s.valid_to, 0 AS depth FROM @workspace@.subject AS s
	UNION ALL
	SELECT e.subject_id, e.supervising_id, e.valid_from, e.valid_to, 1 FROM @workspace@.supervision AS e
), tree AS (
	SELECT t.subject_id, t.ancestor_id, t.valid_from, t.valid_to, t.depth FROM @workspace@.subject_tree AS t WHERE t.depth <= 1
)
SELECT 'warning' AS severity, 'no_group' AS code, n.subject_id, n.subject,
	'in no group of grouping ' || w.code || ', while others of kind ' || n.kind || ' are' AS message,
	'未划入分组方式' || coalesce(w.label_zh, w.code) || '的任何分组' AS message_zh
FROM @workspace@.subject_now AS n
	JOIN (SELECT DISTINCT m.grouping_id, s.kind FROM member AS m JOIN @workspace@.subject AS s ON s.subject_id = m.subject_id
	      WHERE m.group_id IS NOT NULL) AS k ON k.kind = n.kind
	JOIN @workspace@.grouping AS w ON w.grouping_id = k.grouping_id
WHERE NOT EXISTS (SELECT FROM member AS m WHERE m.subject_id = n.subject_id AND m.grouping_id = k.grouping_id AND m.group_id IS NOT NULL)
UNION ALL
SELECT 'error', 'closed_in_group', s.subject_id, s.code,
	'closed from ' || s.valid_to || ' on, but still in group ' || g.code, '已撤销，仍在分组' || coalesce(g.label_zh, g.code) || '中'
FROM member AS m
	JOIN @workspace@.subject AS s ON s.subject_id = m.subject_id
	JOIN @workspace@.subject_group AS g ON g.group_id = m.group_id
WHERE s.valid_to <= (SELECT @workspace@.today())
UNION ALL
SELECT 'error', 'closed_supervisor', n.subject_id, n.subject,
	'answers to ' || a.code || ', which is closed from ' || a.valid_to || ' on', '主管部门' || coalesce(a.name_zh, a.name) || '已撤销'
FROM @workspace@.subject_now AS n
	JOIN @workspace@.subject AS a ON a.subject_id = n.supervising_id
WHERE a.valid_to <= (SELECT @workspace@.today())
UNION ALL
SELECT 'error', 'stale_tree', d.subject_id, s.code, 'the tree does not follow its states: call refresh_tree', '隶属关系未刷新，请调用 refresh_tree'
FROM (SELECT x.subject_id FROM (TABLE step EXCEPT TABLE tree) AS x
      UNION
      SELECT y.subject_id FROM (TABLE tree EXCEPT TABLE step) AS y) AS d
	LEFT JOIN @workspace@.subject AS s ON s.subject_id = d.subject_id;
COMMENT ON VIEW @workspace@.organisation_lint IS 'what is wrong or odd about subjects, groups and tree, today (组织数据检查)';
COMMENT ON COLUMN @workspace@.organisation_lint.severity IS 'error or warning (级别)';
COMMENT ON COLUMN @workspace@.organisation_lint.code IS 'no_group, closed_in_group, closed_supervisor or stale_tree (代码)';
COMMENT ON COLUMN @workspace@.organisation_lint.subject_id IS 'number of the subject (考核对象编号)';
COMMENT ON COLUMN @workspace@.organisation_lint.subject IS 'code of the subject (考核对象代码)';
COMMENT ON COLUMN @workspace@.organisation_lint.message IS 'what it is (内容)';
COMMENT ON COLUMN @workspace@.organisation_lint.message_zh IS 'the same in Chinese (中文内容)';
-- Working days and periods.

CREATE TABLE IF NOT EXISTS @workspace@.calendar (
	day date PRIMARY KEY CHECK (isfinite(day)),
	working boolean NOT NULL,
	label text
);
COMMENT ON TABLE @workspace@.calendar IS 'days that are not as their weekday says: holidays and make-up days (节假日与调休)';
COMMENT ON COLUMN @workspace@.calendar.day IS 'day (日期)';
COMMENT ON COLUMN @workspace@.calendar.working IS 'true: a make-up working day, false: a holiday (是否工作日)';
COMMENT ON COLUMN @workspace@.calendar.label IS 'why (说明)';

CREATE OR REPLACE FUNCTION @workspace@.is_working_day(day date) RETURNS boolean
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
	SELECT coalesce((SELECT c.working FROM @workspace@.calendar AS c WHERE c.day = $1), extract(isodow FROM $1) < 6)
	WHERE isfinite($1)
$$;
COMMENT ON FUNCTION @workspace@.is_working_day(date) IS 'whether a day is a working day (是否工作日)';

-- Weekdays are counted by arithmetic, from the first date there is, a Monday; the
-- calendar holds what differs.
CREATE OR REPLACE FUNCTION @workspace@.working_days_between(after date, until date) RETURNS integer
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
	SELECT (CASE WHEN after <= until THEN 1 ELSE -1 END * (
			d.days[2] / 7 * 5 + least(d.days[2] % 7, 5) - d.days[1] / 7 * 5 - least(d.days[1] % 7, 5)
			+ (SELECT count(*) FILTER (WHERE c.working AND extract(isodow FROM c.day) > 5)
			       - count(*) FILTER (WHERE NOT c.working AND extract(isodow FROM c.day) < 6)
			   FROM @workspace@.calendar AS c WHERE c.day >= d.first AND c.day < d.past)))::integer
	FROM (SELECT x.first, x.past, ARRAY[x.first - date '4714-11-24 BC', x.past - date '4714-11-24 BC'] AS days
	      FROM (SELECT CASE WHEN after <= until THEN after + 1 ELSE until END, CASE WHEN after <= until THEN until + 1 ELSE after END)
	          AS x (first, past)) AS d
	WHERE isfinite(after) AND isfinite(until)
$$;
COMMENT ON FUNCTION @workspace@.working_days_between(date, date) IS
	'working days after the first day up to the second, itself included; negative if the second is before the first, then without the first (两日之间的工作日数)';

CREATE OR REPLACE FUNCTION @workspace@.add_working_days(day date, days integer) RETURNS date
LANGUAGE plpgsql STABLE STRICT
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	direction constant integer := sign(days);
	-- as many days as hold them, with all holidays on that side
	span integer;
	found_day date;
BEGIN
	IF abs(days::bigint) > 100000 OR NOT isfinite(day) THEN
		RAISE EXCEPTION '% working days from % are out of range', days, day
			USING ERRCODE = 'numeric_value_out_of_range', HINT = 'Up to 100000 days from a finite day can be added.';
	ELSIF days = 0 THEN
		RETURN day;
	END IF;
	span := abs(days) / 5 * 7 + 10
		+ (SELECT count(*) FROM @workspace@.calendar AS c WHERE NOT c.working AND (c.day - $1) * direction BETWEEN 1 AND 250000);
	SELECT x.day INTO found_day
	FROM (SELECT $1 + n * direction FROM generate_series(1, span) AS n) AS x (day)
		LEFT JOIN @workspace@.calendar AS c ON c.day = x.day
	WHERE coalesce(c.working, extract(isodow FROM x.day) < 6)
	ORDER BY (x.day - $1) * direction
	LIMIT 1 OFFSET abs(days) - 1;
	RETURN found_day;
END
$$;
COMMENT ON FUNCTION @workspace@.add_working_days(date, integer) IS
	'the n-th working day after a day, before it if n is negative, the day itself if 0 (若干工作日之后的日期)';

-- A period's number begins with its year: readings are kept by year, and a
-- number tells which. Readings posted for a period's parts roll up to it.
CREATE TABLE IF NOT EXISTS @workspace@.period (
	period_id integer PRIMARY KEY CHECK (period_id BETWEEN 1900000 AND 2999999),
	code text NOT NULL UNIQUE CHECK (code <> ''),
	kind text NOT NULL CHECK (kind IN ('year', 'half_year', 'quarter', 'month', 'week')),
	cumulative boolean NOT NULL DEFAULT false,
	starts_on date NOT NULL,
	ends_on date NOT NULL,
	rolls_up boolean NOT NULL DEFAULT false,
	label text,
	CHECK (ends_on >= starts_on)
);
COMMENT ON TABLE @workspace@.period IS 'periods of assessment, single and cumulative (考核周期)';
COMMENT ON COLUMN @workspace@.period.period_id IS 'number: year * 1000 + number in the year (编号)';
COMMENT ON COLUMN @workspace@.period.code IS 'such as 2025, 2025H1, 2025Q3, 2025-07, 2025-W08; with + at the end from the year''s begin on (代码)';
COMMENT ON COLUMN @workspace@.period.kind IS 'year, half_year, quarter, month or week (种类)';
COMMENT ON COLUMN @workspace@.period.cumulative IS 'from the begin of the year on (是否累计)';
COMMENT ON COLUMN @workspace@.period.starts_on IS 'first day (首日)';
COMMENT ON COLUMN @workspace@.period.ends_on IS 'last day (末日)';
COMMENT ON COLUMN @workspace@.period.rolls_up IS 'whether readings of shorter periods roll up to it (是否由短周期汇总)';
COMMENT ON COLUMN @workspace@.period.label IS 'name (名称)';

CREATE TABLE IF NOT EXISTS @workspace@.period_part (
	period_id integer NOT NULL REFERENCES @workspace@.period,
	part_id integer NOT NULL REFERENCES @workspace@.period,
	PRIMARY KEY (period_id, part_id)
);
COMMENT ON TABLE @workspace@.period_part IS 'each period itself, and the shorter ones whose readings roll up to it (周期组成)';
COMMENT ON COLUMN @workspace@.period_part.period_id IS 'the whole (周期)';
COMMENT ON COLUMN @workspace@.period_part.part_id IS 'a part (组成周期)';
-- The periods of a year.

CREATE OR REPLACE PROCEDURE @workspace@.add_year(year integer, finest text DEFAULT 'month')
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	first date;
	last date;
	grains constant text[] := '{year,half_year,quarter,month,week}';
	grain integer := array_position(grains, finest);
BEGIN
	IF year IS NULL OR year NOT BETWEEN 1901 AND 2998 THEN
		RAISE EXCEPTION 'year % is out of range', coalesce(year::text, 'NULL')
			USING ERRCODE = 'numeric_value_out_of_range', HINT = 'Years from 1901 to 2998 can be added.';
	END IF;
	IF grain IS NULL THEN
		RAISE EXCEPTION 'there are no periods of kind %', coalesce(quote_literal(finest), 'NULL')
			USING ERRCODE = 'invalid_parameter_value', HINT = 'The finest kind may be year, half_year, quarter, month or week.';
	END IF;
	first := make_date(year, 1, 1);
	last := make_date(year, 12, 31);

	-- A week belongs to the year and month of its Thursday, as ISO 8601 says.
	INSERT INTO @workspace@.period (period_id, code, kind, cumulative, starts_on, ends_on)
	SELECT year * 1000 + s.n, s.code, s.kind, false, s.starts_on, s.ends_on
	FROM (
		SELECT 0 AS n, year::text AS code, 'year' AS kind, first AS starts_on, last AS ends_on
		UNION ALL
		SELECT h, year || 'H' || h, 'half_year', (first + make_interval(months => 6 * (h - 1)))::date,
			(first + make_interval(months => 6 * h))::date - 1
		FROM generate_series(1, 2) AS h
		UNION ALL
		SELECT 10 + q, year || 'Q' || q, 'quarter', (first + make_interval(months => 3 * (q - 1)))::date,
			(first + make_interval(months => 3 * q))::date - 1
		FROM generate_series(1, 4) AS q
		UNION ALL
		SELECT 20 + m, year || '-' || lpad(m::text, 2, '0'), 'month', (first + make_interval(months => m - 1))::date,
			(first + make_interval(months => m))::date - 1
		FROM generate_series(1, 12) AS m
		UNION ALL
		SELECT 100 + extract(week FROM monday)::integer, year || '-W' || lpad(extract(week FROM monday)::text, 2, '0'),
			'week', monday::date, monday::date + 6
		FROM generate_series(date_trunc('week', make_date(year, 1, 4)::timestamp), make_date(year, 12, 28)::timestamp, '7 days') AS monday
	) AS s
	WHERE array_position(grains, s.kind) <= grain
	ON CONFLICT (period_id) DO NOTHING;

	-- Cumulative periods are numbered 500 above the single ones. Those of weeks
	-- begin with the first week, which may begin before or after the year does.
	INSERT INTO @workspace@.period (period_id, code, kind, cumulative, starts_on, ends_on)
	SELECT p.period_id + 500, p.code || '+', p.kind, true,
		CASE WHEN p.kind = 'week' THEN date_trunc('week', make_date(year, 1, 4)::timestamp)::date ELSE first END, p.ends_on
	FROM @workspace@.period AS p
	WHERE p.period_id / 1000 = year AND p.kind <> 'year' AND NOT p.cumulative
	ON CONFLICT (period_id) DO NOTHING;

	-- A shorter period is part of a longer one that it lies in; a week, of one that its Thursday lies in.
	-- A cumulative period has the single ones of its own kind as parts too.
	INSERT INTO @workspace@.period_part (period_id, part_id)
	SELECT w.period_id, p.period_id
	FROM @workspace@.period AS w
		JOIN @workspace@.period AS p ON p.period_id / 1000 = w.period_id / 1000
	WHERE w.period_id / 1000 = year
		AND (p.period_id = w.period_id
			OR NOT p.cumulative
				AND array_position(grains, p.kind) >= array_position(grains, w.kind) + CASE WHEN w.cumulative THEN 0 ELSE 1 END
				AND CASE WHEN p.kind = 'week' THEN p.starts_on + 3 BETWEEN w.starts_on AND w.ends_on
				         ELSE p.starts_on >= w.starts_on AND p.ends_on <= w.ends_on END)
	ON CONFLICT DO NOTHING;

	UPDATE @workspace@.period AS w
	SET rolls_up = true
	WHERE w.period_id / 1000 = year AND NOT w.rolls_up
		AND EXISTS (SELECT FROM @workspace@.period_part AS pp WHERE pp.period_id = w.period_id AND pp.part_id <> w.period_id);

	-- A year's history has a table of its own, unless some of it lies elsewhere already.
	IF to_regclass('@workspace:literal@.reading_history_' || year) IS NULL
		AND NOT EXISTS (SELECT FROM @workspace@.reading_history_other AS r WHERE r.period_id / 1000 = year)
	THEN
		EXECUTE 'CREATE TABLE @workspace:literal@.reading_history_' || year || ' PARTITION OF @workspace:literal@.reading_history'
			|| ' FOR VALUES FROM (' || year * 1000 || ') TO (' || (year + 1) * 1000 || ')';
		EXECUTE 'COMMENT ON TABLE @workspace:literal@.reading_history_' || year || ' IS '
			|| quote_literal('readings of ' || year || ' that are in the cards (' || year || '年已归并读数)');
	END IF;
END
$$;
COMMENT ON PROCEDURE @workspace@.add_year(integer, text) IS
	'adds the periods of a year, down to the finest kind: year, half_year, quarter, month or week (添加年度周期)';
-- What is measured, by whom, on what ground.

CREATE TABLE IF NOT EXISTS @workspace@.source (
	source_id integer GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
	code text NOT NULL UNIQUE CHECK (code <> ''),
	label text NOT NULL,
	label_zh text,
	kind text NOT NULL DEFAULT 'self' CHECK (kind IN ('self', 'office', 'third_party', 'platform', 'survey', 'scheme')),
	owner_id bigint REFERENCES @workspace@.subject,
	max_age interval CHECK (max_age > '0'),
	relation text
);
COMMENT ON TABLE @workspace@.source IS 'where readings come from (数据来源)';
COMMENT ON COLUMN @workspace@.source.source_id IS 'number (编号)';
COMMENT ON COLUMN @workspace@.source.code IS 'what files call it (代码)';
COMMENT ON COLUMN @workspace@.source.label IS 'name (名称)';
COMMENT ON COLUMN @workspace@.source.label_zh IS 'Chinese name (中文名称)';
COMMENT ON COLUMN @workspace@.source.kind IS 'self, office, third_party, platform, survey or scheme (种类)';
COMMENT ON COLUMN @workspace@.source.owner_id IS 'office that answers for it (责任单位)';
COMMENT ON COLUMN @workspace@.source.max_age IS 'how old its last reading may be (时效)';
COMMENT ON COLUMN @workspace@.source.relation IS 'table that it can be loaded from, a foreign one for instance (来源表)';

CREATE TABLE IF NOT EXISTS @workspace@.standard (
	standard_id integer GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
	code text NOT NULL UNIQUE CHECK (code <> ''),
	title text NOT NULL,
	edition text,
	body text
);
COMMENT ON TABLE @workspace@.standard IS 'standards and rules that indicators rest on (标准)';
COMMENT ON COLUMN @workspace@.standard.standard_id IS 'number (编号)';
COMMENT ON COLUMN @workspace@.standard.code IS 'its number or sign (代号)';
COMMENT ON COLUMN @workspace@.standard.title IS 'title (标题)';
COMMENT ON COLUMN @workspace@.standard.edition IS 'edition or year (版次)';
COMMENT ON COLUMN @workspace@.standard.body IS 'text (正文)';

CREATE TABLE IF NOT EXISTS @workspace@.indicator (
	item integer PRIMARY KEY CHECK (item BETWEEN 1 AND 999999999),
	code text NOT NULL UNIQUE CHECK (code <> ''),
	name text NOT NULL,
	name_zh text UNIQUE,
	fact text NOT NULL DEFAULT 'reading' CHECK (fact IN ('reading', 'event', 'rating')),
	unit text,
	direction text NOT NULL DEFAULT 'higher' CHECK (direction IN ('higher', 'lower', 'none')),
	roll_up text NOT NULL DEFAULT 'last' CHECK (roll_up IN ('last', 'sum', 'mean', 'min', 'max', 'none')),
	owner_id bigint REFERENCES @workspace@.subject,
	source_id integer REFERENCES @workspace@.source,
	state text NOT NULL DEFAULT 'active' CHECK (state IN ('proposed', 'active', 'retired')),
	perspective text,
	negative_list boolean NOT NULL DEFAULT false,
	criterion text,
	rater_role text,
	drop_each integer NOT NULL DEFAULT 0 CHECK (drop_each >= 0),
	pending_of integer REFERENCES @workspace@.indicator,
	description text,
	CHECK ((fact = 'rating') = (criterion IS NOT NULL AND rater_role IS NOT NULL)),
	CHECK (NOT negative_list OR (fact = 'event' AND owner_id IS NOT NULL)),
	CHECK (pending_of IS NULL OR fact = 'event')
);
CREATE UNIQUE INDEX IF NOT EXISTS indicator_panel ON @workspace@.indicator (criterion, rater_role) WHERE fact = 'rating';
COMMENT ON TABLE @workspace@.indicator IS 'what is measured: the library of indicators (指标库)';
COMMENT ON COLUMN @workspace@.indicator.item IS 'number, the item of scorecards and rubrics (指标编号)';
COMMENT ON COLUMN @workspace@.indicator.code IS 'what files call it (代码)';
COMMENT ON COLUMN @workspace@.indicator.name IS 'name (名称)';
COMMENT ON COLUMN @workspace@.indicator.name_zh IS 'Chinese name (中文名称)';
COMMENT ON COLUMN @workspace@.indicator.fact IS 'which facts it comes from: reading, event or rating (事实种类)';
COMMENT ON COLUMN @workspace@.indicator.unit IS 'unit of measurement (计量单位)';
COMMENT ON COLUMN @workspace@.indicator.direction IS 'which side is good: higher, lower or none (方向)';
COMMENT ON COLUMN @workspace@.indicator.roll_up IS 'how readings of shorter periods become one: last, sum, mean, min, max or none (汇总方式)';
COMMENT ON COLUMN @workspace@.indicator.owner_id IS 'office that owns it; it alone may post events of the negative list (责任单位)';
COMMENT ON COLUMN @workspace@.indicator.source_id IS 'where its readings come from as a rule (数据来源)';
COMMENT ON COLUMN @workspace@.indicator.state IS 'proposed, active or retired (生命周期)';
COMMENT ON COLUMN @workspace@.indicator.perspective IS 'perspective of the balanced scorecard (平衡计分卡维度)';
COMMENT ON COLUMN @workspace@.indicator.negative_list IS 'stands on the negative list (负面清单)';
COMMENT ON COLUMN @workspace@.indicator.criterion IS 'of ratings: what is rated (评价内容)';
COMMENT ON COLUMN @workspace@.indicator.rater_role IS 'of ratings: who rates (评价主体)';
COMMENT ON COLUMN @workspace@.indicator.drop_each IS 'of ratings: how many of the highest and lowest are dropped (各去掉几个最高最低)';
COMMENT ON COLUMN @workspace@.indicator.pending_of IS 'counts the events of that indicator which are not decided yet (未决事件所属指标)';
COMMENT ON COLUMN @workspace@.indicator.description IS 'what exactly is measured (说明)';

CREATE TABLE IF NOT EXISTS @workspace@.indicator_duty (
	item integer NOT NULL REFERENCES @workspace@.indicator,
	duty_id integer NOT NULL REFERENCES @workspace@.duty,
	PRIMARY KEY (item, duty_id)
);
COMMENT ON TABLE @workspace@.indicator_duty IS 'duties that an indicator measures (指标对应职责)';
COMMENT ON COLUMN @workspace@.indicator_duty.item IS 'indicator (指标编号)';
COMMENT ON COLUMN @workspace@.indicator_duty.duty_id IS 'duty (职责)';

CREATE TABLE IF NOT EXISTS @workspace@.indicator_standard (
	item integer NOT NULL REFERENCES @workspace@.indicator,
	standard_id integer NOT NULL REFERENCES @workspace@.standard,
	PRIMARY KEY (item, standard_id)
);
COMMENT ON TABLE @workspace@.indicator_standard IS 'standards that an indicator rests on (指标依据标准)';
COMMENT ON COLUMN @workspace@.indicator_standard.item IS 'indicator (指标编号)';
COMMENT ON COLUMN @workspace@.indicator_standard.standard_id IS 'standard (标准)';

CREATE TABLE IF NOT EXISTS @workspace@.indicator_tag (
	item integer NOT NULL REFERENCES @workspace@.indicator,
	tag text NOT NULL CHECK (tag <> ''),
	PRIMARY KEY (item, tag)
);
COMMENT ON TABLE @workspace@.indicator_tag IS 'tags of indicators, such as common (指标标签)';
COMMENT ON COLUMN @workspace@.indicator_tag.item IS 'indicator (指标编号)';
COMMENT ON COLUMN @workspace@.indicator_tag.tag IS 'tag (标签)';

CREATE TABLE IF NOT EXISTS @workspace@.forbidden_tag (
	tag text PRIMARY KEY CHECK (tag <> ''),
	reason text NOT NULL
);
COMMENT ON TABLE @workspace@.forbidden_tag IS 'tags that no indicator of a scheme may have, such as growth of bodies (禁用标签)';
COMMENT ON COLUMN @workspace@.forbidden_tag.tag IS 'tag (标签)';
COMMENT ON COLUMN @workspace@.forbidden_tag.reason IS 'why, and by which rule (理由)';
-- Schemes: rule trees as rows, in versions that are drafted, reviewed, sealed.
-- A sealed version cannot change any more: the guards refuse, the grants forbid.

CREATE TABLE IF NOT EXISTS @workspace@.scheme (
	scheme_id integer GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
	code text NOT NULL UNIQUE CHECK (code <> ''),
	label text NOT NULL,
	label_zh text,
	grouping_id integer NOT NULL REFERENCES @workspace@.grouping
);
COMMENT ON TABLE @workspace@.scheme IS 'schemes of assessment (考核方案)';
COMMENT ON COLUMN @workspace@.scheme.scheme_id IS 'number (编号)';
COMMENT ON COLUMN @workspace@.scheme.code IS 'what files call it (代码)';
COMMENT ON COLUMN @workspace@.scheme.label IS 'name (名称)';
COMMENT ON COLUMN @workspace@.scheme.label_zh IS 'Chinese name (中文名称)';
COMMENT ON COLUMN @workspace@.scheme.grouping_id IS 'the groups that it compares within (分组方式)';

CREATE TABLE IF NOT EXISTS @workspace@.scheme_version (
	version_id integer GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
	scheme_id integer NOT NULL REFERENCES @workspace@.scheme,
	number integer NOT NULL CHECK (number > 0),
	state text NOT NULL DEFAULT 'draft' CHECK (state IN ('draft', 'reviewed', 'sealed')),
	based_on integer REFERENCES @workspace@.scheme_version,
	in_force_from date NOT NULL CHECK (isfinite(in_force_from)),
	period_kinds text[] NOT NULL DEFAULT '{year,half_year,quarter,month,week}',
	quorum integer NOT NULL DEFAULT 0 CHECK (quorum >= 0),
	round_at text CHECK (round_at IN ('none', 'indicator', 'node', 'final')),
	round_digits integer CHECK (round_digits BETWEEN 0 AND 30),
	round_mode text CHECK (round_mode IN ('half_up', 'half_even', 'floor', 'ceil')),
	rank_basis text CHECK (rank_basis IN ('unrounded', 'rounded')),
	ties text CHECK (ties IN ('expand', 'contract', 'middle')),
	tie_chain integer[] CHECK (cardinality(tie_chain) <= 3 AND array_position(tie_chain, NULL) IS NULL),
	max_indicators integer CHECK (max_indicators > 0),
	common_limit numeric CHECK (common_limit BETWEEN 0 AND 1),
	parameters jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(parameters) = 'object'),
	note text,
	drafted_at timestamptz NOT NULL DEFAULT now(),
	drafted_by text NOT NULL DEFAULT session_user,
	sealed_at timestamptz,
	sealed_by text,
	document text,
	hash text,
	UNIQUE (scheme_id, number),
	CHECK (period_kinds <@ '{year,half_year,quarter,month,week}'),
	CHECK ((state = 'sealed') = (sealed_at IS NOT NULL)),
	CHECK ((state = 'sealed') = (document IS NOT NULL)),
	CHECK ((state = 'sealed') = (hash IS NOT NULL))
);
COMMENT ON TABLE @workspace@.scheme_version IS 'versions of schemes (方案版本)';
COMMENT ON COLUMN @workspace@.scheme_version.version_id IS 'number (编号)';
COMMENT ON COLUMN @workspace@.scheme_version.scheme_id IS 'the scheme (方案)';
COMMENT ON COLUMN @workspace@.scheme_version.number IS 'number within the scheme (版本号)';
COMMENT ON COLUMN @workspace@.scheme_version.state IS 'draft, reviewed or sealed (状态)';
COMMENT ON COLUMN @workspace@.scheme_version.based_on IS 'version that it was copied from (沿袭版本)';
COMMENT ON COLUMN @workspace@.scheme_version.in_force_from IS 'assesses periods that end on this day or later, until a newer one does (生效日期)';
COMMENT ON COLUMN @workspace@.scheme_version.period_kinds IS 'kinds of periods that it assesses (适用周期)';
COMMENT ON COLUMN @workspace@.scheme_version.quorum IS 'how many of the named offices must agree (须同意的会审单位数)';
COMMENT ON COLUMN @workspace@.scheme_version.round_at IS 'where to round: none, indicator, node or final (舍入位置)';
COMMENT ON COLUMN @workspace@.scheme_version.round_digits IS 'decimals of scores (小数位数)';
COMMENT ON COLUMN @workspace@.scheme_version.round_mode IS 'half_up, half_even, floor or ceil (舍入方式)';
COMMENT ON COLUMN @workspace@.scheme_version.rank_basis IS 'what ranks look at: the unrounded or the rounded score (排名依据)';
COMMENT ON COLUMN @workspace@.scheme_version.ties IS 'equal scores across a cut: expand, contract or middle (并列处理)';
COMMENT ON COLUMN @workspace@.scheme_version.tie_chain IS
	'nodes that decide between equal scores, more points first; empty: nothing does (并列时依次比较的节点)';
COMMENT ON COLUMN @workspace@.scheme_version.max_indicators IS 'how many indicators a group may have; NULL: no limit (指标数量上限)';
COMMENT ON COLUMN @workspace@.scheme_version.common_limit IS 'share of weight that common indicators may have; NULL: no limit (共性指标权重上限)';
COMMENT ON COLUMN @workspace@.scheme_version.parameters IS 'parameters of the rubrics, with values or null (参数)';
COMMENT ON COLUMN @workspace@.scheme_version.note IS 'what is new (说明)';
COMMENT ON COLUMN @workspace@.scheme_version.drafted_at IS 'when it was begun (起草时间)';
COMMENT ON COLUMN @workspace@.scheme_version.drafted_by IS 'who began it (起草者)';
COMMENT ON COLUMN @workspace@.scheme_version.sealed_at IS 'when it was sealed (封版时间)';
COMMENT ON COLUMN @workspace@.scheme_version.sealed_by IS 'who sealed it (封版者)';
COMMENT ON COLUMN @workspace@.scheme_version.document IS 'canonical document as it was sealed, see export_scheme (封版文档)';
COMMENT ON COLUMN @workspace@.scheme_version.hash IS 'sha256 of the document and of its rubrics'' hashes, a line each (散列值)';

-- A node without a group stands in every group's tree, unless the group has a
-- node of the same number. spec is the rubric's form of the node, see
-- rubrics.md; limits are nodes without parent. One rule more is expanded when
-- rubrics are compiled: {"rule": "panel", "criterion": ...} is the weighted mean
-- of the criterion's rater roles.
CREATE TABLE IF NOT EXISTS @workspace@.node (
	version_id integer NOT NULL REFERENCES @workspace@.scheme_version,
	group_id integer REFERENCES @workspace@.subject_group,
	node integer NOT NULL CHECK (node BETWEEN 0 AND 9999999),
	parent integer,
	position integer NOT NULL DEFAULT 1,
	part text,
	slot text,
	spec jsonb NOT NULL CHECK (jsonb_typeof(spec) = 'object'),
	weight_min numeric,
	weight_max numeric,
	UNIQUE NULLS NOT DISTINCT (version_id, group_id, node),
	CHECK (parent <> node)
);
COMMENT ON TABLE @workspace@.node IS 'nodes of rule trees (评分节点)';
COMMENT ON COLUMN @workspace@.node.version_id IS 'version (方案版本)';
COMMENT ON COLUMN @workspace@.node.group_id IS 'group; NULL: all groups (分组)';
COMMENT ON COLUMN @workspace@.node.node IS 'number in the rubric, 0 the root (节点号)';
COMMENT ON COLUMN @workspace@.node.parent IS 'node above (上级节点)';
COMMENT ON COLUMN @workspace@.node.position IS 'order among its siblings (次序)';
COMMENT ON COLUMN @workspace@.node.part IS 'base, coefficient, deductions, bonus or a name of your own: a part that standing shows (得分组成)';
COMMENT ON COLUMN @workspace@.node.slot IS 'in an outline: special rules take this node''s place; at the root of special rules: the slot they are made for (专项规则插口)';
COMMENT ON COLUMN @workspace@.node.spec IS 'rule and settings as in a rubric (规则与参数)';
COMMENT ON COLUMN @workspace@.node.weight_min IS 'lowest weight that is allowed, whatever profile a group has (权重下限)';
COMMENT ON COLUMN @workspace@.node.weight_max IS 'highest weight that is allowed (权重上限)';

CREATE TABLE IF NOT EXISTS @workspace@.weight_profile (
	version_id integer NOT NULL REFERENCES @workspace@.scheme_version,
	profile text NOT NULL,
	node integer NOT NULL,
	weight numeric NOT NULL CHECK (weight >= 0 AND weight < 'Infinity'),
	PRIMARY KEY (version_id, profile, node)
);
COMMENT ON TABLE @workspace@.weight_profile IS 'weights by class of function, in place of those of the nodes (分类权重)';
COMMENT ON COLUMN @workspace@.weight_profile.version_id IS 'version (方案版本)';
COMMENT ON COLUMN @workspace@.weight_profile.profile IS 'class, such as economic, livelihood, window (职能类别)';
COMMENT ON COLUMN @workspace@.weight_profile.node IS 'node (节点号)';
COMMENT ON COLUMN @workspace@.weight_profile.weight IS 'its weight (权重)';

CREATE TABLE IF NOT EXISTS @workspace@.group_profile (
	version_id integer NOT NULL REFERENCES @workspace@.scheme_version,
	group_id integer NOT NULL REFERENCES @workspace@.subject_group,
	profile text NOT NULL,
	PRIMARY KEY (version_id, group_id)
);
COMMENT ON TABLE @workspace@.group_profile IS 'which weights a group has (分组采用的权重)';
COMMENT ON COLUMN @workspace@.group_profile.version_id IS 'version (方案版本)';
COMMENT ON COLUMN @workspace@.group_profile.group_id IS 'group (分组)';
COMMENT ON COLUMN @workspace@.group_profile.profile IS 'profile (职能类别)';

CREATE TABLE IF NOT EXISTS @workspace@.tier (
	version_id integer NOT NULL REFERENCES @workspace@.scheme_version,
	tier integer NOT NULL CHECK (tier > 0),
	code text NOT NULL CHECK (code <> ''),
	label text NOT NULL,
	label_zh text,
	share numeric NOT NULL CHECK (share BETWEEN 0 AND 1),
	bound text CHECK (bound IN ('exact', 'at_most', 'at_least')),
	preference integer,
	cap numeric CHECK (cap BETWEEN 0 AND 1),
	coefficient numeric CHECK (coefficient >= 0 AND coefficient < 'Infinity'),
	PRIMARY KEY (version_id, tier),
	UNIQUE (version_id, code)
);
COMMENT ON TABLE @workspace@.tier IS 'tiers of a version, best first (等次)';
COMMENT ON COLUMN @workspace@.tier.version_id IS 'version (方案版本)';
COMMENT ON COLUMN @workspace@.tier.tier IS '1 is the best (等次号)';
COMMENT ON COLUMN @workspace@.tier.code IS 'what files call it (代码)';
COMMENT ON COLUMN @workspace@.tier.label IS 'name (名称)';
COMMENT ON COLUMN @workspace@.tier.label_zh IS 'Chinese name (中文名称)';
COMMENT ON COLUMN @workspace@.tier.share IS 'share of the group; the shares sum to 1 (比例)';
COMMENT ON COLUMN @workspace@.tier.bound IS 'exact, at_most or at_least (名额约束)';
COMMENT ON COLUMN @workspace@.tier.preference IS 'who is served first where remainders are equal, 1 first (余数优先次序)';
COMMENT ON COLUMN @workspace@.tier.cap IS 'published upper limit of the share, if there is one (公布的比例上限)';
COMMENT ON COLUMN @workspace@.tier.coefficient IS 'coefficient of the tier, such as 1.1 (等次系数)';

CREATE TABLE IF NOT EXISTS @workspace@.rater_role (
	version_id integer NOT NULL REFERENCES @workspace@.scheme_version,
	criterion text NOT NULL,
	role text NOT NULL,
	weight numeric NOT NULL CHECK (weight >= 0 AND weight < 'Infinity'),
	position integer NOT NULL DEFAULT 1,
	label text,
	PRIMARY KEY (version_id, criterion, role)
);
COMMENT ON TABLE @workspace@.rater_role IS 'who rates a criterion, with what weight (评价主体权重)';
COMMENT ON COLUMN @workspace@.rater_role.version_id IS 'version (方案版本)';
COMMENT ON COLUMN @workspace@.rater_role.criterion IS 'what is rated (评价内容)';
COMMENT ON COLUMN @workspace@.rater_role.role IS 'who rates (评价主体)';
COMMENT ON COLUMN @workspace@.rater_role.weight IS 'weight among the roles (权重)';
COMMENT ON COLUMN @workspace@.rater_role.position IS 'order among the roles (次序)';
COMMENT ON COLUMN @workspace@.rater_role.label IS 'name (名称)';

-- 1 + N: which special rules fill the slots of which framework.
CREATE TABLE IF NOT EXISTS @workspace@.version_part (
	version_id integer NOT NULL REFERENCES @workspace@.scheme_version,
	slot text NOT NULL,
	part_id integer NOT NULL REFERENCES @workspace@.scheme_version,
	hash text NOT NULL,
	PRIMARY KEY (version_id, slot, part_id)
);
COMMENT ON TABLE @workspace@.version_part IS 'outline and special rules that a version was composed of (1+N 框架组成)';
COMMENT ON COLUMN @workspace@.version_part.version_id IS 'the composed version (合成版本)';
COMMENT ON COLUMN @workspace@.version_part.slot IS 'slot of the outline; empty for the outline itself (插口)';
COMMENT ON COLUMN @workspace@.version_part.part_id IS 'the outline''s or special rules'' version (来源版本)';
COMMENT ON COLUMN @workspace@.version_part.hash IS 'sha256 of that version''s document when it was put in (来源版本散列值)';

CREATE TABLE IF NOT EXISTS @workspace@.version_reviewer (
	version_id integer NOT NULL REFERENCES @workspace@.scheme_version,
	office_id bigint NOT NULL REFERENCES @workspace@.subject,
	PRIMARY KEY (version_id, office_id)
);
COMMENT ON TABLE @workspace@.version_reviewer IS 'offices that review a version (会审单位)';
COMMENT ON COLUMN @workspace@.version_reviewer.version_id IS 'version (方案版本)';
COMMENT ON COLUMN @workspace@.version_reviewer.office_id IS 'office (单位)';

CREATE TABLE IF NOT EXISTS @workspace@.version_review (
	version_id integer NOT NULL,
	office_id bigint NOT NULL,
	decision text NOT NULL CHECK (decision IN ('agree', 'object')),
	note text,
	hash text NOT NULL,
	decided_at timestamptz NOT NULL DEFAULT clock_timestamp(),
	decided_by text NOT NULL DEFAULT session_user,
	PRIMARY KEY (version_id, office_id, decided_at),
	FOREIGN KEY (version_id, office_id) REFERENCES @workspace@.version_reviewer
);
COMMENT ON TABLE @workspace@.version_review IS 'what reviewing offices said; the last word of each on the document as it is counts (会审意见)';
COMMENT ON COLUMN @workspace@.version_review.version_id IS 'version (方案版本)';
COMMENT ON COLUMN @workspace@.version_review.office_id IS 'office (单位)';
COMMENT ON COLUMN @workspace@.version_review.decision IS 'agree or object (意见)';
COMMENT ON COLUMN @workspace@.version_review.note IS 'reason (理由)';
COMMENT ON COLUMN @workspace@.version_review.hash IS 'sha256 of the document that it speaks of (所审文档散列值)';
COMMENT ON COLUMN @workspace@.version_review.decided_at IS 'when (时间)';
COMMENT ON COLUMN @workspace@.version_review.decided_by IS 'who (经办人)';

CREATE TABLE IF NOT EXISTS @workspace@.version_finding (
	version_id integer NOT NULL REFERENCES @workspace@.scheme_version,
	finding_no integer NOT NULL,
	severity text NOT NULL CHECK (severity IN ('error', 'warning', 'choice')),
	group_id integer,
	path text,
	code text NOT NULL,
	message text NOT NULL,
	hint text,
	PRIMARY KEY (version_id, finding_no)
);
COMMENT ON TABLE @workspace@.version_finding IS 'warnings that stood when a version was sealed (封版时的检查结果)';
COMMENT ON COLUMN @workspace@.version_finding.version_id IS 'version (方案版本)';
COMMENT ON COLUMN @workspace@.version_finding.finding_no IS 'number (序号)';
COMMENT ON COLUMN @workspace@.version_finding.severity IS 'error, warning or choice (级别)';
COMMENT ON COLUMN @workspace@.version_finding.group_id IS 'group; NULL: all (分组)';
COMMENT ON COLUMN @workspace@.version_finding.path IS 'place in the rubric (位置)';
COMMENT ON COLUMN @workspace@.version_finding.code IS 'kind of finding (代码)';
COMMENT ON COLUMN @workspace@.version_finding.message IS 'what it is (内容)';
COMMENT ON COLUMN @workspace@.version_finding.hint IS 'the way out (建议)';

-- What a sealed version comes down to. document and hash are the truth, in core
-- types; compiled can be made again from document at any time.
CREATE TABLE IF NOT EXISTS @workspace@.group_rubric (
	version_id integer NOT NULL REFERENCES @workspace@.scheme_version,
	group_id integer NOT NULL REFERENCES @workspace@.subject_group,
	document text NOT NULL,
	hash text NOT NULL,
	items integer[] NOT NULL,
	event_items integer[] NOT NULL DEFAULT '{}',
	base_node integer,
	deduction_node integer,
	bonus_node integer,
	coefficient_item integer,
	has_limits boolean NOT NULL DEFAULT false,
	tie_nodes integer[],
	PRIMARY KEY (version_id, group_id)
);
ALTER TABLE @workspace@.group_rubric ADD COLUMN IF NOT EXISTS compiled perfeval.rubric;
ALTER TABLE @workspace@.group_rubric ADD COLUMN IF NOT EXISTS no_events perfeval.scorecard;
COMMENT ON TABLE @workspace@.group_rubric IS 'sealed rubrics, one for each group of a version (封版评分细则)';
COMMENT ON COLUMN @workspace@.group_rubric.version_id IS 'version (方案版本)';
COMMENT ON COLUMN @workspace@.group_rubric.group_id IS 'group (分组)';
COMMENT ON COLUMN @workspace@.group_rubric.document IS 'the rubric''s canonical text (细则正文)';
COMMENT ON COLUMN @workspace@.group_rubric.hash IS 'sha256 of document (散列值)';
COMMENT ON COLUMN @workspace@.group_rubric.items IS 'items that it looks at (涉及指标)';
COMMENT ON COLUMN @workspace@.group_rubric.event_items IS 'those which are counts of events: 0 unless posted (事件类指标)';
COMMENT ON COLUMN @workspace@.group_rubric.base_node IS 'node of part base (基础分节点)';
COMMENT ON COLUMN @workspace@.group_rubric.deduction_node IS 'node of part deductions (扣分节点)';
COMMENT ON COLUMN @workspace@.group_rubric.bonus_node IS 'node of part bonus (加分节点)';
COMMENT ON COLUMN @workspace@.group_rubric.coefficient_item IS 'item with the coefficient (系数指标)';
COMMENT ON COLUMN @workspace@.group_rubric.has_limits IS 'whether there are vetoes or limits (是否有限制项)';
COMMENT ON COLUMN @workspace@.group_rubric.tie_nodes IS 'nodes that decide between equal scores, NULL if none does (并列比较节点)';
COMMENT ON COLUMN @workspace@.group_rubric.compiled IS 'document, compiled (编译结果)';
COMMENT ON COLUMN @workspace@.group_rubric.no_events IS 'a card with 0 for each of event_items (零事件计分卡)';

-- Numbers that depend on the whole group of a period, kept so that whoever
-- comes later moves nobody.
CREATE TABLE IF NOT EXISTS @workspace@.group_parameter (
	version_id integer NOT NULL,
	group_id integer NOT NULL,
	period_id integer NOT NULL REFERENCES @workspace@.period,
	parameters jsonb NOT NULL CHECK (jsonb_typeof(parameters) = 'object'),
	set_at timestamptz NOT NULL DEFAULT now(),
	set_by text NOT NULL DEFAULT session_user,
	PRIMARY KEY (version_id, group_id, period_id),
	FOREIGN KEY (version_id, group_id) REFERENCES @workspace@.group_rubric
);
ALTER TABLE @workspace@.group_parameter ADD COLUMN IF NOT EXISTS compiled perfeval.rubric;
COMMENT ON TABLE @workspace@.group_parameter IS 'values of the group''s parameters in a period (组参数)';
COMMENT ON COLUMN @workspace@.group_parameter.version_id IS 'version (方案版本)';
COMMENT ON COLUMN @workspace@.group_parameter.group_id IS 'group (分组)';
COMMENT ON COLUMN @workspace@.group_parameter.period_id IS 'period (周期)';
COMMENT ON COLUMN @workspace@.group_parameter.parameters IS 'names and values (参数值)';
COMMENT ON COLUMN @workspace@.group_parameter.set_at IS 'when (时间)';
COMMENT ON COLUMN @workspace@.group_parameter.set_by IS 'who (经办人)';
COMMENT ON COLUMN @workspace@.group_parameter.compiled IS 'the group''s rubric with these values (代入后的细则)';
-- From nodes to rubrics.

-- The nodes of each group's tree: its own before those for all, weights of its
-- profile before those of the nodes.
CREATE OR REPLACE VIEW @workspace@.stated_node WITH (security_invoker = true) AS
SELECT n.version_id, n.group_id, n.node, n.parent, n.position, n.part, n.slot,
	n.spec || coalesce((SELECT jsonb_build_object('weight', w.weight)
	                    FROM @workspace@.group_profile AS p
	                        JOIN @workspace@.weight_profile AS w ON w.version_id = p.version_id AND w.profile = p.profile
	                    WHERE p.version_id = n.version_id AND p.group_id = n.group_id AND w.node = n.node), '{}') AS spec,
	n.weight_min, n.weight_max
FROM (SELECT DISTINCT ON (v.version_id, g.group_id, n.node)
          v.version_id, g.group_id, n.node, n.parent, n.position, n.part, n.slot, n.spec,
          n.weight_min, n.weight_max
      FROM @workspace@.scheme_version AS v
          JOIN @workspace@.scheme AS s ON s.scheme_id = v.scheme_id
          JOIN @workspace@.subject_group AS g ON g.grouping_id = s.grouping_id
          JOIN @workspace@.node AS n ON n.version_id = v.version_id AND (n.group_id = g.group_id OR n.group_id IS NULL)
      ORDER BY v.version_id, g.group_id, n.node, n.group_id NULLS LAST) AS n;
COMMENT ON VIEW @workspace@.stated_node IS 'nodes of each group as they were stated (各分组评分节点)';
COMMENT ON COLUMN @workspace@.stated_node.version_id IS 'version (方案版本)';
COMMENT ON COLUMN @workspace@.stated_node.group_id IS 'group (分组)';
COMMENT ON COLUMN @workspace@.stated_node.node IS 'number in the rubric (节点号)';
COMMENT ON COLUMN @workspace@.stated_node.parent IS 'node above (上级节点)';
COMMENT ON COLUMN @workspace@.stated_node.position IS 'order among its siblings (次序)';
COMMENT ON COLUMN @workspace@.stated_node.part IS 'part that standing shows (得分组成)';
COMMENT ON COLUMN @workspace@.stated_node.slot IS 'slot for special rules (专项规则插口)';
COMMENT ON COLUMN @workspace@.stated_node.spec IS 'rule and settings (规则与参数)';
COMMENT ON COLUMN @workspace@.stated_node.weight_min IS 'lowest weight that is allowed (权重下限)';
COMMENT ON COLUMN @workspace@.stated_node.weight_max IS 'highest weight that is allowed (权重上限)';

-- Panels expanded: whatever the number of raters, a role has its weight. The
-- roles of panel 15 are nodes 1501, 1502, ...
CREATE OR REPLACE VIEW @workspace@.group_node WITH (security_invoker = true) AS
SELECT n.version_id, n.group_id, n.node, n.parent, n.position, n.part, n.slot,
	CASE WHEN n.spec ->> 'rule' = 'panel'
	     THEN n.spec - '{criterion,min,max}'::text[] || '{"rule": "weighted_mean"}'
	     WHEN n.spec ? 'effect' AND NOT n.spec ? 'rule' THEN n.spec || '{"rule": "limit"}'
	     ELSE n.spec END AS spec
FROM @workspace@.stated_node AS n
UNION ALL
SELECT n.version_id, n.group_id, 100 * n.node + r.place, n.node, r.place, NULL, NULL,
	jsonb_build_object('rule', 'given', 'item', i.item, 'weight', r.weight, 'label', coalesce(r.label, r.role))
		|| CASE WHEN n.spec ? 'min' THEN jsonb_build_object('min', n.spec -> 'min') ELSE '{}' END
		|| CASE WHEN n.spec ? 'max' THEN jsonb_build_object('max', n.spec -> 'max') ELSE '{}' END
FROM @workspace@.stated_node AS n
	JOIN (SELECT x.version_id, x.criterion, x.role, x.weight, x.label,
	          row_number() OVER (PARTITION BY x.version_id, x.criterion ORDER BY x.position, x.role COLLATE "C")::integer AS place
	      FROM @workspace@.rater_role AS x) AS r ON r.version_id = n.version_id AND r.criterion = n.spec ->> 'criterion'
	JOIN @workspace@.indicator AS i ON i.fact = 'rating' AND i.criterion = r.criterion AND i.rater_role = r.role
WHERE n.spec ->> 'rule' = 'panel';
COMMENT ON VIEW @workspace@.group_node IS 'rule tree of each group of a version, panels expanded (各分组规则树)';
COMMENT ON COLUMN @workspace@.group_node.version_id IS 'version (方案版本)';
COMMENT ON COLUMN @workspace@.group_node.group_id IS 'group (分组)';
COMMENT ON COLUMN @workspace@.group_node.node IS 'number in the rubric (节点号)';
COMMENT ON COLUMN @workspace@.group_node.parent IS 'node above (上级节点)';
COMMENT ON COLUMN @workspace@.group_node.position IS 'order among its siblings (次序)';
COMMENT ON COLUMN @workspace@.group_node.part IS 'part that standing shows (得分组成)';
COMMENT ON COLUMN @workspace@.group_node.slot IS 'slot for special rules (专项规则插口)';
COMMENT ON COLUMN @workspace@.group_node.spec IS 'rule and settings (规则与参数)';

CREATE OR REPLACE FUNCTION @workspace@.draft_rubric(version_id integer, group_id integer)
RETURNS perfeval.rubric
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
	SELECT perfeval.compile_rubric(r.spec)
	FROM (
		SELECT jsonb_strip_nulls(jsonb_build_object('rubric', 1,
			'label', (SELECT coalesce(s.label_zh || ' ', '') || s.label || ': ' || coalesce(g.label_zh || ' ', '') || g.label
			          FROM @workspace@.subject_group AS g WHERE g.group_id = $2),
			'rounding', nullif(jsonb_strip_nulls(jsonb_build_object('at', v.round_at, 'digits', v.round_digits,
				'mode', v.round_mode, 'rank_basis', v.rank_basis)), '{}')))
			|| CASE WHEN v.parameters = '{}' THEN '{}' ELSE jsonb_build_object('parameters', v.parameters) END AS spec
		FROM @workspace@.scheme_version AS v JOIN @workspace@.scheme AS s ON s.scheme_id = v.scheme_id
		WHERE v.version_id = $1
		UNION ALL
		SELECT jsonb_strip_nulls(jsonb_build_object('node', n.node, 'parent', n.parent, 'position', n.position)) || n.spec
		FROM @workspace@.group_node AS n
		WHERE n.version_id = $1 AND n.group_id = $2
	) AS r
$$;
COMMENT ON FUNCTION @workspace@.draft_rubric(integer, integer) IS
	'the rubric of a group as its nodes stand now (按现有节点编译细则)';
-- A version as one JSON document, in which groups, offices and sources go by
-- their codes. It is canonical: the same scheme gives the same text, whatever
-- the order in which its rows were written.

CREATE OR REPLACE VIEW @workspace@.version_item WITH (security_invoker = true) AS
SELECT n.version_id, u.item::integer AS item
FROM @workspace@.node AS n,
	LATERAL (SELECT x.value::text AS item FROM jsonb_path_query(n.spec, 'strict $.**.item') AS x (value)
	         UNION ALL SELECT x.value::text FROM jsonb_path_query(n.spec, '$.items[*]') AS x (value)
	         UNION ALL SELECT m[1] FROM regexp_matches(n.spec ->> 'expression', 'item *\( *([0-9]+) *\)', 'g') AS m) AS u
WHERE u.item ~ '^[0-9]{1,9}$'
UNION
SELECT r.version_id, i.item
FROM @workspace@.rater_role AS r
	JOIN @workspace@.indicator AS i ON i.fact = 'rating' AND i.criterion = r.criterion AND i.rater_role = r.role;
COMMENT ON VIEW @workspace@.version_item IS 'items that a version names (方案涉及指标)';
COMMENT ON COLUMN @workspace@.version_item.version_id IS 'version (方案版本)';
COMMENT ON COLUMN @workspace@.version_item.item IS 'indicator (指标编号)';

-- Many small queries over small tables: compiling them would take longer.
CREATE OR REPLACE FUNCTION @workspace@.version_document(version_id integer) RETURNS jsonb
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
SET jit = off
AS $$
	SELECT jsonb_build_object('perfeval_scheme', 1,
		'scheme', jsonb_strip_nulls(jsonb_build_object('code', s.code, 'label', s.label, 'label_zh', s.label_zh)),
		'grouping', (SELECT jsonb_strip_nulls(jsonb_build_object('code', p.code, 'label', p.label, 'label_zh', p.label_zh))
		             FROM @workspace@.grouping AS p WHERE p.grouping_id = s.grouping_id),
		'settings', jsonb_strip_nulls(jsonb_build_object('in_force_from', v.in_force_from, 'period_kinds', v.period_kinds,
			'quorum', v.quorum, 'round_at', v.round_at, 'round_digits', v.round_digits, 'round_mode', v.round_mode,
			'rank_basis', v.rank_basis, 'ties', v.ties, 'tie_chain', v.tie_chain, 'max_indicators', v.max_indicators,
			'common_limit', v.common_limit, 'note', v.note)),
		'parameters', v.parameters,
		'groups', coalesce((
			SELECT jsonb_agg(jsonb_strip_nulls(jsonb_build_object('code', g.code, 'label', g.label, 'label_zh', g.label_zh,
				'profile', p.profile)) ORDER BY g.code COLLATE "C")
			FROM @workspace@.subject_group AS g
				LEFT JOIN @workspace@.group_profile AS p ON p.version_id = v.version_id AND p.group_id = g.group_id
			WHERE g.grouping_id = s.grouping_id), '[]'),
		'tiers', coalesce((
			SELECT jsonb_agg(jsonb_strip_nulls(jsonb_build_object('tier', t.tier, 'code', t.code, 'label', t.label,
				'label_zh', t.label_zh, 'share', t.share, 'bound', t.bound, 'preference', t.preference, 'cap', t.cap,
				'coefficient', t.coefficient)) ORDER BY t.tier)
			FROM @workspace@.tier AS t WHERE t.version_id = v.version_id), '[]'),
		'nodes', coalesce((
			SELECT jsonb_agg(jsonb_strip_nulls(jsonb_build_object('node', n.node, 'group', g.code, 'parent', n.parent,
				'position', n.position, 'part', n.part, 'slot', n.slot, 'weight_min', n.weight_min, 'weight_max', n.weight_max)) || jsonb_build_object('spec', n.spec)
				ORDER BY n.node, g.code COLLATE "C" NULLS FIRST)
			FROM @workspace@.node AS n LEFT JOIN @workspace@.subject_group AS g ON g.group_id = n.group_id
			WHERE n.version_id = v.version_id), '[]'),
		'profiles', coalesce((
			SELECT jsonb_agg(jsonb_build_object('profile', w.profile, 'node', w.node, 'weight', w.weight)
				ORDER BY w.profile COLLATE "C", w.node)
			FROM @workspace@.weight_profile AS w WHERE w.version_id = v.version_id), '[]'),
		'raters', coalesce((
			SELECT jsonb_agg(jsonb_strip_nulls(jsonb_build_object('criterion', r.criterion, 'role', r.role, 'weight', r.weight,
				'position', r.position, 'label', r.label)) ORDER BY r.criterion COLLATE "C", r.position, r.role COLLATE "C")
			FROM @workspace@.rater_role AS r WHERE r.version_id = v.version_id), '[]'),
		'reviewers', coalesce((
			SELECT jsonb_agg(o.code ORDER BY o.code COLLATE "C")
			FROM @workspace@.version_reviewer AS r JOIN @workspace@.subject AS o ON o.subject_id = r.office_id
			WHERE r.version_id = v.version_id), '[]'),
		'indicators', coalesce((
			SELECT jsonb_agg(jsonb_strip_nulls(jsonb_build_object('item', i.item, 'code', i.code, 'name', i.name,
				'name_zh', i.name_zh, 'fact', i.fact, 'unit', i.unit, 'direction', i.direction, 'roll_up', i.roll_up,
				'owner', o.code, 'source', c.code, 'perspective', i.perspective, 'negative_list', nullif(i.negative_list, false),
				'criterion', i.criterion, 'rater_role', i.rater_role, 'drop_each', nullif(i.drop_each, 0),
				'pending_of', i.pending_of, 'description', i.description,
				'tags', (SELECT jsonb_agg(t.tag ORDER BY t.tag COLLATE "C") FROM @workspace@.indicator_tag AS t WHERE t.item = i.item),
				'standards', (SELECT jsonb_agg(d.code ORDER BY d.code COLLATE "C")
				              FROM @workspace@.indicator_standard AS x JOIN @workspace@.standard AS d ON d.standard_id = x.standard_id
				              WHERE x.item = i.item))) ORDER BY i.item)
			FROM @workspace@.indicator AS i
				LEFT JOIN @workspace@.subject AS o ON o.subject_id = i.owner_id
				LEFT JOIN @workspace@.source AS c ON c.source_id = i.source_id
			WHERE i.item IN (SELECT x.item FROM @workspace@.version_item AS x WHERE x.version_id = v.version_id)), '[]'),
		'sources', coalesce((
			SELECT jsonb_agg(jsonb_strip_nulls(jsonb_build_object('code', c.code, 'label', c.label, 'label_zh', c.label_zh, 'kind', c.kind))
				ORDER BY c.code COLLATE "C")
			FROM @workspace@.source AS c
			WHERE c.source_id IN (SELECT i.source_id FROM @workspace@.version_item AS x JOIN @workspace@.indicator AS i ON i.item = x.item
			                      WHERE x.version_id = v.version_id)), '[]'),
		'standards', coalesce((
			SELECT jsonb_agg(jsonb_strip_nulls(jsonb_build_object('code', d.code, 'title', d.title, 'edition', d.edition))
				ORDER BY d.code COLLATE "C")
			FROM @workspace@.standard AS d
			WHERE d.standard_id IN (SELECT y.standard_id FROM @workspace@.version_item AS x JOIN @workspace@.indicator_standard AS y ON y.item = x.item
			                        WHERE x.version_id = v.version_id)), '[]'))
	FROM @workspace@.scheme_version AS v JOIN @workspace@.scheme AS s ON s.scheme_id = v.scheme_id
	WHERE v.version_id = $1
$$;
COMMENT ON FUNCTION @workspace@.version_document(integer) IS
	'a version''s document as its rows stand now (按现有内容生成方案文档)';

CREATE OR REPLACE FUNCTION @workspace@.document_hash(version_id integer) RETURNS text
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
	SELECT encode(sha256(convert_to(coalesce(v.document, @workspace@.version_document($1)::text), 'UTF8')), 'hex')
	FROM @workspace@.scheme_version AS v WHERE v.version_id = $1
$$;
COMMENT ON FUNCTION @workspace@.document_hash(integer) IS
	'sha256 of a version''s document, as it was sealed or as its rows stand now (方案文档散列值)';

CREATE OR REPLACE FUNCTION @workspace@.check_version(version_id integer) RETURNS integer
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	IF NOT EXISTS (SELECT FROM @workspace@.scheme_version AS v WHERE v.version_id = $1) THEN
		RAISE EXCEPTION 'there is no version_id %', coalesce($1::text, 'NULL')
			USING ERRCODE = 'no_data_found', HINT = 'find_version(scheme, number) gives it.';
	END IF;
	RETURN $1;
END
$$;
COMMENT ON FUNCTION @workspace@.check_version(integer) IS
	'the version_id itself, if there is such a version (检查版本编号)';

CREATE OR REPLACE FUNCTION @workspace@.find_version(scheme text, number integer DEFAULT NULL) RETURNS integer
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	found integer;
BEGIN
	SELECT v.version_id INTO found
	FROM @workspace@.scheme_version AS v JOIN @workspace@.scheme AS s ON s.scheme_id = v.scheme_id
	WHERE s.code = $1 AND ($2 IS NULL OR v.number = $2)
	ORDER BY v.number DESC LIMIT 1;
	IF found IS NOT NULL THEN
		RETURN found;
	ELSIF NOT EXISTS (SELECT FROM @workspace@.scheme AS s WHERE s.code = $1) THEN
		RAISE EXCEPTION 'there is no scheme %', coalesce(quote_literal($1), 'NULL')
			USING ERRCODE = 'no_data_found', HINT = 'Table scheme has their codes.';
	END IF;
	RAISE EXCEPTION 'scheme % has no version%', quote_literal($1), coalesce(' ' || $2, '')
		USING ERRCODE = 'no_data_found', HINT = 'Table scheme_version lists them; new_version makes one.';
END
$$;
COMMENT ON FUNCTION @workspace@.find_version(text, integer) IS
	'version_id of a scheme''s version of that number, by default of the newest (查找方案版本)';

CREATE OR REPLACE FUNCTION @workspace@.export_scheme(scheme text, number integer DEFAULT NULL) RETURNS jsonb
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
	SELECT coalesce(v.document::jsonb, @workspace@.version_document(v.version_id))
	FROM @workspace@.scheme_version AS v WHERE v.version_id = @workspace@.find_version($1, $2)
$$;
COMMENT ON FUNCTION @workspace@.export_scheme(text, integer) IS
	'a version as one JSON document, a sealed one as it was sealed (导出方案)';

CREATE OR REPLACE FUNCTION @workspace@.check_keys(value jsonb, needed text[], optional text[]) RETURNS void
LANGUAGE plpgsql IMMUTABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	key text;
BEGIN
	IF jsonb_typeof(value) IS DISTINCT FROM 'object' THEN
		RAISE EXCEPTION 'an object is needed, not a value of type %', coalesce(jsonb_typeof(value), 'null') USING ERRCODE = 'invalid_parameter_value';
	END IF;
	SELECT k INTO key FROM unnest(needed) AS k WHERE value -> k IS NULL OR jsonb_typeof(value -> k) = 'null' LIMIT 1;
	IF key IS NOT NULL THEN
		RAISE EXCEPTION '"%" is missing', key USING ERRCODE = 'invalid_parameter_value';
	END IF;
	SELECT k INTO key FROM jsonb_object_keys(value) AS k WHERE k <> ALL (needed || optional) LIMIT 1;
	IF key IS NOT NULL THEN
		RAISE EXCEPTION 'unknown key "%"', key
			USING ERRCODE = 'invalid_parameter_value', HINT = format('The keys are %s.', array_to_string(needed || optional, ', '));
	END IF;
END
$$;
COMMENT ON FUNCTION @workspace@.check_keys(jsonb, text[], text[]) IS
	'support function of import_scheme: refuses keys that are missing or unknown (检查键名)';

-- What the workspace has already is taken as it is, if it is the same thing:
-- groups, standards and sources by code, indicators by number and code. Offices
-- have to be there.
CREATE OR REPLACE PROCEDURE @workspace@.import_scheme(document jsonb, INOUT version_id integer DEFAULT NULL)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	place text := '/';
	lists text[] := '{groups,tiers,nodes,profiles,raters,reviewers,indicators,sources,standards}';
	settings jsonb := $1 -> 'settings';
	list text;
	entry record;
	of_grouping integer;
	of_scheme integer;
	grp integer;
	said text;
	way_out text;
	sqlstate_was text;
BEGIN
	BEGIN
		PERFORM @workspace@.check_keys($1, '{perfeval_scheme,scheme,grouping,settings,groups,nodes}',
			'{parameters,tiers,profiles,raters,reviewers,indicators,sources,standards}');
		place := '/perfeval_scheme';
		IF $1 -> 'perfeval_scheme' <> '1' THEN
			RAISE EXCEPTION 'form % of the document is not known', $1 -> 'perfeval_scheme'
				USING ERRCODE = 'invalid_parameter_value', HINT = 'This version reads form 1.';
		END IF;
		FOREACH list IN ARRAY lists LOOP
			place := '/' || list;
			IF jsonb_typeof($1 -> list) <> 'array' THEN
				RAISE EXCEPTION 'a list is needed, not a value of type %', jsonb_typeof($1 -> list) USING ERRCODE = 'invalid_parameter_value';
			END IF;
		END LOOP;

		place := '/grouping';
		PERFORM @workspace@.check_keys($1 -> 'grouping', '{code,label}', '{label_zh}');
		INSERT INTO @workspace@.grouping (code, label, label_zh)
		VALUES ($1 #>> '{grouping,code}', $1 #>> '{grouping,label}', $1 #>> '{grouping,label_zh}')
		ON CONFLICT (code) DO NOTHING;
		SELECT g.grouping_id INTO of_grouping FROM @workspace@.grouping AS g WHERE g.code = $1 #>> '{grouping,code}';

		FOR entry IN SELECT e.value, e.n FROM jsonb_array_elements($1 -> 'groups') WITH ORDINALITY AS e (value, n) LOOP
			place := '/groups/' || entry.n;
			PERFORM @workspace@.check_keys(entry.value, '{code,label}', '{label_zh,profile}');
			INSERT INTO @workspace@.subject_group (grouping_id, code, label, label_zh)
			VALUES (of_grouping, entry.value ->> 'code', entry.value ->> 'label', entry.value ->> 'label_zh')
			ON CONFLICT (grouping_id, code) DO NOTHING;
		END LOOP;

		FOR entry IN SELECT e.value, e.n FROM jsonb_array_elements($1 -> 'sources') WITH ORDINALITY AS e (value, n) LOOP
			place := '/sources/' || entry.n;
			PERFORM @workspace@.check_keys(entry.value, '{code,label,kind}', '{label_zh}');
			INSERT INTO @workspace@.source (code, label, label_zh, kind)
			VALUES (entry.value ->> 'code', entry.value ->> 'label', entry.value ->> 'label_zh', entry.value ->> 'kind')
			ON CONFLICT (code) DO NOTHING;
		END LOOP;
		FOR entry IN SELECT e.value, e.n FROM jsonb_array_elements($1 -> 'standards') WITH ORDINALITY AS e (value, n) LOOP
			place := '/standards/' || entry.n;
			PERFORM @workspace@.check_keys(entry.value, '{code,title}', '{edition}');
			INSERT INTO @workspace@.standard (code, title, edition)
			VALUES (entry.value ->> 'code', entry.value ->> 'title', entry.value ->> 'edition')
			ON CONFLICT (code) DO NOTHING;
		END LOOP;
		FOR entry IN SELECT e.value, e.n FROM jsonb_array_elements($1 -> 'indicators') WITH ORDINALITY AS e (value, n) LOOP
			place := '/indicators/' || entry.n;
			CALL @workspace@.import_indicator(entry.value);
		END LOOP;
		FOR entry IN SELECT e.value, e.n FROM jsonb_array_elements($1 -> 'indicators') WITH ORDINALITY AS e (value, n)
			WHERE e.value ? 'pending_of'
		LOOP
			-- Only now are all of them there.
			place := '/indicators/' || entry.n;
			UPDATE @workspace@.indicator AS i SET pending_of = (entry.value ->> 'pending_of')::integer
			WHERE i.item = (entry.value ->> 'item')::integer AND i.pending_of IS DISTINCT FROM (entry.value ->> 'pending_of')::integer;
		END LOOP;

		place := '/scheme';
		PERFORM @workspace@.check_keys($1 -> 'scheme', '{code,label}', '{label_zh}');
		INSERT INTO @workspace@.scheme (code, label, label_zh, grouping_id)
		VALUES ($1 #>> '{scheme,code}', $1 #>> '{scheme,label}', $1 #>> '{scheme,label_zh}', of_grouping)
		ON CONFLICT (code) DO NOTHING;
		SELECT s.scheme_id, s.grouping_id INTO of_scheme, grp FROM @workspace@.scheme AS s
		WHERE s.code = $1 #>> '{scheme,code}' FOR UPDATE;
		IF grp <> of_grouping THEN
			RAISE EXCEPTION 'scheme "%" compares within another grouping here', $1 #>> '{scheme,code}'
				USING ERRCODE = 'invalid_parameter_value', HINT = 'Give the scheme another code in the document.';
		END IF;

		place := '/settings';
		PERFORM @workspace@.check_keys(settings, '{in_force_from}',
			'{period_kinds,quorum,round_at,round_digits,round_mode,rank_basis,ties,tie_chain,max_indicators,common_limit,note}');
		INSERT INTO @workspace@.scheme_version AS v (scheme_id, number, in_force_from, period_kinds, quorum, round_at, round_digits,
			round_mode, rank_basis, ties, tie_chain, max_indicators, common_limit, parameters, note)
		VALUES (of_scheme, (SELECT coalesce(max(x.number), 0) + 1 FROM @workspace@.scheme_version AS x WHERE x.scheme_id = of_scheme),
			(settings ->> 'in_force_from')::date,
			CASE WHEN settings ? 'period_kinds' THEN ARRAY(SELECT jsonb_array_elements_text(settings -> 'period_kinds'))
			     ELSE '{year,half_year,quarter,month,week}' END,
			coalesce((settings ->> 'quorum')::integer, 0), settings ->> 'round_at', (settings ->> 'round_digits')::integer,
			settings ->> 'round_mode', settings ->> 'rank_basis', settings ->> 'ties',
			CASE WHEN settings ? 'tie_chain' THEN ARRAY(SELECT x::integer FROM jsonb_array_elements_text(settings -> 'tie_chain') AS x) END,
			(settings ->> 'max_indicators')::integer, (settings ->> 'common_limit')::numeric, coalesce($1 -> 'parameters', '{}'),
			settings ->> 'note')
		RETURNING v.version_id INTO version_id;

		FOR entry IN SELECT e.value, e.n FROM jsonb_array_elements($1 -> 'groups') WITH ORDINALITY AS e (value, n) WHERE e.value ? 'profile' LOOP
			place := '/groups/' || entry.n;
			INSERT INTO @workspace@.group_profile AS p (version_id, group_id, profile)
			SELECT $2, g.group_id, entry.value ->> 'profile'
			FROM @workspace@.subject_group AS g WHERE g.grouping_id = of_grouping AND g.code = entry.value ->> 'code';
		END LOOP;
		FOR entry IN SELECT e.value, e.n FROM jsonb_array_elements($1 -> 'tiers') WITH ORDINALITY AS e (value, n) LOOP
			place := '/tiers/' || entry.n;
			PERFORM @workspace@.check_keys(entry.value, '{tier,code,label,share}', '{label_zh,bound,preference,cap,coefficient}');
			INSERT INTO @workspace@.tier AS t (version_id, tier, code, label, label_zh, share, bound, preference, cap, coefficient)
			VALUES ($2, (entry.value ->> 'tier')::integer, entry.value ->> 'code', entry.value ->> 'label', entry.value ->> 'label_zh',
				(entry.value ->> 'share')::numeric, entry.value ->> 'bound', (entry.value ->> 'preference')::integer,
				(entry.value ->> 'cap')::numeric, (entry.value ->> 'coefficient')::numeric);
		END LOOP;
		FOR entry IN SELECT e.value, e.n FROM jsonb_array_elements($1 -> 'nodes') WITH ORDINALITY AS e (value, n) LOOP
			place := '/nodes/' || entry.n;
			PERFORM @workspace@.check_keys(entry.value, '{node,spec}', '{group,parent,position,part,slot,weight_min,weight_max}');
			IF jsonb_typeof(entry.value -> 'spec') <> 'object' THEN
				RAISE EXCEPTION 'the spec of node % is no object', entry.value ->> 'node' USING ERRCODE = 'invalid_parameter_value',
					HINT = 'It is rule and settings as in a rubric, such as {"rule": "given", "item": 1}.';
			END IF;
			grp := NULL;
			IF entry.value ? 'group' THEN
				SELECT g.group_id INTO grp FROM @workspace@.subject_group AS g
				WHERE g.grouping_id = of_grouping AND g.code = entry.value ->> 'group';
				IF grp IS NULL THEN
					RAISE EXCEPTION 'there is no group "%"', entry.value ->> 'group'
						USING ERRCODE = 'invalid_parameter_value', HINT = 'Name it in "groups".';
				END IF;
			END IF;
			INSERT INTO @workspace@.node (version_id, group_id, node, parent, position, part, slot, spec, weight_min, weight_max)
			VALUES ($2, grp, (entry.value ->> 'node')::integer, (entry.value ->> 'parent')::integer,
				coalesce((entry.value ->> 'position')::integer, 1), entry.value ->> 'part', entry.value ->> 'slot', entry.value -> 'spec',
				(entry.value ->> 'weight_min')::numeric, (entry.value ->> 'weight_max')::numeric);
		END LOOP;
		FOR entry IN SELECT e.value, e.n FROM jsonb_array_elements($1 -> 'profiles') WITH ORDINALITY AS e (value, n) LOOP
			place := '/profiles/' || entry.n;
			PERFORM @workspace@.check_keys(entry.value, '{profile,node,weight}', '{}');
			INSERT INTO @workspace@.weight_profile (version_id, profile, node, weight)
			VALUES ($2, entry.value ->> 'profile', (entry.value ->> 'node')::integer, (entry.value ->> 'weight')::numeric);
		END LOOP;
		FOR entry IN SELECT e.value, e.n FROM jsonb_array_elements($1 -> 'raters') WITH ORDINALITY AS e (value, n) LOOP
			place := '/raters/' || entry.n;
			PERFORM @workspace@.check_keys(entry.value, '{criterion,role,weight}', '{position,label}');
			INSERT INTO @workspace@.rater_role (version_id, criterion, role, weight, position, label)
			VALUES ($2, entry.value ->> 'criterion', entry.value ->> 'role', (entry.value ->> 'weight')::numeric,
				coalesce((entry.value ->> 'position')::integer, 1), entry.value ->> 'label');
		END LOOP;
		FOR entry IN SELECT e.value #>> '{}' AS code, e.n FROM jsonb_array_elements($1 -> 'reviewers') WITH ORDINALITY AS e (value, n) LOOP
			place := '/reviewers/' || entry.n;
			INSERT INTO @workspace@.version_reviewer (version_id, office_id) VALUES ($2, @workspace@.find_office(entry.code));
		END LOOP;
	EXCEPTION WHEN OTHERS THEN
		GET STACKED DIAGNOSTICS said = MESSAGE_TEXT, way_out = PG_EXCEPTION_HINT, sqlstate_was = RETURNED_SQLSTATE;
		IF way_out = '' THEN
			RAISE EXCEPTION '%: %', place, said USING ERRCODE = sqlstate_was;
		END IF;
		RAISE EXCEPTION '%: %', place, said USING ERRCODE = sqlstate_was, HINT = way_out;
	END;
END
$$;
COMMENT ON PROCEDURE @workspace@.import_scheme(jsonb, integer) IS
	'makes a draft of a document of export_scheme, with the indicators and groups that are not there yet (导入方案)';

CREATE OR REPLACE FUNCTION @workspace@.find_office(code text) RETURNS bigint
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	office bigint := (SELECT s.subject_id FROM @workspace@.subject AS s WHERE s.code = $1);
BEGIN
	IF office IS NULL AND $1 IS NOT NULL THEN
		RAISE EXCEPTION 'there is no subject %', quote_literal($1)
			USING ERRCODE = 'no_data_found', HINT = 'Offices have to be in table subject first.';
	END IF;
	RETURN office;
END
$$;
COMMENT ON FUNCTION @workspace@.find_office(text) IS
	'subject_id of the office of that code; NULL of NULL (查找单位)';

CREATE OR REPLACE PROCEDURE @workspace@.import_indicator(entry jsonb)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	had jsonb;
	wanted jsonb;
	key text;
	origin integer;
BEGIN
	PERFORM @workspace@.check_keys($1, '{item,code,name,fact,direction,roll_up}',
		'{name_zh,unit,owner,source,perspective,negative_list,criterion,rater_role,drop_each,pending_of,description,tags,standards}');
	SELECT to_jsonb(i) INTO had FROM @workspace@.indicator AS i
	WHERE i.item = ($1 ->> 'item')::integer OR i.code = $1 ->> 'code' ORDER BY i.item = ($1 ->> 'item')::integer DESC LIMIT 1;
	IF had IS NOT NULL THEN
		wanted := '{"negative_list": false, "drop_each": 0, "unit": null, "criterion": null, "rater_role": null, "pending_of": null}' || $1;
		FOREACH key IN ARRAY '{item,code,fact,unit,direction,roll_up,negative_list,criterion,rater_role,drop_each,pending_of}'::text[] LOOP
			IF had -> key <> wanted -> key THEN
				RAISE EXCEPTION 'there is an indicator % "%" with another %: %', had -> 'item', had ->> 'code', key, coalesce(had ->> key, 'NULL')
					USING ERRCODE = 'invalid_parameter_value', HINT = 'Give the indicator of the document another item and code.';
			END IF;
		END LOOP;
		RETURN;
	END IF;
	IF $1 ? 'source' THEN
		SELECT s.source_id INTO origin FROM @workspace@.source AS s WHERE s.code = $1 ->> 'source';
		IF origin IS NULL THEN
			RAISE EXCEPTION 'there is no source "%"', $1 ->> 'source' USING ERRCODE = 'invalid_parameter_value', HINT = 'Name it in "sources".';
		END IF;
	END IF;
	INSERT INTO @workspace@.indicator (item, code, name, name_zh, fact, unit, direction, roll_up, owner_id, source_id, perspective,
		negative_list, criterion, rater_role, drop_each, description)
	VALUES (($1 ->> 'item')::integer, $1 ->> 'code', $1 ->> 'name', $1 ->> 'name_zh', $1 ->> 'fact', $1 ->> 'unit', $1 ->> 'direction',
		$1 ->> 'roll_up', @workspace@.find_office($1 ->> 'owner'), origin, $1 ->> 'perspective',
		coalesce(($1 ->> 'negative_list')::boolean, false), $1 ->> 'criterion', $1 ->> 'rater_role',
		coalesce(($1 ->> 'drop_each')::integer, 0), $1 ->> 'description');
	INSERT INTO @workspace@.indicator_tag (item, tag)
	SELECT ($1 ->> 'item')::integer, t FROM jsonb_array_elements_text($1 -> 'tags') AS t;
	INSERT INTO @workspace@.indicator_standard (item, standard_id)
	SELECT ($1 ->> 'item')::integer, d.standard_id
	FROM jsonb_array_elements_text($1 -> 'standards') AS c JOIN @workspace@.standard AS d ON d.code = c;
END
$$;
COMMENT ON PROCEDURE @workspace@.import_indicator(jsonb) IS
	'support procedure of import_scheme: one indicator (导入指标)';
-- What is wrong, odd or left open in a version. Nothing here is decided by a
-- default: an open choice keeps a version from being sealed as an error does.

-- Effective weights of a rubric's leaves: what share of the score each can
-- carry. Lists of deductions and bonuses carry none; below a plain sum full
-- points weigh.
CREATE OR REPLACE FUNCTION @workspace@.leaf_weight(rubric perfeval.rubric, OUT node integer, OUT path text, OUT items integer[], OUT weight numeric)
RETURNS SETOF record
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
	WITH RECURSIVE "row" AS (
		SELECT r.node, r.parent, r.path, r.spec, r.spec ->> 'rule' AS rule FROM perfeval.rubric_rows($1) AS r
		WHERE r.path IS NOT NULL AND r.path NOT LIKE '/limits/%'
	), factor AS (
		SELECT c.node, c.parent,
			CASE WHEN p.rule IN ('weighted_mean', 'geometric_mean', 'harmonic_mean', 'budget')
			     THEN CASE WHEN jsonb_typeof(c.spec -> 'weight') = 'number' THEN (c.spec ->> 'weight')::numeric ELSE 1 END
			     WHEN c.rule IN ('deductions', 'bonus') THEN 0
			     WHEN jsonb_typeof(c.spec -> 'full_points') = 'number' THEN (c.spec ->> 'full_points')::numeric
			     ELSE 1 END AS share
		FROM "row" AS c JOIN "row" AS p ON p.node = c.parent
	), tree AS (
		SELECT r.node, 1::numeric AS weight FROM "row" AS r WHERE r.parent IS NULL
		UNION ALL
		SELECT f.node, t.weight * f.share / nullif(f.total, 0)
		FROM tree AS t
			JOIN (SELECT x.node, x.parent, x.share, sum(x.share) OVER (PARTITION BY x.parent) AS total FROM factor AS x) AS f
			ON f.parent = t.node
	)
	SELECT r.node, r.path,
		ARRAY(SELECT DISTINCT x.value::text::integer FROM jsonb_path_query(r.spec, 'strict $.**.item') AS x (value) WHERE jsonb_typeof(x.value) = 'number'
		      UNION SELECT x.value::text::integer FROM jsonb_path_query(r.spec, '$.items[*]') AS x (value)
		      UNION SELECT m[1]::integer FROM regexp_matches(r.spec ->> 'expression', 'item *\( *([0-9]+) *\)', 'g') AS m),
		t.weight
	FROM "row" AS r JOIN tree AS t ON t.node = r.node
	WHERE NOT EXISTS (SELECT FROM "row" AS c WHERE c.parent = r.node)
$$;
COMMENT ON FUNCTION @workspace@.leaf_weight(perfeval.rubric) IS
	'leaves of a rubric with the share of the score that each can carry (末级节点有效权重)';

CREATE OR REPLACE FUNCTION @workspace@.group_lint(version_id integer, group_id integer,
	OUT severity text, OUT path text, OUT code text, OUT message text, OUT hint text)
RETURNS SETOF record
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	version @workspace@.scheme_version;
	rubric perfeval.rubric;
	items integer[];
	common numeric;
	total numeric;
	gap record;
BEGIN
	SELECT v.* INTO version FROM @workspace@.scheme_version AS v WHERE v.version_id = $1;

	-- What would keep it from being compiled comes first, for a clearer message.
	RETURN QUERY
	SELECT 'error', NULL::text, 'empty_slot', format('nothing fills the slot "%s" of node %s', n.slot, n.node),
		'Put special rules in: CALL compose_version.'
	FROM @workspace@.stated_node AS n
	WHERE n.version_id = $1 AND n.group_id = $2 AND n.slot IS NOT NULL AND n.parent IS NOT NULL
		AND NOT EXISTS (SELECT FROM @workspace@.stated_node AS c WHERE c.version_id = $1 AND c.group_id = $2 AND c.parent = n.node);

	RETURN QUERY
	SELECT 'error', NULL::text, 'no_rule', format('node %s has no rule', n.node), 'State "rule" in its spec.'
	FROM @workspace@.stated_node AS n
	WHERE n.version_id = $1 AND n.group_id = $2 AND n.slot IS NULL AND NOT n.spec ?| '{rule,effect}';

	RETURN QUERY
	SELECT 'error', NULL::text, 'panel_empty', format('node %s is a panel of criterion %s, which has no rater roles', n.node,
		coalesce('"' || (n.spec ->> 'criterion') || '"', 'NULL')), 'Add its roles and their weights to rater_role.'
	FROM @workspace@.stated_node AS n
	WHERE n.version_id = $1 AND n.group_id = $2 AND n.spec ->> 'rule' = 'panel'
		AND NOT EXISTS (SELECT FROM @workspace@.rater_role AS r WHERE r.version_id = $1 AND r.criterion = n.spec ->> 'criterion');

	RETURN QUERY
	SELECT 'error', NULL::text, 'panel_indicator', format('no indicator takes the ratings of criterion "%s" by role "%s"', r.criterion, r.role),
		'Add an indicator with fact ''rating'', this criterion and rater_role.'
	FROM @workspace@.stated_node AS n
		JOIN @workspace@.rater_role AS r ON r.version_id = n.version_id AND r.criterion = n.spec ->> 'criterion'
	WHERE n.version_id = $1 AND n.group_id = $2 AND n.spec ->> 'rule' = 'panel'
		AND NOT EXISTS (SELECT FROM @workspace@.indicator AS i
		                WHERE i.fact = 'rating' AND i.criterion = r.criterion AND i.rater_role = r.role);

	RETURN QUERY
	SELECT 'error', NULL::text, 'part_twice', format('nodes %s are all the part "%s"', string_agg(n.node::text, ', ' ORDER BY n.node), n.part),
		'One node of a tree can be it.'
	FROM @workspace@.stated_node AS n
	WHERE n.version_id = $1 AND n.group_id = $2 AND n.part IN ('base', 'coefficient', 'deductions', 'bonus')
	GROUP BY n.part HAVING count(*) > 1;

	RETURN QUERY
	SELECT 'error', NULL::text, 'part_coefficient', format('node %s is the part "coefficient", but its rule is not one that reads an item', n.node),
		'It has to be a node with "rule": "coefficient" and "coefficient": {"item": ...}.'
	FROM @workspace@.stated_node AS n
	WHERE n.version_id = $1 AND n.group_id = $2 AND n.part = 'coefficient' AND n.spec -> 'coefficient' -> 'item' IS NULL;

	RETURN QUERY
	SELECT 'error', NULL::text, 'weight_range', format('node %s weighs %s; allowed is %s', n.node, coalesce(n.spec ->> 'weight', 'nothing'),
			concat_ws(' and ', n.weight_min || ' or more', n.weight_max || ' or less')),
		'Set another weight, or other bounds.'
	FROM @workspace@.stated_node AS n
	WHERE n.version_id = $1 AND n.group_id = $2 AND (n.weight_min IS NOT NULL OR n.weight_max IS NOT NULL)
		AND (jsonb_typeof(n.spec -> 'weight') = 'number'
			AND (n.spec ->> 'weight')::numeric BETWEEN coalesce(n.weight_min, 0) AND coalesce(n.weight_max, 'Infinity')) IS NOT TRUE;

	BEGIN
		rubric := @workspace@.draft_rubric($1, $2);
	EXCEPTION WHEN invalid_parameter_value OR invalid_text_representation OR program_limit_exceeded OR invalid_binary_representation THEN
		GET STACKED DIAGNOSTICS message = MESSAGE_TEXT, hint = PG_EXCEPTION_HINT;
		severity := 'error';
		code := 'no_rubric';
		hint := nullif(hint, '');
		RETURN NEXT;
		RETURN;
	END;
	items := perfeval.rubric_items(rubric);

	RETURN QUERY SELECT l.severity, l.path, l.code, l.message, l.hint FROM perfeval.lint(rubric) AS l;

	RETURN QUERY
	SELECT x.severity, NULL::text, x.code, format(x.message, u.item, i.code, x.value), x.hint
	FROM unnest(items) AS u (item) LEFT JOIN @workspace@.indicator AS i ON i.item = u.item,
		LATERAL (
			SELECT 'error' AS severity, 'unknown_item' AS code, 'item %s is no indicator' AS message, NULL::text AS value,
				'Add it to indicator.' AS hint WHERE i.item IS NULL
			UNION ALL
			SELECT 'error', 'idle_indicator', 'indicator %s %s is %s', i.state,
				CASE i.state WHEN 'proposed' THEN 'Activate it, or leave it out.' ELSE 'Take another one.' END
			WHERE i.state <> 'active'
			UNION ALL
			SELECT 'error', 'forbidden_tag', 'indicator %s %s has the forbidden tag "%s"', t.tag, f.reason
			FROM @workspace@.indicator_tag AS t JOIN @workspace@.forbidden_tag AS f ON f.tag = t.tag WHERE t.item = i.item
			UNION ALL
			SELECT 'error', 'no_owner', 'indicator %s %s is on the negative list and has no owner', NULL, 'Name the office in indicator.owner_id.'
			WHERE i.negative_list AND i.owner_id IS NULL
			UNION ALL
			SELECT 'error', 'foreign_right', 'an office that does not own it may post negative-list item %s %s: %s', o.code,
				'Delete its row of posting_right.'
			FROM @workspace@.posting_right AS p JOIN @workspace@.subject AS o ON o.subject_id = p.office_id
			WHERE i.negative_list AND p.item = i.item AND p.office_id <> i.owner_id
			UNION ALL
			SELECT 'warning', 'no_right', 'no office may post events of indicator %s %s', NULL, 'Add a row to posting_right.'
			WHERE i.fact = 'event' AND i.pending_of IS NULL
				AND NOT EXISTS (SELECT FROM @workspace@.posting_right AS p WHERE p.item = i.item)
			UNION ALL
			SELECT 'warning', 'no_duty', 'indicator %s %s measures no duty', NULL, 'Link it in indicator_duty, or tag it common.'
			WHERE NOT i.negative_list AND i.pending_of IS NULL
				AND NOT EXISTS (SELECT FROM @workspace@.indicator_duty AS d WHERE d.item = i.item)
				AND NOT EXISTS (SELECT FROM @workspace@.indicator_tag AS t WHERE t.item = i.item AND t.tag = 'common')
		) AS x;

	SELECT count(*) AS duties, count(DISTINCT d.subject_id) AS subjects,
		string_agg(d.subject || ' ' || d.clause, ', ' ORDER BY d.subject, d.clause) FILTER (WHERE d.n <= 5) AS first INTO gap
	FROM (SELECT o.subject_id, o.code AS subject, d.clause, row_number() OVER (ORDER BY o.code, d.clause) AS n
	      FROM @workspace@.duty AS d JOIN @workspace@.subject AS o ON o.subject_id = d.subject_id
	          JOIN LATERAL (SELECT m.group_id FROM @workspace@.group_member AS m
	                        WHERE m.subject_id = d.subject_id AND m.valid_from <= version.in_force_from
	                            AND m.grouping_id = (SELECT g.grouping_id FROM @workspace@.subject_group AS g WHERE g.group_id = $2)
	                        ORDER BY m.valid_from DESC LIMIT 1) AS m ON m.group_id = $2
	      WHERE d.valid_from <= version.in_force_from AND coalesce(d.valid_to > version.in_force_from, true)
	          AND NOT EXISTS (SELECT FROM @workspace@.indicator_duty AS x WHERE x.duty_id = d.duty_id AND x.item = ANY (items))) AS d;
	IF gap.duties > 0 THEN
		RETURN QUERY SELECT 'warning', NULL::text, 'unmeasured_duty',
			format('no indicator measures these duties: %s%s', gap.first,
				CASE WHEN gap.duties > 5 THEN format(' and %s more, of %s subjects in all', gap.duties - 5, gap.subjects) ELSE '' END),
			'Link indicators to them in indicator_duty.';
	END IF;

	IF cardinality(items) > version.max_indicators THEN
		RETURN QUERY SELECT 'error', NULL::text, 'indicator_count',
			format('%s indicators, and at most %s are allowed', cardinality(items), version.max_indicators), 'Leave some out.';
	END IF;

	IF version.common_limit IS NOT NULL THEN
		SELECT sum(w.weight), sum(w.weight) FILTER (WHERE w.items <> '{}' AND NOT EXISTS (
			SELECT FROM unnest(w.items) AS u (item)
			WHERE NOT EXISTS (SELECT FROM @workspace@.indicator_tag AS t WHERE t.item = u.item AND t.tag = 'common')))
		INTO total, common FROM @workspace@.leaf_weight(rubric) AS w;
		IF round(common / nullif(total, 0), 12) > version.common_limit THEN
			RETURN QUERY SELECT 'error', NULL::text, 'common_share',
				format('common indicators have %s %% of the weight, and at most %s %% are allowed',
					trim_scale(round(100 * common / total, 2)), trim_scale(100 * version.common_limit)),
				'Lower their weights; tag "common" says which they are.';
		END IF;
	END IF;

	RETURN QUERY
	SELECT 'error', NULL::text, 'no_such_tier', format('limit %s caps at tier %s, and there are %s tiers', n.node, n.spec ->> 'tier', t.tiers),
		'Tiers are numbered from 1, the best.'
	FROM @workspace@.stated_node AS n, (SELECT count(*) AS tiers FROM @workspace@.tier AS t WHERE t.version_id = $1) AS t
	WHERE n.version_id = $1 AND n.group_id = $2 AND n.spec ->> 'effect' = 'cap_tier'
		AND jsonb_typeof(n.spec -> 'tier') = 'number' AND (n.spec ->> 'tier')::numeric > t.tiers;

	RETURN QUERY
	SELECT 'error', NULL::text, 'tie_node', format('node %s of the tie chain is not in the tree', u.node), 'Name a node of every group''s tree in tie_chain.'
	FROM unnest(version.tie_chain) AS u (node)
	WHERE NOT EXISTS (SELECT FROM @workspace@.stated_node AS n WHERE n.version_id = $1 AND n.group_id = $2 AND n.node = u.node);

	RETURN QUERY
	SELECT 'error', NULL::text, 'profile_node', format('profile "%s" weighs node %s, which is not in the tree', p.profile, w.node), 'Correct weight_profile.'
	FROM @workspace@.group_profile AS p
		JOIN @workspace@.weight_profile AS w ON w.version_id = p.version_id AND w.profile = p.profile
	WHERE p.version_id = $1 AND p.group_id = $2
		AND NOT EXISTS (SELECT FROM @workspace@.stated_node AS n WHERE n.version_id = $1 AND n.group_id = $2 AND n.node = w.node);
END
$$;
COMMENT ON FUNCTION @workspace@.group_lint(integer, integer) IS
	'findings about the tree of one group (分组检查)';

-- Tiers are the same for all groups. Whether seats can tie, and whether a
-- published cap holds, is tried for all group sizes up to 1000.
CREATE OR REPLACE FUNCTION @workspace@.tier_lint(version_id integer,
	OUT severity text, OUT path text, OUT code text, OUT message text, OUT hint text)
RETURNS SETOF record
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	rule record;
	n integer;
	t record;
BEGIN
	SELECT count(*)::integer AS tiers, max(t.tier) AS last, sum(t.share) AS total, array_agg(t.share ORDER BY t.tier) AS shares,
		array_agg(coalesce(t.bound, 'exact') ORDER BY t.tier) AS bounds, count(t.bound) AS bounded,
		array_agg(t.tier ORDER BY t.preference, t.tier) AS preference, count(t.preference) AS preferred,
		count(DISTINCT t.preference) AS preferences,
		array_agg(t.tier ORDER BY t.tier) AS up, array_agg(t.tier ORDER BY t.tier DESC) AS down
	INTO rule FROM @workspace@.tier AS t WHERE t.version_id = $1;
	IF rule.tiers = 0 THEN
		RETURN;
	END IF;

	RETURN QUERY
	SELECT 'choice', '/tiers/' || t.code, 'tier_bound', format('tier "%s" does not say whether its share is exact, at_most or at_least', t.code),
		'State it in tier.bound.'
	FROM @workspace@.tier AS t WHERE t.version_id = $1 AND t.bound IS NULL AND rule.tiers > 1 ORDER BY t.tier;
	IF rule.last <> rule.tiers THEN
		RETURN QUERY SELECT 'error', '/tiers', 'tier_numbers', format('the %s tiers are numbered up to %s', rule.tiers, rule.last),
			'Number them 1, 2, 3, ..., the best first.';
		RETURN;
	ELSIF rule.total <> 1 THEN
		RETURN QUERY SELECT 'error', '/tiers', 'tier_shares', format('the shares of the tiers sum to %s, not to 1', rule.total), NULL::text;
		RETURN;
	END IF;
	BEGIN
		PERFORM perfeval.tier_quota(g, rule.shares, NULL, NULL, rule.bounds) FROM generate_series(0, 1000) AS g;
	EXCEPTION WHEN data_exception THEN
		GET STACKED DIAGNOSTICS message = MESSAGE_TEXT, hint = PG_EXCEPTION_HINT;
		RETURN QUERY SELECT 'error', '/tiers', 'tier_seats', message, nullif(hint, '');
		RETURN;
	END;

	-- Two orders that are each other's reverse differ exactly where remainders tie.
	SELECT min(g) INTO n FROM generate_series(1, 1000) AS g
	WHERE perfeval.tier_quota(g, rule.shares, rule.up, NULL, rule.bounds) <> perfeval.tier_quota(g, rule.shares, rule.down, NULL, rule.bounds);
	IF rule.preferred < rule.tiers AND (n IS NOT NULL OR rule.preferred > 0) THEN
		RETURN QUERY SELECT 'choice', '/tiers', 'tier_preference',
			coalesce(format('which tier is served first where remainders are equal is not stated; they are in a group of %s', n),
				'some tiers have a preference and some have none'),
			'State the order in tier.preference, 1 for the first.';
	ELSIF rule.preferred > 0 AND rule.preferences < rule.tiers THEN
		RETURN QUERY SELECT 'error', '/tiers', 'tier_preference', 'two tiers have the same preference', 'Give each a number of its own.';
	END IF;

	FOR t IN SELECT x.tier, x.code, x.cap FROM @workspace@.tier AS x WHERE x.version_id = $1 AND x.cap IS NOT NULL ORDER BY x.tier LOOP
		SELECT min(g) INTO n FROM generate_series(1, 1000) AS g
		WHERE (perfeval.tier_quota(g, rule.shares, CASE WHEN rule.preferred = rule.tiers THEN rule.preference END, NULL, rule.bounds))[t.tier]
			> t.cap * g;
		IF n IS NOT NULL THEN
			RETURN QUERY SELECT 'error', '/tiers/' || t.code, 'tier_cap',
				format('tier "%s" is published as at most %s %%, but %s of a group of %s get it', t.code, trim_scale(100 * t.cap),
					(perfeval.tier_quota(n, rule.shares, CASE WHEN rule.preferred = rule.tiers THEN rule.preference END, NULL, rule.bounds))[t.tier], n),
				'Set its bound to at_most, and its share to no more than the cap.';
		END IF;
	END LOOP;

	RETURN QUERY
	SELECT 'warning', '/tiers/' || x.code, 'forced_down', format('members of a small group are forced down into tier "%s" by arithmetic', x.code),
		'Set its bound to at_most.'
	FROM @workspace@.tier AS x WHERE x.version_id = $1 AND x.tier = rule.tiers AND rule.tiers > 1 AND x.bound <> 'at_most' AND x.share > 0;
END
$$;
COMMENT ON FUNCTION @workspace@.tier_lint(integer) IS
	'findings about the tiers of a version (等次检查)';

CREATE OR REPLACE FUNCTION @workspace@.version_lint(version_id integer,
	OUT severity text, OUT group_id integer, OUT path text, OUT code text, OUT message text, OUT hint text)
RETURNS SETOF record
LANGUAGE sql STABLE ROWS 20
SET search_path = pg_catalog, pg_temp
SET jit = off
AS $$
	WITH version AS (
		SELECT v.*, s.grouping_id FROM @workspace@.scheme_version AS v JOIN @workspace@.scheme AS s ON s.scheme_id = v.scheme_id
		WHERE v.version_id = $1
	), grp AS (
		SELECT g.group_id, g.code,
			EXISTS (SELECT FROM @workspace@.node AS n WHERE n.version_id = $1 AND (n.group_id IS NULL OR n.group_id = g.group_id)) AS has_tree
		FROM @workspace@.subject_group AS g JOIN version AS v ON v.grouping_id = g.grouping_id
	), found AS (
		SELECT l.severity, l.path, l.code, l.message, l.hint, min(l.n) AS n, array_agg(DISTINCT h.group_id) AS groups
		FROM grp AS h, LATERAL @workspace@.group_lint($1, h.group_id) WITH ORDINALITY AS l (severity, path, code, message, hint, n)
		WHERE h.has_tree
		GROUP BY l.severity, l.path, l.code, l.message, l.hint
	), tree AS (
		-- What holds in every group is said once.
		SELECT f.severity, u.group_id, f.path, f.code, f.message, f.hint, f.n
		FROM found AS f,
			LATERAL unnest(CASE WHEN cardinality(f.groups) < (SELECT count(*) FROM grp AS x WHERE x.has_tree)
			                    THEN f.groups ELSE '{NULL}' END) AS u (group_id)
	), plain AS (
		SELECT 'error' AS severity, NULL::integer AS group_id, NULL::text AS path, 'no_version' AS code,
			format('there is no version_id %s', coalesce($1::text, 'NULL')) AS message, 'find_version(scheme, number) gives it.' AS hint
		WHERE NOT EXISTS (SELECT FROM version)
		UNION ALL
		SELECT 'error', NULL, NULL, 'no_tree', 'no group has a rule tree', 'Add nodes.'
		FROM version WHERE NOT EXISTS (SELECT FROM grp AS g WHERE g.has_tree)
		UNION ALL
		SELECT 'warning', g.group_id, NULL, 'no_tree', 'this group has no rule tree: its members are not assessed', NULL
		FROM grp AS g WHERE NOT g.has_tree AND EXISTS (SELECT FROM grp AS x WHERE x.has_tree)
		UNION ALL
		SELECT 'error', g.group_id, NULL, 'foreign_group', format('group "%s" belongs to another grouping', g.code), 'Delete its rows.'
		FROM version AS v JOIN @workspace@.subject_group AS g ON g.grouping_id <> v.grouping_id
		WHERE EXISTS (SELECT FROM @workspace@.node AS n WHERE n.version_id = $1 AND n.group_id = g.group_id)
			OR EXISTS (SELECT FROM @workspace@.group_profile AS p WHERE p.version_id = $1 AND p.group_id = g.group_id)
		UNION ALL
		SELECT 'error', NULL, NULL, 'quorum', format('%s offices must agree, but %s are named', v.quorum, r.n), 'Add them to version_reviewer.'
		FROM version AS v, (SELECT count(*) AS n FROM @workspace@.version_reviewer AS r WHERE r.version_id = $1) AS r
		WHERE v.quorum > r.n
		UNION ALL
		SELECT 'warning', NULL, NULL, 'replaces',
			format('version %s, in force from %s, no more assesses any period of the same kinds', o.number, o.in_force_from),
			'If that is not meant, set in_force_from to a later day.'
		FROM version AS v JOIN @workspace@.scheme_version AS o ON o.scheme_id = v.scheme_id
		WHERE v.state <> 'sealed' AND o.state = 'sealed' AND o.period_kinds && v.period_kinds
			AND o.in_force_from >= v.in_force_from AND o.number < v.number
		UNION ALL
		SELECT 'choice', NULL, NULL, 'ties', 'what becomes of equal scores across a cut is not stated', 'Set ties to expand, contract or middle.'
		FROM version AS v WHERE v.ties IS NULL AND (SELECT count(*) FROM @workspace@.tier AS t WHERE t.version_id = $1) > 1
		UNION ALL
		SELECT 'choice', NULL, NULL, 'tie_chain', 'what decides between equal scores is not stated',
			'Set tie_chain to the nodes that are compared, or to an empty array.'
		FROM version AS v WHERE v.tie_chain IS NULL
		UNION ALL
		SELECT 'warning', NULL, NULL, 'idle_profile', format('no group has the weight profile "%s"', w.profile), NULL
		FROM (SELECT DISTINCT w.profile FROM @workspace@.weight_profile AS w WHERE w.version_id = $1) AS w
		WHERE NOT EXISTS (SELECT FROM @workspace@.group_profile AS p WHERE p.version_id = $1 AND p.profile = w.profile)
		UNION ALL
		SELECT 'error', p.group_id, NULL, 'no_profile', format('there is no weight profile "%s"', p.profile), 'Add its weights to weight_profile.'
		FROM @workspace@.group_profile AS p
		WHERE p.version_id = $1
			AND NOT EXISTS (SELECT FROM @workspace@.weight_profile AS w WHERE w.version_id = $1 AND w.profile = p.profile)
		UNION ALL
		SELECT 'warning', NULL, NULL, 'idle_raters', format('no node is a panel of criterion "%s"', r.criterion), NULL
		FROM (SELECT DISTINCT r.criterion FROM @workspace@.rater_role AS r WHERE r.version_id = $1) AS r
		WHERE NOT EXISTS (SELECT FROM @workspace@.node AS n WHERE n.version_id = $1 AND n.spec ->> 'rule' = 'panel' AND n.spec ->> 'criterion' = r.criterion)
		UNION ALL
		SELECT 'warning', NULL, NULL, 'part_changed',
			format('version %s of scheme "%s" has changed since it was put in', v.number, s.code), 'Compose the version again.'
		FROM @workspace@.version_part AS p
			JOIN @workspace@.scheme_version AS v ON v.version_id = p.part_id JOIN @workspace@.scheme AS s ON s.scheme_id = v.scheme_id
		WHERE p.version_id = $1
			AND p.hash <> @workspace@.document_hash(v.version_id)
	)
	SELECT x.severity, x.group_id, x.path, x.code, x.message, x.hint
	FROM (SELECT p.*, 0 AS place, 0::bigint AS n FROM plain AS p
	      UNION ALL SELECT l.severity, NULL, l.path, l.code, l.message, l.hint, 1, l.n
	      FROM @workspace@.tier_lint($1) WITH ORDINALITY AS l (severity, path, code, message, hint, n)
	      UNION ALL SELECT t.severity, t.group_id, t.path, t.code, t.message, t.hint, 2, t.n FROM tree AS t) AS x
	ORDER BY array_position('{error,choice,warning}', x.severity), x.group_id NULLS FIRST, x.place, x.n, x.code, x.message
$$;
COMMENT ON FUNCTION @workspace@.version_lint(integer) IS
	'what is wrong, odd or left open in a version: error, choice, warning (方案检查)';
-- Sealing: from then on a version is what it is.

CREATE OR REPLACE FUNCTION @workspace@.version_name(version_id integer) RETURNS text
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
	SELECT format('version %s of scheme "%s"', v.number, s.code)
	FROM @workspace@.scheme_version AS v JOIN @workspace@.scheme AS s ON s.scheme_id = v.scheme_id
	WHERE v.version_id = $1
$$;
COMMENT ON FUNCTION @workspace@.version_name(integer) IS
	'what messages call a version (方案版本名称)';

-- Whoever changes a version's state or reads it as a whole holds its row: the
-- guards of its parts share that lock, so that nothing is edited meanwhile.
CREATE OR REPLACE FUNCTION @workspace@.lock_version(version_id integer) RETURNS @workspace@.scheme_version
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	version @workspace@.scheme_version;
BEGIN
	-- In the other levels an edit that was committed while we waited would not be seen.
	IF current_setting('transaction_isolation') NOT IN ('read committed', 'read uncommitted') THEN
		RAISE EXCEPTION 'versions change their state in READ COMMITTED transactions only'
			USING ERRCODE = 'invalid_transaction_state', HINT = 'Begin the transaction without REPEATABLE READ or SERIALIZABLE.';
	END IF;
	SELECT v.* INTO version FROM @workspace@.scheme_version AS v WHERE v.version_id = $1 FOR UPDATE;
	IF version.version_id IS NULL THEN
		RAISE EXCEPTION 'there is no version_id %', coalesce($1::text, 'NULL')
			USING ERRCODE = 'no_data_found', HINT = 'find_version(scheme, number) gives it.';
	END IF;
	RETURN version;
END
$$;
COMMENT ON FUNCTION @workspace@.lock_version(integer) IS
	'support function: a version, locked to the end of the transaction (锁定方案版本)';

CREATE OR REPLACE FUNCTION @workspace@.version_hash(version_id integer, document text) RETURNS text
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
	SELECT encode(sha256(convert_to($2 || coalesce(string_agg(E'\n' || g.code || ' ' || r.hash, '' ORDER BY g.code COLLATE "C"), ''), 'UTF8')), 'hex')
	FROM @workspace@.group_rubric AS r JOIN @workspace@.subject_group AS g ON g.group_id = r.group_id
	WHERE r.version_id = $1
$$;
COMMENT ON FUNCTION @workspace@.version_hash(integer, text) IS
	'sha256 of a document and of the hashes of a version''s rubrics, a line each (方案版本散列值)';

CREATE OR REPLACE PROCEDURE @workspace@.seal_version(version_id integer)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET jit = off
AS $$
DECLARE
	version @workspace@.scheme_version := @workspace@.lock_version($1);
	name text := @workspace@.version_name($1);
	body text;
	found record;
	grp record;
	compiled perfeval.rubric;
	counts integer[];
BEGIN
	IF version.state = 'sealed' THEN
		RAISE EXCEPTION '% is sealed already', name
			USING ERRCODE = 'object_not_in_prerequisite_state', HINT = 'Make a new version: CALL new_version.';
	ELSIF version.state = 'draft' AND version.quorum > 0 THEN
		RAISE EXCEPTION '% has not been reviewed', name
			USING ERRCODE = 'object_not_in_prerequisite_state',
				DETAIL = format('%s of the offices in version_reviewer must agree to it as it is.', version.quorum),
				HINT = 'CALL review_version for each office.';
	END IF;

	-- How the indicators are worked out must not change meanwhile either.
	PERFORM FROM @workspace@.indicator AS i
	WHERE i.item IN (SELECT x.item FROM @workspace@.version_item AS x WHERE x.version_id = $1) ORDER BY i.item FOR SHARE;
	DELETE FROM @workspace@.version_finding AS f WHERE f.version_id = $1;
	DELETE FROM @workspace@.group_rubric AS r WHERE r.version_id = $1;
	INSERT INTO @workspace@.version_finding (version_id, finding_no, severity, group_id, path, code, message, hint)
	SELECT $1, l.n, l.severity, l.group_id, l.path, l.code, l.message, l.hint
	FROM @workspace@.version_lint($1) WITH ORDINALITY AS l (severity, group_id, path, code, message, hint, n);

	SELECT count(*) FILTER (WHERE f.severity = 'error') AS errors, count(*) FILTER (WHERE f.severity = 'choice') AS choices,
		string_agg(format('%s: %s%s', f.severity, coalesce('group ' || g.code || ': ', '') || coalesce(f.path || ': ', ''), f.message),
			E'\n' ORDER BY f.finding_no) FILTER (WHERE f.place <= 20) AS lines
	INTO found
	FROM (SELECT x.*, row_number() OVER (ORDER BY x.finding_no) AS place
	      FROM @workspace@.version_finding AS x WHERE x.version_id = $1 AND x.severity <> 'warning') AS f
		LEFT JOIN @workspace@.subject_group AS g ON g.group_id = f.group_id;
	IF found.errors + found.choices > 0 THEN
		RAISE EXCEPTION '% cannot be sealed: errors %, open choices %', name, found.errors, found.choices
			USING ERRCODE = 'check_violation',
				DETAIL = found.lines || CASE WHEN found.errors + found.choices > 20
				         THEN format(E'\nand %s more', found.errors + found.choices - 20) ELSE '' END,
				HINT = format('SELECT * FROM version_lint(%s) lists them with ways out.', $1);
	END IF;

	FOR grp IN SELECT DISTINCT n.group_id FROM @workspace@.group_node AS n WHERE n.version_id = $1 ORDER BY n.group_id LOOP
		compiled := @workspace@.draft_rubric($1, grp.group_id);
		counts := ARRAY(SELECT i.item FROM @workspace@.indicator AS i
		                WHERE i.fact = 'event' AND i.item = ANY (perfeval.rubric_items(compiled)) ORDER BY i.item);
		INSERT INTO @workspace@.group_rubric (version_id, group_id, document, hash, items, event_items, base_node, deduction_node,
			bonus_node, coefficient_item, has_limits, tie_nodes, compiled, no_events)
		SELECT $1, grp.group_id, compiled::text, encode(sha256(convert_to(compiled::text, 'UTF8')), 'hex'),
			perfeval.rubric_items(compiled), counts,
			min(x.node) FILTER (WHERE x.part = 'base'), min(x.node) FILTER (WHERE x.part = 'deductions'),
			min(x.node) FILTER (WHERE x.part = 'bonus'),
			min((x.spec -> 'coefficient' ->> 'item')::integer) FILTER (WHERE x.part = 'coefficient'),
			coalesce(bool_or(x.spec ? 'effect'), false), nullif(version.tie_chain, '{}'), compiled, @workspace@.event_card(counts)
		FROM @workspace@.group_node AS x
		WHERE x.version_id = $1 AND x.group_id = grp.group_id;
	END LOOP;
	CALL @workspace@.fill_sealed_node();

	body := @workspace@.version_document($1)::text;
	UPDATE @workspace@.scheme_version AS v
	SET state = 'sealed', sealed_at = now(), sealed_by = session_user, document = body,
		hash = @workspace@.version_hash($1, body)
	WHERE v.version_id = $1;
END
$$;
COMMENT ON PROCEDURE @workspace@.seal_version(integer) IS
	'compiles a version, one rubric for each group, and seals it (方案封版)';

-- Derived columns, of the extension's types, can be lost with it and made again.
CREATE OR REPLACE FUNCTION @workspace@.event_card(items integer[]) RETURNS perfeval.scorecard
LANGUAGE sql IMMUTABLE
SET search_path = pg_catalog, pg_temp
AS $$ SELECT perfeval.scorecard_agg(u.item, 0) FROM unnest($1) AS u (item) $$;
COMMENT ON FUNCTION @workspace@.event_card(integer[]) IS
	'a card with 0 for each item, NULL without items (零事件计分卡)';

CREATE OR REPLACE PROCEDURE @workspace@.recompile_rubrics()
LANGUAGE sql
SET search_path = pg_catalog, pg_temp
AS $$
	UPDATE @workspace@.group_rubric AS r
	SET compiled = r.document::perfeval.rubric, no_events = @workspace@.event_card(r.event_items)
	WHERE r.compiled IS NULL;
	UPDATE @workspace@.group_parameter AS p
	SET compiled = perfeval.with_parameters(r.compiled, p.parameters)
	FROM @workspace@.group_rubric AS r
	WHERE r.version_id = p.version_id AND r.group_id = p.group_id AND p.compiled IS NULL;
$$;
COMMENT ON PROCEDURE @workspace@.recompile_rubrics() IS
	'makes the compiled form of sealed rubrics again from their documents, where it is gone (重新编译细则)';

CALL @workspace@.recompile_rubrics();

-- Guards and grants stop mistakes; what somebody did in spite of them is found.
CREATE OR REPLACE FUNCTION @workspace@.verify_schemes(OUT version_id integer, OUT place text, OUT message text)
RETURNS SETOF record
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
SET jit = off
AS $$
	WITH sealed AS MATERIALIZED (
		SELECT v.version_id, v.hash, v.document, v.document::jsonb AS then, @workspace@.version_document(v.version_id) AS now
		FROM @workspace@.scheme_version AS v WHERE v.state = 'sealed'
	)
	SELECT v.version_id, '/', 'the hash is not that of document and rubrics'
	FROM sealed AS v
	WHERE v.hash <> @workspace@.version_hash(v.version_id, v.document)
	UNION ALL
	SELECT r.version_id, '/rubrics/' || g.code,
		CASE WHEN r.hash <> encode(sha256(convert_to(r.document, 'UTF8')), 'hex') THEN 'the hash is not that of the rubric'
		     ELSE 'the compiled rubric is not the document' END
	FROM @workspace@.group_rubric AS r JOIN @workspace@.subject_group AS g ON g.group_id = r.group_id
	WHERE r.hash <> encode(sha256(convert_to(r.document, 'UTF8')), 'hex') OR r.compiled::text <> r.document
	UNION ALL
	SELECT v.version_id, '/' || k.key, 'the rows are not those that were sealed'
	FROM sealed AS v, unnest('{settings,parameters,tiers,nodes,profiles,raters}'::text[]) AS k (key)
	WHERE v.then -> k.key <> v.now -> k.key
	ORDER BY 1, 2
$$;
COMMENT ON FUNCTION @workspace@.verify_schemes() IS
	'sealed versions that are no longer as they were sealed; no rows: all are (封版完整性核查)';
-- Guards: they refuse, and never compute. A plain mistake is an ERROR, for the
-- owner as well, and not a silent UPDATE 0.

CREATE OR REPLACE FUNCTION @workspace@.refuse_change(version_id integer, state text, what text) RETURNS void
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	RAISE EXCEPTION '% is %: its % cannot be changed', @workspace@.version_name($1), $2, $3
		USING ERRCODE = 'object_not_in_prerequisite_state',
			HINT = CASE $2 WHEN 'sealed' THEN 'Make a new version: CALL new_version.'
			       ELSE 'Return it to draft first: CALL return_to_draft. It has to be reviewed again then.' END;
END
$$;
COMMENT ON FUNCTION @workspace@.refuse_change(integer, text, text) IS
	'support function of the guards: says that a version is sealed or reviewed (拒绝修改)';

-- The parts of a version. The share lock makes sealing wait for an edit that is
-- not committed, and an edit wait for a sealing.
CREATE OR REPLACE FUNCTION @workspace@.guard_part() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	version record;
BEGIN
	FOR version IN
		SELECT v.version_id, v.state FROM @workspace@.scheme_version AS v
		WHERE v.version_id IN (CASE WHEN TG_OP <> 'INSERT' THEN OLD.version_id END, CASE WHEN TG_OP <> 'DELETE' THEN NEW.version_id END)
		ORDER BY v.version_id FOR SHARE
	LOOP
		IF version.state <> 'draft' THEN
			PERFORM @workspace@.refuse_change(version.version_id, version.state, TG_TABLE_NAME::text);
		END IF;
	END LOOP;
	RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END
$$;
COMMENT ON FUNCTION @workspace@.guard_part() IS
	'guard of the parts of versions: only drafts can be edited (方案内容保护)';

-- What sealing writes: fixed from then on, but for what is derived from it.
CREATE OR REPLACE FUNCTION @workspace@.guard_sealed_row() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	version record;
BEGIN
	FOR version IN
		SELECT v.version_id, v.state FROM @workspace@.scheme_version AS v
		WHERE v.version_id IN (CASE WHEN TG_OP <> 'INSERT' THEN OLD.version_id END, CASE WHEN TG_OP <> 'DELETE' THEN NEW.version_id END)
		ORDER BY v.version_id FOR SHARE
	LOOP
		CONTINUE WHEN version.state <> 'sealed';
		IF TG_OP = 'UPDATE' AND TG_TABLE_NAME = 'group_rubric' THEN
			CONTINUE WHEN to_jsonb(OLD) - '{compiled,no_events}'::text[] = to_jsonb(NEW) - '{compiled,no_events}'::text[]
				AND NEW.compiled::text = NEW.document AND NEW.no_events::text IS NOT DISTINCT FROM @workspace@.event_card(NEW.event_items)::text;
		END IF;
		PERFORM @workspace@.refuse_change(version.version_id, version.state, TG_TABLE_NAME::text);
	END LOOP;
	RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END
$$;
COMMENT ON FUNCTION @workspace@.guard_sealed_row() IS
	'guard of what sealing writes (封版结果保护)';

-- A version itself: the steps draft, reviewed, sealed, and a sealed one only
-- with the hash of what it holds.
CREATE OR REPLACE FUNCTION @workspace@.guard_version() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	step text[] := '{state,sealed_at,sealed_by,document,hash}';
BEGIN
	IF TG_OP = 'INSERT' THEN
		IF NEW.state <> 'draft' THEN
			RAISE EXCEPTION 'a version begins as a draft, not %', NEW.state
				USING ERRCODE = 'object_not_in_prerequisite_state', HINT = 'CALL review_version and seal_version bring it on.';
		END IF;
		RETURN NEW;
	ELSIF TG_OP = 'DELETE' THEN
		IF OLD.state <> 'draft' THEN
			PERFORM @workspace@.refuse_change(OLD.version_id, OLD.state, TG_TABLE_NAME::text);
		END IF;
		RETURN OLD;
	END IF;
	IF OLD.state = 'sealed' OR OLD.state = 'reviewed' AND to_jsonb(OLD) - step <> to_jsonb(NEW) - step THEN
		PERFORM @workspace@.refuse_change(OLD.version_id, OLD.state, TG_TABLE_NAME::text);
	ELSIF NEW.state = 'reviewed' AND OLD.state = 'draft' AND NOT @workspace@.is_agreed(NEW.version_id) THEN
		RAISE EXCEPTION '% has not been agreed to', @workspace@.version_name(NEW.version_id)
			USING ERRCODE = 'object_not_in_prerequisite_state', HINT = 'CALL review_version for each office.';
	ELSIF NEW.state = 'sealed' AND NEW.hash IS DISTINCT FROM @workspace@.version_hash(NEW.version_id, NEW.document) THEN
		RAISE EXCEPTION '% is not sealed by hand', @workspace@.version_name(NEW.version_id)
			USING ERRCODE = 'object_not_in_prerequisite_state', HINT = 'CALL seal_version.';
	END IF;
	RETURN NEW;
END
$$;
COMMENT ON FUNCTION @workspace@.guard_version() IS
	'guard of versions: their steps, and nothing once sealed (方案版本保护)';

CREATE OR REPLACE FUNCTION @workspace@.guard_truncate() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	IF EXISTS (SELECT FROM @workspace@.scheme_version AS v WHERE v.state <> 'draft') THEN
		RAISE EXCEPTION 'table % holds rows of sealed or reviewed versions', TG_TABLE_NAME
			USING ERRCODE = 'object_not_in_prerequisite_state', HINT = 'DELETE the rows of drafts.';
	END IF;
	RETURN NULL;
END
$$;
COMMENT ON FUNCTION @workspace@.guard_truncate() IS
	'guard against emptying tables with sealed versions (禁止清空)';

-- What the scores under a sealed version depend on besides.
CREATE OR REPLACE FUNCTION @workspace@.guard_indicator() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	IF (TG_OP = 'DELETE' OR (OLD.item, OLD.fact, OLD.roll_up, OLD.criterion, OLD.rater_role, OLD.drop_each, OLD.pending_of)
			IS DISTINCT FROM (NEW.item, NEW.fact, NEW.roll_up, NEW.criterion, NEW.rater_role, NEW.drop_each, NEW.pending_of))
		AND EXISTS (SELECT FROM @workspace@.group_rubric AS r WHERE OLD.item = ANY (r.items))
	THEN
		RAISE EXCEPTION 'indicator % is used by a sealed version: how it is worked out cannot be changed', OLD.code
			USING ERRCODE = 'object_not_in_prerequisite_state', HINT = 'Add another indicator, and retire this one.';
	END IF;
	RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END
$$;
COMMENT ON FUNCTION @workspace@.guard_indicator() IS
	'guard of indicators that sealed versions use (已用指标保护)';

CREATE OR REPLACE FUNCTION @workspace@.guard_scheme() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	IF OLD.grouping_id <> NEW.grouping_id
		AND EXISTS (SELECT FROM @workspace@.scheme_version AS v WHERE v.scheme_id = OLD.scheme_id AND v.state <> 'draft')
	THEN
		RAISE EXCEPTION 'scheme "%" has sealed or reviewed versions: its grouping cannot be changed', OLD.code
			USING ERRCODE = 'object_not_in_prerequisite_state', HINT = 'Make another scheme.';
	END IF;
	RETURN NEW;
END
$$;
COMMENT ON FUNCTION @workspace@.guard_scheme() IS
	'guard of a scheme''s grouping (方案分组方式保护)';

-- Documents call groups by their codes.
CREATE OR REPLACE FUNCTION @workspace@.guard_group() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	IF (OLD.group_id, OLD.grouping_id, OLD.code) <> (NEW.group_id, NEW.grouping_id, NEW.code)
		AND EXISTS (SELECT FROM @workspace@.group_rubric AS r WHERE r.group_id = OLD.group_id)
	THEN
		RAISE EXCEPTION 'group "%" is in a sealed version: its code and grouping cannot be changed', OLD.code
			USING ERRCODE = 'object_not_in_prerequisite_state', HINT = 'Change its labels, or add another group.';
	END IF;
	RETURN NEW;
END
$$;
COMMENT ON FUNCTION @workspace@.guard_group() IS
	'guard of groups that sealed versions name (已用分组保护)';

CREATE OR REPLACE TRIGGER guard BEFORE INSERT OR UPDATE OR DELETE ON @workspace@.scheme_version
	FOR EACH ROW EXECUTE FUNCTION @workspace@.guard_version();
CREATE OR REPLACE TRIGGER guard BEFORE INSERT OR UPDATE OR DELETE ON @workspace@.node
	FOR EACH ROW EXECUTE FUNCTION @workspace@.guard_part();
CREATE OR REPLACE TRIGGER guard BEFORE INSERT OR UPDATE OR DELETE ON @workspace@.weight_profile
	FOR EACH ROW EXECUTE FUNCTION @workspace@.guard_part();
CREATE OR REPLACE TRIGGER guard BEFORE INSERT OR UPDATE OR DELETE ON @workspace@.group_profile
	FOR EACH ROW EXECUTE FUNCTION @workspace@.guard_part();
CREATE OR REPLACE TRIGGER guard BEFORE INSERT OR UPDATE OR DELETE ON @workspace@.tier
	FOR EACH ROW EXECUTE FUNCTION @workspace@.guard_part();
CREATE OR REPLACE TRIGGER guard BEFORE INSERT OR UPDATE OR DELETE ON @workspace@.rater_role
	FOR EACH ROW EXECUTE FUNCTION @workspace@.guard_part();
CREATE OR REPLACE TRIGGER guard BEFORE INSERT OR UPDATE OR DELETE ON @workspace@.version_part
	FOR EACH ROW EXECUTE FUNCTION @workspace@.guard_part();
CREATE OR REPLACE TRIGGER guard BEFORE INSERT OR UPDATE OR DELETE ON @workspace@.version_reviewer
	FOR EACH ROW EXECUTE FUNCTION @workspace@.guard_part();
CREATE OR REPLACE TRIGGER guard BEFORE INSERT OR UPDATE OR DELETE ON @workspace@.version_review
	FOR EACH ROW EXECUTE FUNCTION @workspace@.guard_sealed_row();
CREATE OR REPLACE TRIGGER guard BEFORE INSERT OR UPDATE OR DELETE ON @workspace@.version_finding
	FOR EACH ROW EXECUTE FUNCTION @workspace@.guard_sealed_row();
CREATE OR REPLACE TRIGGER guard BEFORE INSERT OR UPDATE OR DELETE ON @workspace@.group_rubric
	FOR EACH ROW EXECUTE FUNCTION @workspace@.guard_sealed_row();
CREATE OR REPLACE TRIGGER guard BEFORE UPDATE OR DELETE ON @workspace@.indicator
	FOR EACH ROW EXECUTE FUNCTION @workspace@.guard_indicator();
CREATE OR REPLACE TRIGGER guard BEFORE UPDATE ON @workspace@.subject_group
	FOR EACH ROW EXECUTE FUNCTION @workspace@.guard_group();
CREATE OR REPLACE TRIGGER guard BEFORE UPDATE ON @workspace@.scheme
	FOR EACH ROW EXECUTE FUNCTION @workspace@.guard_scheme();

CREATE OR REPLACE TRIGGER guard_truncate BEFORE TRUNCATE ON @workspace@.scheme_version
	FOR EACH STATEMENT EXECUTE FUNCTION @workspace@.guard_truncate();
CREATE OR REPLACE TRIGGER guard_truncate BEFORE TRUNCATE ON @workspace@.node
	FOR EACH STATEMENT EXECUTE FUNCTION @workspace@.guard_truncate();
CREATE OR REPLACE TRIGGER guard_truncate BEFORE TRUNCATE ON @workspace@.weight_profile
	FOR EACH STATEMENT EXECUTE FUNCTION @workspace@.guard_truncate();
CREATE OR REPLACE TRIGGER guard_truncate BEFORE TRUNCATE ON @workspace@.group_profile
	FOR EACH STATEMENT EXECUTE FUNCTION @workspace@.guard_truncate();
CREATE OR REPLACE TRIGGER guard_truncate BEFORE TRUNCATE ON @workspace@.tier
	FOR EACH STATEMENT EXECUTE FUNCTION @workspace@.guard_truncate();
CREATE OR REPLACE TRIGGER guard_truncate BEFORE TRUNCATE ON @workspace@.rater_role
	FOR EACH STATEMENT EXECUTE FUNCTION @workspace@.guard_truncate();
CREATE OR REPLACE TRIGGER guard_truncate BEFORE TRUNCATE ON @workspace@.version_part
	FOR EACH STATEMENT EXECUTE FUNCTION @workspace@.guard_truncate();
CREATE OR REPLACE TRIGGER guard_truncate BEFORE TRUNCATE ON @workspace@.version_reviewer
	FOR EACH STATEMENT EXECUTE FUNCTION @workspace@.guard_truncate();
CREATE OR REPLACE TRIGGER guard_truncate BEFORE TRUNCATE ON @workspace@.version_review
	FOR EACH STATEMENT EXECUTE FUNCTION @workspace@.guard_truncate();
CREATE OR REPLACE TRIGGER guard_truncate BEFORE TRUNCATE ON @workspace@.version_finding
	FOR EACH STATEMENT EXECUTE FUNCTION @workspace@.guard_truncate();
CREATE OR REPLACE TRIGGER guard_truncate BEFORE TRUNCATE ON @workspace@.group_rubric
	FOR EACH STATEMENT EXECUTE FUNCTION @workspace@.guard_truncate();
CREATE OR REPLACE TRIGGER guard_truncate BEFORE TRUNCATE ON @workspace@.indicator
	FOR EACH STATEMENT EXECUTE FUNCTION @workspace@.guard_truncate();
-- The life of a version: begun as a draft, reviewed by the offices named, sealed.

-- The last word of each office about the document as it is now: an edit makes
-- all that was said before void.
CREATE OR REPLACE FUNCTION @workspace@.is_agreed(version_id integer) RETURNS boolean
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
	SELECT v.quorum > 0 AND count(*) FILTER (WHERE w.decision = 'agree') >= v.quorum
		AND count(*) FILTER (WHERE w.decision = 'object') = 0
	FROM @workspace@.scheme_version AS v
		LEFT JOIN (SELECT DISTINCT ON (r.office_id) r.version_id, r.office_id, r.decision
		           FROM @workspace@.version_review AS r
		           WHERE r.version_id = $1 AND r.hash = @workspace@.document_hash($1)
		           ORDER BY r.office_id, r.decided_at DESC) AS w ON w.version_id = v.version_id
	WHERE v.version_id = $1
	GROUP BY v.quorum
$$;
COMMENT ON FUNCTION @workspace@.is_agreed(integer) IS
	'whether the quorum agrees to a version as it is, and no office objects (是否会审通过)';

CREATE OR REPLACE PROCEDURE @workspace@.new_version(scheme text, based_on integer DEFAULT NULL, in_force_from date DEFAULT NULL,
	INOUT version_id integer DEFAULT NULL)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	owner @workspace@.scheme;
	source integer;
BEGIN
	-- One at a time, as each takes the next number.
	SELECT s.* INTO owner FROM @workspace@.scheme AS s WHERE s.code = $1 FOR UPDATE;
	IF owner.scheme_id IS NULL THEN
		RAISE EXCEPTION 'there is no scheme %', coalesce(quote_literal($1), 'NULL')
			USING ERRCODE = 'no_data_found', HINT = 'Add it to table scheme.';
	END IF;
	IF $2 IS NOT NULL THEN
		source := @workspace@.find_version($1, $2);
	ELSIF $3 IS NULL THEN
		RAISE EXCEPTION 'from when on the version is in force is not stated'
			USING ERRCODE = 'null_value_not_allowed', HINT = 'Give in_force_from.';
	END IF;

	INSERT INTO @workspace@.scheme_version AS v (scheme_id, number, based_on, in_force_from, period_kinds, quorum, round_at, round_digits,
		round_mode, rank_basis, ties, tie_chain, max_indicators, common_limit, parameters, note)
	SELECT owner.scheme_id, (SELECT coalesce(max(n.number), 0) + 1 FROM @workspace@.scheme_version AS n WHERE n.scheme_id = owner.scheme_id),
		source, coalesce($3, o.in_force_from), coalesce(o.period_kinds, '{year,half_year,quarter,month,week}'), coalesce(o.quorum, 0),
		o.round_at, o.round_digits, o.round_mode, o.rank_basis, o.ties, o.tie_chain, o.max_indicators, o.common_limit,
		coalesce(o.parameters, '{}'), NULL
	FROM (SELECT) AS one LEFT JOIN @workspace@.scheme_version AS o ON o.version_id = source
	RETURNING v.version_id INTO version_id;
	IF source IS NOT NULL THEN
		CALL @workspace@.copy_parts(source, version_id);
	END IF;
END
$$;
COMMENT ON PROCEDURE @workspace@.new_version(text, integer, date, integer) IS
	'begins a draft, empty or as a copy of the version of that number; gives its version_id (新建方案版本)';

CREATE OR REPLACE PROCEDURE @workspace@.copy_parts(source integer, target integer)
LANGUAGE sql
SET search_path = pg_catalog, pg_temp
AS $$
	INSERT INTO @workspace@.node (version_id, group_id, node, parent, position, part, slot, spec, weight_min, weight_max)
	SELECT $2, n.group_id, n.node, n.parent, n.position, n.part, n.slot, n.spec, n.weight_min, n.weight_max FROM @workspace@.node AS n WHERE n.version_id = $1;
	INSERT INTO @workspace@.weight_profile (version_id, profile, node, weight)
	SELECT $2, w.profile, w.node, w.weight FROM @workspace@.weight_profile AS w WHERE w.version_id = $1;
	INSERT INTO @workspace@.group_profile (version_id, group_id, profile)
	SELECT $2, p.group_id, p.profile FROM @workspace@.group_profile AS p WHERE p.version_id = $1;
	INSERT INTO @workspace@.tier (version_id, tier, code, label, label_zh, share, bound, preference, cap, coefficient)
	SELECT $2, t.tier, t.code, t.label, t.label_zh, t.share, t.bound, t.preference, t.cap, t.coefficient
	FROM @workspace@.tier AS t WHERE t.version_id = $1;
	INSERT INTO @workspace@.rater_role (version_id, criterion, role, weight, position, label)
	SELECT $2, r.criterion, r.role, r.weight, r.position, r.label FROM @workspace@.rater_role AS r WHERE r.version_id = $1;
	INSERT INTO @workspace@.version_part (version_id, slot, part_id, hash)
	SELECT $2, p.slot, p.part_id, p.hash FROM @workspace@.version_part AS p WHERE p.version_id = $1;
	INSERT INTO @workspace@.version_reviewer (version_id, office_id)
	SELECT $2, r.office_id FROM @workspace@.version_reviewer AS r WHERE r.version_id = $1;
$$;
COMMENT ON PROCEDURE @workspace@.copy_parts(integer, integer) IS
	'support procedure: copies nodes, weights, tiers, raters and reviewers of a version (复制方案内容)';

CREATE OR REPLACE PROCEDURE @workspace@.review_version(version_id integer, office text, decision text, note text DEFAULT NULL)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	version @workspace@.scheme_version := @workspace@.lock_version($1);
	reviewer bigint;
BEGIN
	IF version.state = 'sealed' THEN
		PERFORM @workspace@.refuse_change($1, version.state, 'reviews');
	ELSIF $3 IS NULL OR $3 NOT IN ('agree', 'object') THEN
		RAISE EXCEPTION 'a decision cannot be %', coalesce(quote_literal($3), 'NULL')
			USING ERRCODE = 'invalid_parameter_value', HINT = 'It is agree or object.';
	END IF;
	SELECT r.office_id INTO reviewer
	FROM @workspace@.version_reviewer AS r JOIN @workspace@.subject AS o ON o.subject_id = r.office_id
	WHERE r.version_id = $1 AND o.code = $2;
	IF reviewer IS NULL THEN
		RAISE EXCEPTION '% does not review %', coalesce(quote_literal($2), 'NULL'), @workspace@.version_name($1)
			USING ERRCODE = 'insufficient_privilege', HINT = 'Table version_reviewer names the offices that do.';
	END IF;
	INSERT INTO @workspace@.version_review (version_id, office_id, decision, note, hash)
	VALUES ($1, reviewer, $3, $4, @workspace@.document_hash($1));
	UPDATE @workspace@.scheme_version AS v SET state = x.state
	FROM (SELECT CASE WHEN @workspace@.is_agreed($1) THEN 'reviewed' ELSE 'draft' END AS state) AS x
	WHERE v.version_id = $1 AND v.state <> x.state;
END
$$;
COMMENT ON PROCEDURE @workspace@.review_version(integer, text, text, text) IS
	'an office agrees or objects; with the quorum and no objection the draft is reviewed, with an objection it is a draft again (方案会审)';

CREATE OR REPLACE PROCEDURE @workspace@.return_to_draft(version_id integer)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	version @workspace@.scheme_version := @workspace@.lock_version($1);
BEGIN
	IF version.state = 'sealed' THEN
		PERFORM @workspace@.refuse_change($1, version.state, 'state');
	END IF;
	UPDATE @workspace@.scheme_version AS v SET state = 'draft' WHERE v.version_id = $1 AND v.state = 'reviewed';
END
$$;
COMMENT ON PROCEDURE @workspace@.return_to_draft(integer) IS
	'makes a reviewed version a draft again, so that it can be edited; what was agreed to the text before an edit is void (退回起草)';

CREATE OR REPLACE PROCEDURE @workspace@.discard_version(version_id integer)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	version @workspace@.scheme_version := @workspace@.lock_version($1);
BEGIN
	IF version.state <> 'draft' THEN
		PERFORM @workspace@.refuse_change($1, version.state, 'rows');
	END IF;
	DELETE FROM @workspace@.version_review AS x WHERE x.version_id = $1;
	DELETE FROM @workspace@.version_reviewer AS x WHERE x.version_id = $1;
	DELETE FROM @workspace@.version_part AS x WHERE x.version_id = $1;
	DELETE FROM @workspace@.rater_role AS x WHERE x.version_id = $1;
	DELETE FROM @workspace@.tier AS x WHERE x.version_id = $1;
	DELETE FROM @workspace@.group_profile AS x WHERE x.version_id = $1;
	DELETE FROM @workspace@.weight_profile AS x WHERE x.version_id = $1;
	DELETE FROM @workspace@.node AS x WHERE x.version_id = $1;
	DELETE FROM @workspace@.scheme_version AS x WHERE x.version_id = $1;
END
$$;
COMMENT ON PROCEDURE @workspace@.discard_version(integer) IS
	'deletes a draft with all that is in it (作废草稿)';

-- Where a review stands.
CREATE OR REPLACE VIEW @workspace@.version_status WITH (security_invoker = true) AS
SELECT v.version_id, s.code AS scheme, v.number, v.state, v.in_force_from, b.number AS based_on, bs.code AS based_on_scheme, v.quorum,
	r.reviewers, r.agreed, r.objected, v.drafted_at, v.drafted_by, v.sealed_at, v.sealed_by, v.hash, v.note
FROM @workspace@.scheme_version AS v
	JOIN @workspace@.scheme AS s ON s.scheme_id = v.scheme_id
	LEFT JOIN @workspace@.scheme_version AS b ON b.version_id = v.based_on
	LEFT JOIN @workspace@.scheme AS bs ON bs.scheme_id = b.scheme_id
	LEFT JOIN (SELECT x.version_id, count(*) AS reviewers, count(*) FILTER (WHERE y.decision = 'agree') AS agreed,
	               count(*) FILTER (WHERE y.decision = 'object') AS objected
	           FROM @workspace@.version_reviewer AS x
	               LEFT JOIN (SELECT DISTINCT ON (w.version_id, w.office_id) w.version_id, w.office_id, w.decision
	                          FROM @workspace@.version_review AS w
	                          WHERE w.hash = @workspace@.document_hash(w.version_id)
	                          ORDER BY w.version_id, w.office_id, w.decided_at DESC) AS y
	               ON y.version_id = x.version_id AND y.office_id = x.office_id
	           GROUP BY x.version_id) AS r ON r.version_id = v.version_id;
COMMENT ON VIEW @workspace@.version_status IS 'versions of all schemes and how far they are (方案版本进度)';
COMMENT ON COLUMN @workspace@.version_status.version_id IS 'version (版本编号)';
COMMENT ON COLUMN @workspace@.version_status.scheme IS 'code of the scheme (方案)';
COMMENT ON COLUMN @workspace@.version_status.number IS 'number within the scheme (版本号)';
COMMENT ON COLUMN @workspace@.version_status.state IS 'draft, reviewed or sealed (状态)';
COMMENT ON COLUMN @workspace@.version_status.in_force_from IS 'in force from this day on (生效日期)';
COMMENT ON COLUMN @workspace@.version_status.based_on IS 'number of the version that it was copied from (沿袭版本号)';
COMMENT ON COLUMN @workspace@.version_status.based_on_scheme IS 'scheme of that version (沿袭方案)';
COMMENT ON COLUMN @workspace@.version_status.quorum IS 'how many offices must agree (须同意单位数)';
COMMENT ON COLUMN @workspace@.version_status.reviewers IS 'offices named (会审单位数)';
COMMENT ON COLUMN @workspace@.version_status.agreed IS 'offices that agree to it as it is (同意数)';
COMMENT ON COLUMN @workspace@.version_status.objected IS 'offices that object to it as it is (反对数)';
COMMENT ON COLUMN @workspace@.version_status.drafted_at IS 'when it was begun (起草时间)';
COMMENT ON COLUMN @workspace@.version_status.drafted_by IS 'who began it (起草者)';
COMMENT ON COLUMN @workspace@.version_status.sealed_at IS 'when it was sealed (封版时间)';
COMMENT ON COLUMN @workspace@.version_status.sealed_by IS 'who sealed it (封版者)';
COMMENT ON COLUMN @workspace@.version_status.hash IS 'hash of what was sealed (散列值)';
COMMENT ON COLUMN @workspace@.version_status.note IS 'what is new (说明)';
-- 1 + N: an outline with slots, and special rules that fill them, composed into
-- one version. The root of special rules takes the slot's place: it brings rule
-- and settings, and what the outline states there (weight, label, caps) goes
-- before its own.

CREATE OR REPLACE PROCEDURE @workspace@.compose_version(outline integer, scheme text, specials integer[],
	INOUT version_id integer DEFAULT NULL)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	target @workspace@.scheme;
	framework @workspace@.scheme_version;
	special @workspace@.scheme_version;
	source integer;
	root integer;
	roots integer;
	taken text;
	place integer;
	places integer;
	found record;
BEGIN
	SELECT s.* INTO target FROM @workspace@.scheme AS s WHERE s.code = $2 FOR UPDATE;
	IF target.scheme_id IS NULL THEN
		RAISE EXCEPTION 'there is no scheme %', coalesce(quote_literal($2), 'NULL')
			USING ERRCODE = 'no_data_found', HINT = 'Add it to table scheme.';
	END IF;
	-- The parts stay as they are meanwhile.
	PERFORM FROM @workspace@.scheme_version AS v WHERE v.version_id = $1 OR v.version_id = ANY ($3) ORDER BY v.version_id FOR SHARE;
	FOREACH source IN ARRAY $1 || $3 LOOP
		IF NOT EXISTS (SELECT FROM @workspace@.scheme_version AS v JOIN @workspace@.scheme AS s ON s.scheme_id = v.scheme_id
		               WHERE v.version_id = source AND s.grouping_id = target.grouping_id) THEN
			RAISE EXCEPTION '% does not compare within the grouping of scheme "%"',
				coalesce(@workspace@.version_name(source), 'version_id ' || coalesce(source::text, 'NULL')), $2
				USING ERRCODE = 'invalid_parameter_value', HINT = 'Outline, special rules and the scheme need the same grouping.';
		END IF;
	END LOOP;
	SELECT v.* INTO framework FROM @workspace@.scheme_version AS v WHERE v.version_id = $1;

	-- A number is one node: of the outline, or of one set of special rules.
	SELECT count(*) AS numbers, string_agg(c.line, E'\n' ORDER BY c.node) FILTER (WHERE c.n <= 20) AS lines,
		min(c.line) FILTER (WHERE c.n = 1) AS first INTO found
	FROM (SELECT x.node, row_number() OVER (ORDER BY x.node) AS n,
	          format('node %s stands in %s', x.node, string_agg(@workspace@.version_name(x.version_id), ' and in ' ORDER BY x.place)) AS line
	      FROM (SELECT DISTINCT n.node, n.version_id, array_position($1 || $3, n.version_id) AS place
	            FROM @workspace@.node AS n
	            WHERE n.version_id = $1
	                OR n.version_id = ANY ($3) AND (n.parent IS NOT NULL OR n.spec ? 'effect')) AS x
	      GROUP BY x.node HAVING count(*) > 1) AS c;
	IF found.numbers > 0 THEN
		RAISE EXCEPTION '%', found.first
			USING ERRCODE = 'unique_violation', DETAIL = found.lines, HINT = 'Number the nodes of one of them anew.';
	END IF;

	INSERT INTO @workspace@.scheme_version AS v (scheme_id, number, based_on, in_force_from, period_kinds, quorum, round_at, round_digits,
		round_mode, rank_basis, ties, tie_chain, max_indicators, common_limit, parameters)
	SELECT target.scheme_id, coalesce(max(n.number), 0) + 1,
		(SELECT l.version_id FROM @workspace@.scheme_version AS l WHERE l.scheme_id = target.scheme_id ORDER BY l.number DESC LIMIT 1),
		framework.in_force_from, framework.period_kinds, framework.quorum, framework.round_at, framework.round_digits,
		framework.round_mode, framework.rank_basis, framework.ties, framework.tie_chain, framework.max_indicators, framework.common_limit,
		framework.parameters
	FROM @workspace@.scheme_version AS n WHERE n.scheme_id = target.scheme_id
	RETURNING v.version_id INTO version_id;
	CALL @workspace@.copy_parts($1, version_id);
	DELETE FROM @workspace@.version_part AS p WHERE p.version_id = $4;
	INSERT INTO @workspace@.version_part (version_id, slot, part_id, hash) VALUES ($4, '', $1, @workspace@.document_hash($1));

	FOREACH source IN ARRAY coalesce($3, '{}') LOOP
		SELECT v.* INTO special FROM @workspace@.scheme_version AS v WHERE v.version_id = source;
		SELECT count(DISTINCT n.node), min(n.node), min(n.slot) INTO roots, root, taken
		FROM @workspace@.node AS n WHERE n.version_id = source AND n.parent IS NULL AND NOT n.spec ? 'effect';
		SELECT count(DISTINCT n.node), min(n.node) INTO places, place
		FROM @workspace@.node AS n WHERE n.version_id = $4 AND n.slot = taken;
		IF roots <> 1 OR taken IS NULL THEN
			RAISE EXCEPTION '% has no root that names the slot it is made for', @workspace@.version_name(source)
				USING ERRCODE = 'invalid_parameter_value', HINT = 'Set node.slot of its one root.';
		ELSIF places <> 1 THEN
			RAISE EXCEPTION 'no slot "%" is free in %', taken, @workspace@.version_name($1)
				USING ERRCODE = 'invalid_parameter_value', HINT = 'An outline has each slot once, and one set of special rules fills it.';
		END IF;
		SELECT min(n.node) AS node INTO found FROM @workspace@.node AS n
		WHERE n.version_id = source AND (jsonb_path_exists(n.spec, 'strict $.**.node ? (@ == $root)', jsonb_build_object('root', root), true)
			OR n.spec ->> 'expression' ~ ('node *\( *' || root || ' *\)'));
		IF found.node IS NOT NULL THEN
			RAISE EXCEPTION 'node % of % looks at its root, which becomes another node', found.node, @workspace@.version_name(source)
				USING ERRCODE = 'invalid_parameter_value', HINT = format('Say it in the outline, about node %s.', place);
		END IF;

		-- A slot or a root of one group stays of that group.
		INSERT INTO @workspace@.node (version_id, group_id, node, parent, position, part, slot, spec, weight_min, weight_max)
		SELECT $4, coalesce(s.group_id, r.group_id), s.node, s.parent, s.position, coalesce(s.part, r.part), NULL, r.spec || s.spec,
			s.weight_min, s.weight_max
		FROM @workspace@.node AS s
			JOIN @workspace@.node AS r ON r.version_id = source AND r.node = root AND r.parent IS NULL
				AND (s.group_id IS NULL OR r.group_id IS NULL OR s.group_id = r.group_id)
		WHERE s.version_id = $4 AND s.node = place AND s.slot = taken AND coalesce(s.group_id, r.group_id) IS DISTINCT FROM s.group_id;
		UPDATE @workspace@.node AS s SET spec = r.spec || s.spec, part = coalesce(s.part, r.part), slot = NULL
		FROM @workspace@.node AS r
		WHERE r.version_id = source AND r.node = root AND r.parent IS NULL
			AND (r.group_id = s.group_id OR r.group_id IS NULL AND (s.group_id IS NULL OR NOT EXISTS (
				SELECT FROM @workspace@.node AS own WHERE own.version_id = source AND own.node = root AND own.group_id = s.group_id)))
			AND s.version_id = $4 AND s.node = place AND s.slot = taken;
		INSERT INTO @workspace@.node (version_id, group_id, node, parent, position, part, slot, spec, weight_min, weight_max)
		SELECT $4, n.group_id, n.node, CASE n.parent WHEN root THEN place ELSE n.parent END, n.position, n.part, n.slot, n.spec,
			n.weight_min, n.weight_max
		FROM @workspace@.node AS n WHERE n.version_id = source AND (n.parent IS NOT NULL OR n.spec ? 'effect');

		SELECT e.key INTO found FROM jsonb_each(special.parameters) AS e
			JOIN @workspace@.scheme_version AS v ON v.version_id = $4 AND v.parameters -> e.key <> e.value LIMIT 1;
		IF found.key IS NOT NULL THEN
			RAISE EXCEPTION 'parameter "%" of % has another value in the outline or other special rules', found.key, @workspace@.version_name(source)
				USING ERRCODE = 'invalid_parameter_value', HINT = 'Give one of them another name.';
		END IF;
		UPDATE @workspace@.scheme_version AS v SET parameters = v.parameters || special.parameters
		WHERE v.version_id = $4 AND special.parameters <> '{}';

		SELECT r.criterion, r.role INTO found FROM @workspace@.rater_role AS r
			JOIN @workspace@.rater_role AS h ON h.version_id = $4 AND h.criterion = r.criterion
		WHERE r.version_id = source LIMIT 1;
		IF found.criterion IS NOT NULL THEN
			RAISE EXCEPTION 'raters of criterion "%" are stated by % and by the outline or other special rules', found.criterion,
				@workspace@.version_name(source) USING ERRCODE = 'unique_violation', HINT = 'State them once.';
		END IF;
		INSERT INTO @workspace@.rater_role (version_id, criterion, role, weight, position, label)
		SELECT $4, r.criterion, r.role, r.weight, r.position, r.label FROM @workspace@.rater_role AS r WHERE r.version_id = source;

		INSERT INTO @workspace@.weight_profile (version_id, profile, node, weight)
		SELECT $4, w.profile, w.node, w.weight FROM @workspace@.weight_profile AS w WHERE w.version_id = source AND w.node <> root;
		SELECT g.code INTO found FROM @workspace@.group_profile AS p
			JOIN @workspace@.group_profile AS h ON h.version_id = $4 AND h.group_id = p.group_id AND h.profile <> p.profile
			JOIN @workspace@.subject_group AS g ON g.group_id = p.group_id
		WHERE p.version_id = source LIMIT 1;
		IF found.code IS NOT NULL THEN
			RAISE EXCEPTION 'group "%" has another weight profile in % than in the outline or other special rules', found.code,
				@workspace@.version_name(source) USING ERRCODE = 'invalid_parameter_value', HINT = 'A group has one profile in all of them.';
		END IF;
		INSERT INTO @workspace@.group_profile (version_id, group_id, profile)
		SELECT $4, p.group_id, p.profile FROM @workspace@.group_profile AS p WHERE p.version_id = source
		ON CONFLICT DO NOTHING;

		INSERT INTO @workspace@.version_part (version_id, slot, part_id, hash) VALUES ($4, taken, source, @workspace@.document_hash(source));
	END LOOP;
END
$$;
COMMENT ON PROCEDURE @workspace@.compose_version(integer, text, integer[], integer) IS
	'makes a draft of an outline and the special rules for its slots; gives its version_id (1+N 合成方案)';
-- Weights from importance and difficulty (大事要事难事赋高分): a proposal that
-- people look at, and then apply to a draft.

CREATE OR REPLACE FUNCTION @workspace@.propose_weights(version_id integer, parent integer, judgements jsonb,
	digits integer DEFAULT 2, group_code text DEFAULT NULL,
	OUT node integer, OUT label text, OUT importance numeric, OUT difficulty numeric, OUT weight numeric)
RETURNS SETOF record
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	total numeric;
	nodes integer[];
	labels text[];
	grades numeric[];
	hard numeric[];
	shares numeric[];
	odd text;
BEGIN
	IF $5 IS NOT NULL AND NOT EXISTS (
		SELECT FROM @workspace@.scheme_version AS v JOIN @workspace@.scheme AS s ON s.scheme_id = v.scheme_id
			JOIN @workspace@.subject_group AS g ON g.grouping_id = s.grouping_id
		WHERE v.version_id = $1 AND g.code = $5)
	THEN
		RAISE EXCEPTION 'there is no group % in version_id %', quote_literal($5), $1 USING ERRCODE = 'no_data_found';
	END IF;

	-- The children for all groups, or those of one group's tree.
	WITH tree AS (
		SELECT n.node, n.parent, n.position, n.spec FROM @workspace@.node AS n WHERE $5 IS NULL AND n.version_id = $1 AND n.group_id IS NULL
		UNION ALL
		SELECT n.node, n.parent, n.position, n.spec FROM @workspace@.stated_node AS n JOIN @workspace@.subject_group AS g ON g.group_id = n.group_id
		WHERE n.version_id = $1 AND g.code = $5
	)
	SELECT (SELECT CASE WHEN jsonb_typeof(p.spec -> 'total') = 'number' THEN (p.spec ->> 'total')::numeric
	                    WHEN p.spec ->> 'rule' IN ('budget', '分值分配') THEN 100 ELSE 1 END FROM tree AS p WHERE p.node = $2),
		array_agg(c.node ORDER BY c.position, c.node), array_agg(c.spec ->> 'label' ORDER BY c.position, c.node)
	INTO total, nodes, labels FROM tree AS c WHERE c.parent = $2;
	IF total IS NULL OR nodes IS NULL THEN
		RAISE EXCEPTION 'node % of version_id % has no children%', coalesce($2::text, 'NULL'), coalesce($1::text, 'NULL'),
			CASE WHEN $5 IS NULL THEN ' that stand in all groups' ELSE '' END
			USING ERRCODE = 'no_data_found', HINT = 'Name the node above them; give group_code if the tree is a group''s own.';
	END IF;

	IF jsonb_typeof($3) IS DISTINCT FROM 'array' THEN
		RAISE EXCEPTION 'judgements are a list of {"node": ..., "importance": ..., "difficulty": ...}' USING ERRCODE = 'invalid_parameter_value',
			HINT = 'jsonb_agg(t) makes it of a table t.';
	END IF;
	SELECT string_agg(x.what, '; ') INTO odd
	FROM (SELECT format('node %s is judged %s times', u.node, count(j.node)) AS what
	      FROM unnest(nodes) AS u (node)
	          LEFT JOIN jsonb_to_recordset($3) AS j (node integer, importance numeric, difficulty numeric)
	          ON j.node = u.node AND j.importance >= 0 AND j.difficulty >= 0 AND j.importance < 'Infinity' AND j.difficulty < 'Infinity'
	      GROUP BY u.node HAVING count(j.node) <> 1
	      UNION ALL
	      SELECT format('node %s is not below node %s', coalesce(j.node::text, 'NULL'), $2)
	      FROM jsonb_to_recordset($3) AS j (node integer) WHERE j.node = ANY (nodes) IS NOT TRUE) AS x;
	IF odd IS NOT NULL THEN
		RAISE EXCEPTION 'judgements do not fit the tree: %', odd
			USING ERRCODE = 'invalid_parameter_value', HINT = 'Each child needs one, with importance and difficulty of 0 or more.';
	END IF;
	SELECT array_agg(j.importance ORDER BY u.n), array_agg(j.difficulty ORDER BY u.n),
		perfeval.allocate_amount(total, array_agg(j.importance * j.difficulty ORDER BY u.n), $4)
	INTO grades, hard, shares
	FROM unnest(nodes) WITH ORDINALITY AS u (node, n)
		JOIN jsonb_to_recordset($3) AS j (node integer, importance numeric, difficulty numeric) ON j.node = u.node;
	RETURN QUERY SELECT u.* FROM unnest(nodes, labels, grades, hard, shares) AS u;
END
$$;
COMMENT ON FUNCTION @workspace@.propose_weights(integer, integer, jsonb, integer, text) IS
	'weights for a node''s children by importance and difficulty, which sum exactly to its total; a proposal (权重建议)';

CREATE OR REPLACE PROCEDURE @workspace@.apply_weights(version_id integer, weights jsonb, profile text DEFAULT NULL, group_code text DEFAULT NULL)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	missing text;
BEGIN
	IF jsonb_typeof($2) IS DISTINCT FROM 'object' THEN
		RAISE EXCEPTION 'weights are an object of nodes and weights' USING ERRCODE = 'invalid_parameter_value',
			HINT = 'jsonb_object_agg(node, weight) makes it of a proposal.';
	ELSIF $3 IS NOT NULL AND $4 IS NOT NULL THEN
		RAISE EXCEPTION 'weights go to a profile or to a group''s nodes, not to both' USING ERRCODE = 'invalid_parameter_value';
	END IF;
	SELECT string_agg(w.key, ', ') INTO missing FROM jsonb_each_text($2) AS w
	WHERE NOT EXISTS (SELECT FROM @workspace@.node AS n LEFT JOIN @workspace@.subject_group AS g ON g.group_id = n.group_id
	                  WHERE n.version_id = $1 AND n.node::text = w.key AND ($3 IS NOT NULL OR g.code IS NOT DISTINCT FROM $4));
	IF missing IS NOT NULL THEN
		RAISE EXCEPTION 'nodes % are not in version_id %', missing, coalesce($1::text, 'NULL') USING ERRCODE = 'no_data_found';
	END IF;
	IF $3 IS NOT NULL THEN
		INSERT INTO @workspace@.weight_profile AS p (version_id, profile, node, weight)
		SELECT $1, $3, w.key::integer, w.value::numeric FROM jsonb_each_text($2) AS w
		ON CONFLICT ON CONSTRAINT weight_profile_pkey DO UPDATE SET weight = excluded.weight;
	ELSE
		UPDATE @workspace@.node AS n SET spec = n.spec || jsonb_build_object('weight', w.value::numeric)
		FROM jsonb_each_text($2) AS w
		WHERE n.version_id = $1 AND n.node::text = w.key
			AND n.group_id IS NOT DISTINCT FROM (
				SELECT g.group_id FROM @workspace@.subject_group AS g
					JOIN @workspace@.scheme AS s ON s.grouping_id = g.grouping_id
					JOIN @workspace@.scheme_version AS v ON v.scheme_id = s.scheme_id AND v.version_id = $1
				WHERE g.code = $4);
	END IF;
END
$$;
COMMENT ON PROCEDURE @workspace@.apply_weights(integer, jsonb, text, text) IS
	'sets weights of a draft''s nodes, of one group''s own nodes or of a weight profile (采用权重)';
-- What a new version changes.

-- The parts of a document as objects with a path each; the trees are compared
-- as rubrics.
CREATE OR REPLACE FUNCTION @workspace@.document_part(document jsonb, OUT path text, OUT body jsonb)
RETURNS SETOF record
LANGUAGE sql IMMUTABLE
SET search_path = pg_catalog, pg_temp
AS $$
	SELECT '/settings', $1 -> 'settings'
	UNION ALL SELECT '/parameters', $1 -> 'parameters'
	UNION ALL SELECT '/groups/' || (x.value ->> 'code'), x.value FROM jsonb_array_elements($1 -> 'groups') AS x (value)
	UNION ALL SELECT '/tiers/' || (x.value ->> 'code'), x.value FROM jsonb_array_elements($1 -> 'tiers') AS x (value)
	UNION ALL SELECT '/raters/' || (x.value ->> 'criterion') || '/' || (x.value ->> 'role'), x.value FROM jsonb_array_elements($1 -> 'raters') AS x (value)
	UNION ALL SELECT '/reviewers/' || (x.value #>> '{}'), '{}' FROM jsonb_array_elements($1 -> 'reviewers') AS x (value)
	UNION ALL SELECT '/indicators/' || (x.value ->> 'code'), x.value FROM jsonb_array_elements($1 -> 'indicators') AS x (value)
$$;
COMMENT ON FUNCTION @workspace@.document_part(jsonb) IS
	'support function of version_diff: settings, tiers, raters, indicators of a document (方案文档组成)';

CREATE OR REPLACE FUNCTION @workspace@.version_diff(a integer, b integer,
	OUT group_code text, OUT path text, OUT node integer, OUT label text, OUT change text, OUT key text, OUT before text, OUT after text)
RETURNS SETOF record
LANGUAGE sql STABLE ROWS 20
SET search_path = pg_catalog, pg_temp
SET jit = off
AS $$
	WITH old AS (
		SELECT p.* FROM @workspace@.document_part(coalesce((SELECT v.document FROM @workspace@.scheme_version AS v WHERE v.version_id = $1)::jsonb,
			@workspace@.version_document(@workspace@.check_version($1)))) AS p
	), new AS (
		SELECT p.* FROM @workspace@.document_part(coalesce((SELECT v.document FROM @workspace@.scheme_version AS v WHERE v.version_id = $2)::jsonb,
			@workspace@.version_document(@workspace@.check_version($2)))) AS p
	), part AS (
		SELECT path, x.key, x.before, x.after,
			CASE WHEN old.body IS NULL THEN 'added' WHEN new.body IS NULL THEN 'removed' ELSE 'changed' END AS change,
			coalesce(new.body, old.body) AS body
		FROM old FULL JOIN new USING (path),
			LATERAL (
				SELECT NULL::text AS key, old.body AS before, new.body AS after WHERE old.body IS NULL OR new.body IS NULL
				UNION ALL
				SELECT key, o.value, n.value FROM jsonb_each(old.body) AS o FULL JOIN jsonb_each(new.body) AS n USING (key)
				WHERE old.body IS NOT NULL AND new.body IS NOT NULL AND o.value IS DISTINCT FROM n.value
			) AS x
	), grp AS (
		SELECT x.group_id, g.code, bool_or(x.version_id = $1) AS in_old, bool_or(x.version_id = $2) AS in_new
		FROM @workspace@.stated_node AS x JOIN @workspace@.subject_group AS g ON g.group_id = x.group_id
		WHERE x.version_id IN ($1, $2) GROUP BY x.group_id, g.code
	), rubric AS (
		SELECT g.group_id, g.code,
			coalesce((SELECT r.document FROM @workspace@.group_rubric AS r WHERE r.version_id = $1 AND r.group_id = g.group_id)::perfeval.rubric,
				@workspace@.draft_rubric($1, g.group_id)) AS old,
			coalesce((SELECT r.document FROM @workspace@.group_rubric AS r WHERE r.version_id = $2 AND r.group_id = g.group_id)::perfeval.rubric,
				@workspace@.draft_rubric($2, g.group_id)) AS new
		FROM grp AS g WHERE g.in_old AND g.in_new
	), tree AS (
		-- What changes in every group is said once. Settings of the document are among the parts.
		SELECT CASE WHEN count(*) < (SELECT count(*) FROM rubric) THEN min(r.code) END AS code, d.path, d.node, d.change, d.key, d.before, d.after,
			array_agg(r.code ORDER BY r.code) AS codes
		FROM rubric AS r, LATERAL perfeval.rubric_diff(r.old, r.new) AS d
		WHERE d.path IS NOT NULL
		GROUP BY d.path, d.node, d.change, d.key, d.before, d.after
	)
	SELECT z.code, z.path, z.node, z.label, z.change, z.key, z.before, z.after
	FROM (
		SELECT NULL::text AS code, p.path, NULL::integer AS node, coalesce(p.body ->> 'label', p.body ->> 'name') AS label,
			p.change, p.key, p.before #>> '{}' AS before, p.after #>> '{}' AS after, 1 AS place
		FROM part AS p
		UNION ALL
		SELECT g.code, '/', NULL, NULL, CASE WHEN g.in_new THEN 'added' ELSE 'removed' END, NULL, NULL, NULL, 2
		FROM grp AS g WHERE g.in_old <> g.in_new
		UNION ALL
		SELECT c.code, t.path, t.node,
			coalesce(t.after ->> 'label', t.before ->> 'label', (SELECT max(n.spec ->> 'label') FROM @workspace@.stated_node AS n
			                                                   WHERE n.version_id = $2 AND n.node = t.node)),
			t.change, t.key, t.before #>> '{}', t.after #>> '{}', 3
		FROM tree AS t, LATERAL unnest(CASE WHEN t.code IS NULL THEN '{NULL}' ELSE t.codes END) AS c (code)
	) AS z
	ORDER BY z.place, z.code COLLATE "C" NULLS FIRST, z.path COLLATE "C", z.key COLLATE "C"
$$;
COMMENT ON FUNCTION @workspace@.version_diff(integer, integer) IS
	'what differs between two versions: settings, tiers, raters, indicators, and the trees of the groups (方案版本对比)';
-- Numbers that depend on the whole group, or on the year, are put into a sealed
-- rubric for one period: whoever comes later moves nobody.

CREATE OR REPLACE PROCEDURE @workspace@.set_group_parameters(version_id integer, group_code text, period text, parameters jsonb)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	grp integer;
	rubric perfeval.rubric;
	of_period integer;
BEGIN
	SELECT r.group_id, r.compiled INTO grp, rubric
	FROM @workspace@.group_rubric AS r JOIN @workspace@.subject_group AS g ON g.group_id = r.group_id
	WHERE r.version_id = $1 AND g.code = $2;
	IF grp IS NULL THEN
		RAISE EXCEPTION 'version_id % has no sealed rubric for group %', coalesce($1::text, 'NULL'), coalesce(quote_literal($2), 'NULL')
			USING ERRCODE = 'no_data_found', HINT = 'Seal the version first: CALL seal_version.';
	END IF;
	SELECT p.period_id INTO of_period FROM @workspace@.period AS p WHERE p.code = $3;
	IF of_period IS NULL THEN
		RAISE EXCEPTION 'there is no period %', coalesce(quote_literal($3), 'NULL')
			USING ERRCODE = 'no_data_found', HINT = 'CALL add_year makes the periods of a year.';
	END IF;
	INSERT INTO @workspace@.group_parameter (version_id, group_id, period_id, parameters, compiled)
	VALUES ($1, grp, of_period, $4, perfeval.with_parameters(rubric, $4))
	ON CONFLICT ON CONSTRAINT group_parameter_pkey DO UPDATE
	SET parameters = excluded.parameters, compiled = excluded.compiled, set_at = now(), set_by = session_user;
END
$$;
COMMENT ON PROCEDURE @workspace@.set_group_parameters(integer, text, text, jsonb) IS
	'states the parameters of a group''s rubric for one period (设定组参数)';
-- Facts. Nothing is updated in place: a correction is a new row, and the one
-- that was recorded last counts. What arrives lands in reading_tail; fold moves
-- it to reading_history and into the cards. Foreign keys stand on the tail
-- alone: what it held is known to be right.

CREATE SEQUENCE IF NOT EXISTS @workspace@.fact_id CACHE 100;
COMMENT ON SEQUENCE @workspace@.fact_id IS 'numbers of readings, events and ratings (事实编号)';

-- A scorecard's numbers have 38 digits: 17 before and 18 after the point leave
-- room for a sum over all parts of a year, so no reading can spoil a card. A
-- reading of an infinite time would beat every correction.
CREATE TABLE IF NOT EXISTS @workspace@.reading (
	subject_id bigint NOT NULL,
	period_id integer NOT NULL,
	item integer NOT NULL,
	value numeric CHECK (value > -1e17 AND value < 1e17 AND min_scale(value) <= 18),
	status text CHECK (status IN ('missing', 'not_applicable', 'exempt')),
	valid_from date,
	valid_to date,
	recorded_at timestamptz NOT NULL DEFAULT now(),
	recorded_by text NOT NULL DEFAULT session_user,
	source_id integer,
	evidence text,
	note text,
	assist_note text,
	reading_id bigint NOT NULL DEFAULT nextval('@workspace:literal@.fact_id'),
	folded boolean NOT NULL DEFAULT false,
	PRIMARY KEY (subject_id, period_id, item, recorded_at, reading_id, folded),
	CHECK ((value IS NULL) = (status IS NOT NULL)),
	CHECK (valid_to > valid_from),
	CHECK (isfinite(valid_from) AND isfinite(valid_to) AND isfinite(recorded_at))
) PARTITION BY LIST (folded);
-- Nor can a reading come from the future, beyond what clocks may differ by: it
-- would beat the corrections of today. That is asked at the door alone, as the
-- history must take what was let in.
CREATE TABLE IF NOT EXISTS @workspace@.reading_tail PARTITION OF @workspace@.reading (
	CONSTRAINT reading_not_of_future CHECK (recorded_at <= clock_timestamp() + interval '5 minutes'),
	FOREIGN KEY (subject_id) REFERENCES @workspace@.subject,
	FOREIGN KEY (period_id) REFERENCES @workspace@.period,
	FOREIGN KEY (item) REFERENCES @workspace@.indicator,
	FOREIGN KEY (source_id) REFERENCES @workspace@.source
) FOR VALUES IN (false) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000,
	autovacuum_vacuum_insert_scale_factor = 0, autovacuum_vacuum_insert_threshold = 50000,
	autovacuum_analyze_scale_factor = 0, autovacuum_analyze_threshold = 5000);
CREATE TABLE IF NOT EXISTS @workspace@.reading_history PARTITION OF @workspace@.reading
	FOR VALUES IN (true) PARTITION BY RANGE (period_id);
CREATE TABLE IF NOT EXISTS @workspace@.reading_history_other PARTITION OF @workspace@.reading_history DEFAULT;
COMMENT ON TABLE @workspace@.reading IS 'measured values; append only, the last recorded one counts (指标读数)';
COMMENT ON TABLE @workspace@.reading_tail IS 'readings that are not in the cards yet (未归并读数)';
COMMENT ON TABLE @workspace@.reading_history IS 'readings that are in the cards, by year (已归并读数)';
COMMENT ON TABLE @workspace@.reading_history_other IS 'readings of years without a table of their own (其他年度读数)';
COMMENT ON COLUMN @workspace@.reading.subject_id IS 'whose (考核对象)';
COMMENT ON COLUMN @workspace@.reading.period_id IS 'of which period (周期)';
COMMENT ON COLUMN @workspace@.reading.item IS 'of which indicator (指标编号)';
COMMENT ON COLUMN @workspace@.reading.value IS 'exact value (数值)';
COMMENT ON COLUMN @workspace@.reading.status IS 'in place of a value: missing, not_applicable or exempt (状态)';
COMMENT ON COLUMN @workspace@.reading.valid_from IS 'first day that it speaks of (有效起始)';
COMMENT ON COLUMN @workspace@.reading.valid_to IS 'day from which it no more holds (有效终止)';
COMMENT ON COLUMN @workspace@.reading.recorded_at IS 'when it became known here (记录时间)';
COMMENT ON COLUMN @workspace@.reading.recorded_by IS 'who recorded it (记录人)';
COMMENT ON COLUMN @workspace@.reading.source_id IS 'where it comes from (数据来源)';
COMMENT ON COLUMN @workspace@.reading.evidence IS 'what proves it: document, file, hash (佐证材料)';
COMMENT ON COLUMN @workspace@.reading.note IS 'remark (备注)';
COMMENT ON COLUMN @workspace@.reading.assist_note IS 'remark of an assistant program; never scored (辅助程序备注，不计分)';
COMMENT ON COLUMN @workspace@.reading.reading_id IS 'number, which decides between readings of one time (编号)';
COMMENT ON COLUMN @workspace@.reading.folded IS 'whether it is in the card (是否已归并)';

-- Who may post events of an indicator.
CREATE TABLE IF NOT EXISTS @workspace@.posting_right (
	item integer NOT NULL REFERENCES @workspace@.indicator,
	office_id bigint NOT NULL REFERENCES @workspace@.subject,
	PRIMARY KEY (item, office_id)
);
COMMENT ON TABLE @workspace@.posting_right IS 'offices that may post events of an indicator (登记权限)';
COMMENT ON COLUMN @workspace@.posting_right.item IS 'indicator (指标编号)';
COMMENT ON COLUMN @workspace@.posting_right.office_id IS 'office (单位)';

CREATE TABLE IF NOT EXISTS @workspace@.event (
	subject_id bigint NOT NULL REFERENCES @workspace@.subject,
	event_id bigint NOT NULL DEFAULT nextval('@workspace:literal@.fact_id'),
	period_id integer NOT NULL REFERENCES @workspace@.period,
	item integer NOT NULL,
	office_id bigint NOT NULL,
	occurred_on date NOT NULL,
	quantity numeric NOT NULL DEFAULT 1 CHECK (quantity > -1e12 AND quantity < 1e12 AND min_scale(quantity) <= 12),
	decision text NOT NULL DEFAULT 'pending' CHECK (decision IN ('pending', 'valid', 'rejected', 'tolerated')),
	posted_at timestamptz NOT NULL DEFAULT now(),
	posted_by text NOT NULL DEFAULT session_user,
	evidence text,
	note text,
	assist_note text,
	PRIMARY KEY (subject_id, event_id),
	FOREIGN KEY (item, office_id) REFERENCES @workspace@.posting_right
);
CREATE INDEX IF NOT EXISTS event_subject ON @workspace@.event (subject_id, period_id, item);
COMMENT ON TABLE @workspace@.event IS 'deductions, bonuses, vetoes: what happened; append only (扣分、加分与否决事件)';
COMMENT ON COLUMN @workspace@.event.subject_id IS 'whose (考核对象)';
COMMENT ON COLUMN @workspace@.event.event_id IS 'number (编号)';
COMMENT ON COLUMN @workspace@.event.period_id IS 'period that it counts in (周期)';
COMMENT ON COLUMN @workspace@.event.item IS 'indicator that it counts for (指标编号)';
COMMENT ON COLUMN @workspace@.event.office_id IS 'office that posts it, which must have the right to (登记单位)';
COMMENT ON COLUMN @workspace@.event.occurred_on IS 'day (发生日期)';
COMMENT ON COLUMN @workspace@.event.quantity IS 'how many, or how many points (数量或分值)';
COMMENT ON COLUMN @workspace@.event.decision IS 'as posted: pending, valid, rejected or tolerated; event_decision overrules (认定情况)';
COMMENT ON COLUMN @workspace@.event.posted_at IS 'when it was posted (登记时间)';
COMMENT ON COLUMN @workspace@.event.posted_by IS 'who posted it (登记人)';
COMMENT ON COLUMN @workspace@.event.evidence IS 'what proves it (佐证材料)';
COMMENT ON COLUMN @workspace@.event.note IS 'remark (备注)';
COMMENT ON COLUMN @workspace@.event.assist_note IS 'remark of an assistant program; never scored (辅助程序备注，不计分)';

CREATE TABLE IF NOT EXISTS @workspace@.event_decision (
	subject_id bigint NOT NULL,
	event_id bigint NOT NULL,
	decision_id bigint NOT NULL DEFAULT nextval('@workspace:literal@.fact_id'),
	decision text NOT NULL CHECK (decision IN ('pending', 'valid', 'rejected', 'tolerated')),
	decided_at timestamptz NOT NULL DEFAULT now(),
	decided_by text NOT NULL DEFAULT session_user,
	reason text,
	PRIMARY KEY (subject_id, event_id, decision_id),
	FOREIGN KEY (subject_id, event_id) REFERENCES @workspace@.event
);
COMMENT ON TABLE @workspace@.event_decision IS 'decisions on events; the last one counts (事件认定)';
COMMENT ON COLUMN @workspace@.event_decision.subject_id IS 'whose event (考核对象)';
COMMENT ON COLUMN @workspace@.event_decision.event_id IS 'event (事件)';
COMMENT ON COLUMN @workspace@.event_decision.decision_id IS 'number (编号)';
COMMENT ON COLUMN @workspace@.event_decision.decision IS 'pending, valid, rejected or tolerated (认定结果)';
COMMENT ON COLUMN @workspace@.event_decision.decided_at IS 'when (时间)';
COMMENT ON COLUMN @workspace@.event_decision.decided_by IS 'who (经办人)';
COMMENT ON COLUMN @workspace@.event_decision.reason IS 'why (理由)';

CREATE TABLE IF NOT EXISTS @workspace@.rating (
	subject_id bigint NOT NULL REFERENCES @workspace@.subject,
	rating_id bigint NOT NULL DEFAULT nextval('@workspace:literal@.fact_id'),
	period_id integer NOT NULL REFERENCES @workspace@.period,
	criterion text NOT NULL,
	rater_role text NOT NULL,
	rater_id bigint NOT NULL REFERENCES @workspace@.subject,
	value numeric NOT NULL CHECK (value > -1e12 AND value < 1e12 AND min_scale(value) <= 12),
	rated_at timestamptz NOT NULL DEFAULT now(),
	rated_by text NOT NULL DEFAULT session_user,
	note text,
	PRIMARY KEY (subject_id, rating_id)
);
CREATE INDEX IF NOT EXISTS rating_subject ON @workspace@.rating (subject_id, period_id, criterion, rater_role, rater_id, rated_at, rating_id);
COMMENT ON TABLE @workspace@.rating IS 'marks given by raters; append only, a rater''s last one counts (评价打分)';
COMMENT ON COLUMN @workspace@.rating.subject_id IS 'who is rated (考核对象)';
COMMENT ON COLUMN @workspace@.rating.rating_id IS 'number (编号)';
COMMENT ON COLUMN @workspace@.rating.period_id IS 'period (周期)';
COMMENT ON COLUMN @workspace@.rating.criterion IS 'what is rated (评价内容)';
COMMENT ON COLUMN @workspace@.rating.rater_role IS 'role of the rater (评价主体)';
COMMENT ON COLUMN @workspace@.rating.rater_id IS 'rater (评分人)';
COMMENT ON COLUMN @workspace@.rating.value IS 'mark (打分)';
COMMENT ON COLUMN @workspace@.rating.rated_at IS 'when (时间)';
COMMENT ON COLUMN @workspace@.rating.rated_by IS 'who entered it (录入人)';
COMMENT ON COLUMN @workspace@.rating.note IS 'remark (备注)';

-- Each kind of fact yields readings: one view for each.
CREATE OR REPLACE VIEW @workspace@.event_state WITH (security_invoker = true) AS
SELECT e.subject_id, e.event_id, e.period_id, e.item, e.office_id, e.occurred_on, e.quantity,
	coalesce(d.decision, e.decision) AS decision, e.posted_at, d.decided_at, e.evidence, e.note
FROM @workspace@.event AS e
	LEFT JOIN (SELECT x.subject_id, x.event_id, x.decision, x.decided_at
	           FROM @workspace@.event_decision AS x
	           WHERE NOT EXISTS (
	               SELECT FROM @workspace@.event_decision AS later
	               WHERE later.subject_id = x.subject_id AND later.event_id = x.event_id
	                   AND (later.decided_at, later.decision_id) > (x.decided_at, x.decision_id))) AS d
	ON d.subject_id = e.subject_id AND d.event_id = e.event_id;
COMMENT ON VIEW @workspace@.event_state IS 'events as they stand (事件现状)';
COMMENT ON COLUMN @workspace@.event_state.subject_id IS 'whose (考核对象)';
COMMENT ON COLUMN @workspace@.event_state.event_id IS 'event (事件)';
COMMENT ON COLUMN @workspace@.event_state.period_id IS 'period that it counts in (周期)';
COMMENT ON COLUMN @workspace@.event_state.item IS 'indicator that it counts for (指标编号)';
COMMENT ON COLUMN @workspace@.event_state.office_id IS 'office that posted it (登记单位)';
COMMENT ON COLUMN @workspace@.event_state.occurred_on IS 'day (发生日期)';
COMMENT ON COLUMN @workspace@.event_state.quantity IS 'how many, or how many points (数量或分值)';
COMMENT ON COLUMN @workspace@.event_state.decision IS 'pending, valid, rejected or tolerated (认定情况)';
COMMENT ON COLUMN @workspace@.event_state.posted_at IS 'when it was posted (登记时间)';
COMMENT ON COLUMN @workspace@.event_state.decided_at IS 'when it was decided (认定时间)';
COMMENT ON COLUMN @workspace@.event_state.evidence IS 'what proves it (佐证材料)';
COMMENT ON COLUMN @workspace@.event_state.note IS 'remark (备注)';

CREATE OR REPLACE VIEW @workspace@.event_reading WITH (security_invoker = true) AS
SELECT e.subject_id, e.period_id, e.item, sum(e.quantity) AS value, max(coalesce(e.decided_at, e.posted_at)) AS recorded_at
FROM @workspace@.event_state AS e
WHERE e.decision = 'valid'
GROUP BY e.subject_id, e.period_id, e.item
UNION ALL
SELECT e.subject_id, e.period_id, i.item, sum(e.quantity), max(e.posted_at)
FROM @workspace@.event_state AS e JOIN @workspace@.indicator AS i ON i.pending_of = e.item
WHERE e.decision = 'pending'
GROUP BY e.subject_id, e.period_id, i.item;
COMMENT ON VIEW @workspace@.event_reading IS 'events as readings: decided ones by indicator, pending ones by theirs (事件形成的读数)';
COMMENT ON COLUMN @workspace@.event_reading.subject_id IS 'whose (考核对象)';
COMMENT ON COLUMN @workspace@.event_reading.period_id IS 'period (周期)';
COMMENT ON COLUMN @workspace@.event_reading.item IS 'indicator (指标编号)';
COMMENT ON COLUMN @workspace@.event_reading.value IS 'sum of quantities (合计)';
COMMENT ON COLUMN @workspace@.event_reading.recorded_at IS 'last change (最近变动时间)';

CREATE OR REPLACE VIEW @workspace@.rating_state WITH (security_invoker = true) AS
SELECT r.subject_id, r.rating_id, r.period_id, r.criterion, r.rater_role, r.rater_id, r.value, r.rated_at, r.note
FROM @workspace@.rating AS r
WHERE NOT EXISTS (
	SELECT FROM @workspace@.rating AS later
	WHERE later.subject_id = r.subject_id AND later.period_id = r.period_id AND later.criterion = r.criterion
		AND later.rater_role = r.rater_role AND later.rater_id = r.rater_id
		AND (later.rated_at, later.rating_id) > (r.rated_at, r.rating_id));
COMMENT ON VIEW @workspace@.rating_state IS 'marks that count: the last of each rater (有效打分)';
COMMENT ON COLUMN @workspace@.rating_state.subject_id IS 'who is rated (考核对象)';
COMMENT ON COLUMN @workspace@.rating_state.rating_id IS 'number (编号)';
COMMENT ON COLUMN @workspace@.rating_state.period_id IS 'period (周期)';
COMMENT ON COLUMN @workspace@.rating_state.criterion IS 'what is rated (评价内容)';
COMMENT ON COLUMN @workspace@.rating_state.rater_role IS 'role of the rater (评价主体)';
COMMENT ON COLUMN @workspace@.rating_state.rater_id IS 'rater (评分人)';
COMMENT ON COLUMN @workspace@.rating_state.value IS 'mark (打分)';
COMMENT ON COLUMN @workspace@.rating_state.rated_at IS 'when (时间)';
COMMENT ON COLUMN @workspace@.rating_state.note IS 'remark (备注)';

CREATE OR REPLACE VIEW @workspace@.rating_reading WITH (security_invoker = true) AS
SELECT r.subject_id, r.period_id, i.item,
	perfeval.trimmed_mean(r.value, i.drop_each) FILTER (WHERE r.raters > 2 * i.drop_each) AS value,
	count(*) AS raters, max(r.rated_at) AS recorded_at
FROM (SELECT s.subject_id, s.period_id, s.criterion, s.rater_role, s.value, s.rated_at,
          count(*) OVER (PARTITION BY s.subject_id, s.period_id, s.criterion, s.rater_role) AS raters
      FROM @workspace@.rating_state AS s) AS r
	JOIN @workspace@.indicator AS i ON i.criterion = r.criterion AND i.rater_role = r.rater_role AND i.fact = 'rating'
GROUP BY r.subject_id, r.period_id, i.item, i.drop_each;
COMMENT ON VIEW @workspace@.rating_reading IS 'ratings as readings: the mean of each role (评价形成的读数)';
COMMENT ON COLUMN @workspace@.rating_reading.subject_id IS 'whose (考核对象)';
COMMENT ON COLUMN @workspace@.rating_reading.period_id IS 'period (周期)';
COMMENT ON COLUMN @workspace@.rating_reading.item IS 'indicator of the criterion and role (指标编号)';
COMMENT ON COLUMN @workspace@.rating_reading.value IS 'mean, NULL with too few raters to trim (均值)';
COMMENT ON COLUMN @workspace@.rating_reading.raters IS 'raters (评分人数)';
COMMENT ON COLUMN @workspace@.rating_reading.recorded_at IS 'last rating (最近评分时间)';
-- Loading: from a staging table of texts to readings. Every row is looked at
-- before any is written; then the rows go straight to history and cards, as
-- nothing is gained by passing the tail.

CREATE TABLE IF NOT EXISTS @workspace@.load_record (
	load_id bigint PRIMARY KEY REFERENCES @workspace@.job,
	form text NOT NULL CHECK (form IN ('long', 'wide', 'events')),
	relation text NOT NULL,
	on_error text NOT NULL CHECK (on_error IN ('refuse', 'reject')),
	source_id integer REFERENCES @workspace@.source,
	good_rows bigint NOT NULL,
	written bigint NOT NULL DEFAULT 0,
	unchanged bigint NOT NULL DEFAULT 0,
	rejected bigint NOT NULL DEFAULT 0,
	fingerprint numeric,
	resumable boolean NOT NULL DEFAULT false,
	finished_at timestamptz
);
COMMENT ON TABLE @workspace@.load_record IS 'loads from staging tables (数据装载记录)';
COMMENT ON COLUMN @workspace@.load_record.load_id IS 'number, that of its job (装载编号)';
COMMENT ON COLUMN @workspace@.load_record.form IS 'long, a row for each reading; wide, a row for each subject; events (表式)';
COMMENT ON COLUMN @workspace@.load_record.relation IS 'staging table (暂存表)';
COMMENT ON COLUMN @workspace@.load_record.on_error IS 'what bad rows do: refuse the load, or be rejected (错误处理)';
COMMENT ON COLUMN @workspace@.load_record.source_id IS 'where the readings come from (数据来源)';
COMMENT ON COLUMN @workspace@.load_record.good_rows IS 'readings or events without mistakes (正确行数)';
COMMENT ON COLUMN @workspace@.load_record.written IS 'written so far (已写入数)';
COMMENT ON COLUMN @workspace@.load_record.unchanged IS 'left out as they say nothing new (未变化数)';
COMMENT ON COLUMN @workspace@.load_record.rejected IS 'mistakes in table reject (拒收数)';
COMMENT ON COLUMN @workspace@.load_record.fingerprint IS 'hash of all that it loads, so that a resumed one loads the same (内容指纹)';
COMMENT ON COLUMN @workspace@.load_record.resumable IS 'it stopped between two batches and can go on (可续传)';
COMMENT ON COLUMN @workspace@.load_record.finished_at IS 'end (完成时间)';

CREATE TABLE IF NOT EXISTS @workspace@.reject (
	load_id bigint NOT NULL REFERENCES @workspace@.load_record,
	reject_no bigint NOT NULL,
	row_no bigint NOT NULL,
	column_name text NOT NULL,
	value text,
	reason text NOT NULL,
	row_data jsonb NOT NULL,
	PRIMARY KEY (load_id, reject_no)
);
COMMENT ON TABLE @workspace@.reject IS 'mistakes that kept rows or cells of a load out (拒收记录)';
COMMENT ON COLUMN @workspace@.reject.load_id IS 'load (装载编号)';
COMMENT ON COLUMN @workspace@.reject.reject_no IS 'number within the load (序号)';
COMMENT ON COLUMN @workspace@.reject.row_no IS 'row of the staging table: its column row_no or line, else its place (行号)';
COMMENT ON COLUMN @workspace@.reject.column_name IS 'column (列名)';
COMMENT ON COLUMN @workspace@.reject.value IS 'what stands there (原值)';
COMMENT ON COLUMN @workspace@.reject.reason IS 'what is wrong with it (原因)';
COMMENT ON COLUMN @workspace@.reject.row_data IS 'the row (整行内容)';

-- What files may call an indicator. A code goes before other names; a name of
-- two indicators means none.
CREATE OR REPLACE VIEW @workspace@.indicator_alias WITH (security_invoker = true) AS
SELECT i.code AS alias, i.item, 1::bigint AS meanings
FROM @workspace@.indicator AS i
UNION ALL
SELECT n.alias, min(n.item), count(DISTINCT n.item)
FROM (SELECT i.name_zh AS alias, i.item FROM @workspace@.indicator AS i WHERE i.name_zh <> ''
      UNION ALL SELECT i.item::text, i.item FROM @workspace@.indicator AS i
      UNION ALL SELECT i.name, i.item FROM @workspace@.indicator AS i WHERE i.name <> '') AS n
WHERE NOT EXISTS (SELECT FROM @workspace@.indicator AS i WHERE i.code = n.alias)
GROUP BY n.alias;
COMMENT ON VIEW @workspace@.indicator_alias IS 'codes, numbers and names of indicators (指标代码与名称对照)';
COMMENT ON COLUMN @workspace@.indicator_alias.alias IS 'code, Chinese name, number or name (代码、名称或编号)';
COMMENT ON COLUMN @workspace@.indicator_alias.item IS 'indicator (指标编号)';
COMMENT ON COLUMN @workspace@.indicator_alias.meanings IS 'how many indicators it may mean (对应指标数)';

CREATE OR REPLACE VIEW @workspace@.subject_alias WITH (security_invoker = true) AS
SELECT s.code AS alias, s.subject_id, 1::bigint AS meanings
FROM @workspace@.subject AS s
UNION ALL
SELECT n.alias, min(n.subject_id), count(DISTINCT n.subject_id)
FROM (SELECT s.name AS alias, s.subject_id FROM @workspace@.subject AS s WHERE s.name <> ''
      UNION ALL SELECT s.name_zh, s.subject_id FROM @workspace@.subject AS s WHERE s.name_zh <> '') AS n
WHERE NOT EXISTS (SELECT FROM @workspace@.subject AS s WHERE s.code = n.alias)
GROUP BY n.alias;
COMMENT ON VIEW @workspace@.subject_alias IS 'codes and names of subjects (考核对象代码与名称对照)';
COMMENT ON COLUMN @workspace@.subject_alias.alias IS 'code, name or Chinese name (代码或名称)';
COMMENT ON COLUMN @workspace@.subject_alias.subject_id IS 'subject (考核对象)';
COMMENT ON COLUMN @workspace@.subject_alias.meanings IS 'how many subjects it may mean (对应对象数)';

CREATE OR REPLACE FUNCTION @workspace@.find_source(code text) RETURNS integer
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	found_id integer := (SELECT s.source_id FROM @workspace@.source AS s WHERE s.code = $1);
BEGIN
	IF found_id IS NULL THEN
		RAISE EXCEPTION 'there is no source %', coalesce(quote_literal($1), 'NULL')
			USING ERRCODE = 'no_data_found', HINT = 'Table source lists them; insert it there first.';
	END IF;
	RETURN found_id;
END
$$;
COMMENT ON FUNCTION @workspace@.find_source(text) IS 'number of the source with a code, or an error (按代码查数据来源)';

CREATE OR REPLACE FUNCTION @workspace@.find_period(code text) RETURNS integer
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	found_id integer := (SELECT p.period_id FROM @workspace@.period AS p WHERE p.code = $1);
BEGIN
	IF found_id IS NULL THEN
		RAISE EXCEPTION 'there is no period %', coalesce(quote_literal($1), 'NULL')
			USING ERRCODE = 'no_data_found', HINT = 'Table period lists them; add_year makes those of a year.';
	END IF;
	RETURN found_id;
END
$$;
COMMENT ON FUNCTION @workspace@.find_period(text) IS 'number of the period with a code, or an error (按代码查周期)';

CREATE OR REPLACE FUNCTION @workspace@.find_indicator(alias text) RETURNS integer
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	found @workspace@.indicator_alias;
BEGIN
	SELECT * INTO found FROM @workspace@.indicator_alias AS a WHERE a.alias = $1;
	IF found.item IS NULL THEN
		RAISE EXCEPTION 'there is no indicator %', coalesce(quote_literal($1), 'NULL')
			USING ERRCODE = 'no_data_found', HINT = 'Table indicator lists them by code, number and name.';
	ELSIF found.meanings > 1 THEN
		RAISE EXCEPTION '% indicators have the name "%"', found.meanings, $1
			USING ERRCODE = 'ambiguous_alias', HINT = 'Use the code.';
	END IF;
	RETURN found.item;
END
$$;
COMMENT ON FUNCTION @workspace@.find_indicator(text) IS 'number of the indicator with a code, name or number, or an error (查指标)';

-- The staging table as a query for stage_rows. Names in it come from the
-- catalog alone.
CREATE OR REPLACE FUNCTION @workspace@.load_query(staging regclass) RETURNS text
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	known constant text[] := '{row_no,line,subject,period,item,indicator,value,status,valid_from,valid_to,evidence,note,assist_note,source}';
	there text[] := ARRAY(SELECT a.attname::text FROM pg_attribute AS a
	                      WHERE a.attrelid = staging AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum);
	stranger text := (SELECT string_agg(quote_ident(x), ', ') FROM unnest(there) AS x WHERE x <> ALL (known));
	texts text := (SELECT string_agg(CASE WHEN x = ANY (there) THEN format('nullif(perfeval_staging.%I::text, '''')', x) ELSE 'NULL::text' END
	                                 || format(' AS %I', x), ', ')
	               FROM unnest(known) AS x);
BEGIN
	IF stranger IS NOT NULL THEN
		RAISE EXCEPTION 'staging table % has columns that mean nothing here: %', staging, stranger
			USING ERRCODE = 'undefined_column', HINT = format('Columns may be %s. A view can leave others out.', array_to_string(known, ', '));
	END IF;
	IF NOT '{subject,period}' <@ there OR NOT '{item,indicator}' && there OR NOT '{value,status}' && there
		OR '{item,indicator}' <@ there OR '{row_no,line}' <@ there
	THEN
		RAISE EXCEPTION 'staging table % lacks columns, or has two for one thing', staging
			USING ERRCODE = 'undefined_column', HINT = 'It needs subject, period, one of item or indicator, and value or status or both; it may have one of row_no or line.';
	END IF;
	-- Without a number of its own a row goes by its place, which the scan gives.
	RETURN $q$
		SELECT CASE WHEN coalesce(t.row_no, t.line) ~ '^[0-9]{1,18}$' THEN coalesce(t.row_no, t.line)::bigint ELSE t.place END AS row_no,
			NULL::integer AS column_no, false AS is_row,
			t.subject, s.subject_id, 1 AS subject_meanings, true AS names_agree,
			t.period, p.period_id, coalesce(t.indicator, t.item) AS indicator, a.item, a.meanings AS item_meanings, i.fact,
			t.value, t.status, t.valid_from, t.valid_to, t.evidence, t.note, t.assist_note, t.source, o.source_id, t.row_data
		FROM (SELECT row_number() OVER () AS place, $q$ || texts || $q$, perfeval_staging AS row_data
		      FROM $q$ || staging::text || $q$ AS perfeval_staging) AS t
			LEFT JOIN @workspace@.subject AS s ON s.code = t.subject
			LEFT JOIN @workspace@.period AS p ON p.code = t.period
			LEFT JOIN @workspace@.indicator_alias AS a ON a.alias = coalesce(t.indicator, t.item)
			LEFT JOIN @workspace@.indicator AS i ON i.item = a.item
			LEFT JOIN @workspace@.source AS o ON o.code = t.source
	$q$;
END
$$;
COMMENT ON FUNCTION @workspace@.load_query(regclass) IS 'support function of load (装载查询)';

-- Brings all rows into a temporary table in the order of subjects, each with
-- the mistakes in it as bits. reason() says what they mean.
CREATE OR REPLACE FUNCTION @workspace@.stage_rows(query text, source_id integer) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET datestyle = ISO
SET extra_float_digits = 1
SET synchronize_seqscans = off
SET jit = off
SET work_mem = '64MB'
SET client_min_messages = warning
AS $$
BEGIN
	DROP TABLE IF EXISTS pg_temp.perfeval_load;
	CREATE TEMP TABLE perfeval_load (
		row_no bigint, column_no integer, is_row boolean, subject_id bigint, period_id integer, item integer,
		value numeric, status text, valid_from date, valid_to date, evidence text, note text, assist_note text,
		source_id integer, reading_id bigint, problems integer, texts text[], row_data jsonb, twins text);
	-- OFFSET 0 keeps an expression from being worked out once for each place that names it.
	EXECUTE $q$
		INSERT INTO pg_temp.perfeval_load (row_no, column_no, is_row, subject_id, period_id, item, value, status, valid_from, valid_to,
			evidence, note, assist_note, source_id, reading_id, problems, texts, row_data)
		SELECT b.row_no, b.column_no, b.is_row, CASE WHEN b.subject_meanings = 1 THEN b.subject_id END, b.period_id,
			CASE WHEN b.item_meanings = 1 THEN b.item END, b.number, b.word,
			CASE WHEN b.from_date THEN b.valid_from::date END, CASE WHEN b.to_date THEN b.valid_to::date END,
			b.evidence, b.note, b.assist_note, coalesce(b.source_id, $1),
			CASE WHEN b.problems = 0 THEN nextval('@workspace:literal@.fact_id') END, b.problems,
			CASE WHEN b.problems <> 0
				THEN ARRAY[b.subject, b.period, b.indicator, b.value, b.status, b.valid_from, b.valid_to, b.source] END,
			CASE WHEN b.problems <> 0 OR b.is_row THEN to_jsonb(b.row_data) END
		FROM (
			SELECT c.*,
				CASE WHEN c.subject_id IS NULL THEN 1 WHEN c.subject_meanings > 1 THEN 2 WHEN NOT c.names_agree THEN 4 ELSE 0 END
				| CASE WHEN c.period_id IS NULL THEN 8 ELSE 0 END
				| CASE WHEN c.is_row THEN 0
					WHEN c.item IS NULL THEN 16 WHEN c.item_meanings > 1 THEN 32 WHEN c.fact <> 'reading' THEN 64 ELSE 0 END
				| CASE WHEN c.is_number OR c.value IS NULL THEN 0 ELSE 128 END
				| CASE WHEN c.number > -1e17 AND c.number < 1e17 AND min_scale(c.number) <= 18 OR c.number IS NULL THEN 0 ELSE 256 END
				| CASE WHEN c.is_row THEN 0 WHEN c.value IS NULL THEN CASE WHEN c.status IS NULL THEN 1024 ELSE 0 END
					WHEN c.status IS NOT NULL THEN 512 ELSE 0 END
				| CASE WHEN c.status IS NOT NULL AND c.word IS NULL THEN 2048 ELSE 0 END
				| CASE WHEN c.from_date IS FALSE THEN 4096 ELSE 0 END
				| CASE WHEN c.to_date IS FALSE THEN 8192 ELSE 0 END
				| CASE WHEN c.from_date AND c.to_date AND c.valid_to <= c.valid_from THEN 16384 ELSE 0 END
				| CASE WHEN c.source IS NOT NULL AND c.source_id IS NULL THEN 32768 ELSE 0 END AS problems
			FROM (
				SELECT n.*, CASE WHEN n.is_number THEN n.plain::numeric END AS number,
					CASE lower(n.status) WHEN 'missing' THEN 'missing' WHEN '缺失' THEN 'missing'
						WHEN 'not_applicable' THEN 'not_applicable' WHEN 'n/a' THEN 'not_applicable' WHEN '不适用' THEN 'not_applicable'
						WHEN 'exempt' THEN 'exempt' WHEN '免予' THEN 'exempt' END AS word,
					@workspace@.is_day(n.valid_from) AS from_date, @workspace@.is_day(n.valid_to) AS to_date
				FROM (
					SELECT p.*, p.plain ~ '^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,3})?$' AND length(p.plain) <= 200 AS is_number
					FROM (
						SELECT q.*, CASE WHEN octet_length(q.value) = length(q.value) THEN q.value
							ELSE translate(q.value, '０１２３４５６７８９．－＋', '0123456789.-+') END AS plain
						FROM ($q$ || query || $q$) AS q
						OFFSET 0) AS p
					OFFSET 0) AS n
				OFFSET 0) AS c
			OFFSET 0) AS b
		ORDER BY 4, 5, 6
	$q$ USING source_id;
	CREATE INDEX ON pg_temp.perfeval_load (subject_id, period_id, item);
	ANALYZE pg_temp.perfeval_load;

	-- Two rows for one reading, or for one subject of a sheet: neither counts.
	IF EXISTS (SELECT FROM pg_temp.perfeval_load AS r WHERE r.subject_id IS NOT NULL AND r.period_id IS NOT NULL
	           AND (r.item IS NOT NULL OR r.is_row)
	           GROUP BY r.subject_id, r.period_id, r.item HAVING count(*) > 1)
	THEN
		UPDATE pg_temp.perfeval_load AS r
		SET problems = r.problems | 65536, twins = d.rows
		FROM (SELECT t.subject_id, t.period_id, t.item, t.is_row, string_agg(t.row_no::text, ', ' ORDER BY t.row_no) AS rows
		      FROM pg_temp.perfeval_load AS t
		      WHERE t.subject_id IS NOT NULL AND t.period_id IS NOT NULL AND (t.item IS NOT NULL OR t.is_row)
		      GROUP BY t.subject_id, t.period_id, t.item, t.is_row HAVING count(*) > 1) AS d
		WHERE r.subject_id = d.subject_id AND r.period_id = d.period_id AND r.item IS NOT DISTINCT FROM d.item AND r.is_row = d.is_row;
		UPDATE pg_temp.perfeval_load AS r
		SET problems = r.problems | 65536, twins = d.twins
		FROM pg_temp.perfeval_load AS d
		WHERE d.is_row AND d.twins IS NOT NULL AND r.row_no = d.row_no AND NOT r.is_row;
	END IF;
END
$$;
COMMENT ON FUNCTION @workspace@.stage_rows(text, integer) IS 'support function of load and load_wide (暂存并检查)';

CREATE OR REPLACE FUNCTION @workspace@.is_day(day text) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN day !~ '^[12][0-9]{3}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$' THEN false
		ELSE substr(day, 9, 2)::integer <= extract(day FROM make_date(substr(day, 1, 4)::integer, substr(day, 6, 2)::integer, 1)
			+ interval '1 month' - interval '1 day') END;
COMMENT ON FUNCTION @workspace@.is_day(text) IS 'whether a text is a day such as 2025-02-28 (是否为有效日期)';

-- The mistakes in what is staged. A subject's are named once for its row.
CREATE OR REPLACE FUNCTION @workspace@.staged_problem(staging regclass, subject_column text DEFAULT 'subject',
	OUT row_no bigint, OUT column_name text, OUT value text, OUT reason text, OUT row_data jsonb)
RETURNS SETOF record
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	RETURN QUERY
	SELECT x.row_no, x.column_name, x.value, x.reason, x.row_data
	FROM (
		SELECT DISTINCT ON (r.row_no, p.place, n.name, p.reason) r.row_no, p.place, r.column_no,
			CASE p.place WHEN 1 THEN subject_column WHEN 4 THEN n.name
				ELSE ('{subject,period,indicator,value,status,valid_from,valid_to,source}'::text[])[p.place] END AS column_name,
			p.value, p.reason,
			coalesce(r.row_data, jsonb_strip_nulls(jsonb_build_object('subject', s.code, 'period', d.code, 'indicator', i.code,
				'value', r.value::text, 'status', r.status, 'valid_from', r.valid_from, 'valid_to', r.valid_to,
				'evidence', r.evidence, 'note', r.note))) AS row_data
		FROM pg_temp.perfeval_load AS r
			LEFT JOIN @workspace@.subject AS s ON s.subject_id = r.subject_id
			LEFT JOIN @workspace@.period AS d ON d.period_id = r.period_id
			LEFT JOIN @workspace@.indicator AS i ON i.item = r.item
			LEFT JOIN pg_attribute AS a ON a.attrelid = staging AND a.attnum = r.column_no,
			LATERAL (VALUES
				(1, 1, r.texts[1], 'is no code of a subject'),
				(2, 1, r.texts[1], 'is the name of several subjects: use the code'),
				(4, 1, r.texts[1], 'has another name than the row says'),
				(8, 2, r.texts[2], 'is no code of a period'),
				(16, 3, r.texts[3], 'is no code, number or name of an indicator'),
				(32, 3, r.texts[3], 'is the name of several indicators: use the code'),
				(64, 3, r.texts[3], CASE i.fact WHEN 'event' THEN 'is counted from events: post them' ELSE 'is the mean of ratings: enter them' END),
				(128, 4, r.texts[4], CASE
					WHEN r.texts[4] ~ '^[+-]?[0-9０-９]{1,3}([,，][0-9０-９]{3})+([.．][0-9０-９]+)?$' THEN 'has separators of thousands: leave them out'
					WHEN r.texts[4] ~ '[%％]$' THEN 'has a percent sign: write the number in the indicator''s unit'
					WHEN r.texts[4] ~* '^[+-]?(nan|inf|infinity)$' THEN 'is not finite'
					WHEN length(r.texts[4]) > 200 THEN 'has more than 200 characters'
					ELSE 'is not a number' END),
				(256, 4, r.texts[4], 'has more than 17 digits before the point or 18 after it'),
				(512, 5, r.texts[5], 'stands beside a value: give one of them'),
				(1024, 4, NULL, 'there is neither a value nor a status'),
				(2048, 5, r.texts[5], 'is no status: missing, not_applicable or exempt'),
				(4096, 6, r.texts[6], 'is no day such as 2025-12-31'),
				(8192, 7, r.texts[7], 'is no day such as 2025-12-31'),
				(16384, 7, r.texts[7], 'is not after valid_from'),
				(32768, 8, r.texts[8], 'is no code of a source'),
				(65536, 1, coalesce(r.texts[1], s.code), CASE WHEN r.column_no IS NULL THEN 'has this period and indicator in rows ' ELSE 'stands in rows ' END || r.twins)
			) AS p (bit, place, value, reason),
			LATERAL (SELECT CASE WHEN p.place = 4 THEN coalesce(a.attname::text, 'value') END AS name) AS n
		WHERE r.problems <> 0 AND r.problems & p.bit <> 0
		ORDER BY r.row_no, p.place, n.name, p.reason, r.row_data IS NULL, r.column_no
	) AS x
	ORDER BY x.row_no, x.place, x.column_no, x.reason;
END
$$;
COMMENT ON FUNCTION @workspace@.staged_problem(regclass, text) IS 'support function of load and load_wide: what is wrong (暂存错误清单)';

-- Refuses what has mistakes, with the first of them.
CREATE OR REPLACE FUNCTION @workspace@.refuse_problems(staging regclass, problems jsonb, how_many bigint, bad_rows bigint, way_out text) RETURNS void
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	RAISE EXCEPTION '% has % mistakes in % rows: nothing was loaded', staging, how_many, bad_rows
		USING ERRCODE = 'data_exception',
			DETAIL = (SELECT string_agg('row ' || (p.x ->> 'row_no') || ', column ' || (p.x ->> 'column_name')
			              || coalesce(', "' || left(p.x ->> 'value', 60) || '" ', ': ') || (p.x ->> 'reason'), E'\n' ORDER BY p.n)
			          FROM jsonb_array_elements(problems) WITH ORDINALITY AS p (x, n))
				|| CASE WHEN how_many > 20 THEN E'\nand ' || how_many - 20 || ' more' ELSE '' END,
			HINT = way_out;
END
$$;
COMMENT ON FUNCTION @workspace@.refuse_problems(regclass, jsonb, bigint, bigint, text) IS
	'support function of load: the error that names mistakes (拒绝装载)';

-- A batch: the staged rows of some subjects into history and cards, by the rules
-- of 51_fold.sql. Under the lock no reading of the history is later than now, but
-- for those that were given a time in the future: a card keeps them.
CREATE OR REPLACE FUNCTION @workspace@.write_batch(after_subject bigint, last_subject bigint, first_period integer, last_period integer)
RETURNS bigint
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET work_mem = '64MB'
SET jit = off
SET plan_cache_mode = force_custom_plan
AS $$
DECLARE
	at timestamptz := clock_timestamp();
	wrote bigint;
BEGIN
	WITH kept AS (
		INSERT INTO @workspace@.reading_history (subject_id, period_id, item, value, status, valid_from, valid_to, recorded_at,
			source_id, evidence, note, assist_note, reading_id, folded)
		SELECT r.subject_id, r.period_id, r.item, r.value, r.status, r.valid_from, r.valid_to, at,
			r.source_id, r.evidence, r.note, r.assist_note, r.reading_id, true
		FROM pg_temp.perfeval_load AS r
		WHERE r.subject_id > after_subject AND r.subject_id <= last_subject
	), later AS MATERIALIZED (
		SELECT DISTINCT h.subject_id, h.period_id, h.item
		FROM @workspace@.reading_history AS h
		WHERE h.subject_id > after_subject AND h.subject_id <= last_subject
			AND h.period_id BETWEEN first_period AND last_period AND h.recorded_at > at
	)
	INSERT INTO @workspace@.card AS c (subject_id, period_id, card)
	SELECT r.subject_id, r.period_id, perfeval.scorecard_agg(r.item, r.value, r.status)
	FROM pg_temp.perfeval_load AS r
	WHERE r.subject_id > after_subject AND r.subject_id <= last_subject
		AND NOT EXISTS (SELECT FROM later AS l
			WHERE l.subject_id = r.subject_id AND l.period_id = r.period_id AND l.item = r.item)
	GROUP BY r.subject_id, r.period_id
	ON CONFLICT ON CONSTRAINT card_pkey
	DO UPDATE SET card = coalesce(perfeval.scorecard_merge(c.card, excluded.card), excluded.card);
	PERFORM @workspace@.raise_fold_mark(at);
	SELECT count(*) INTO wrote FROM pg_temp.perfeval_load AS r
	WHERE r.subject_id > after_subject AND r.subject_id <= last_subject;
	RETURN wrote;
END
$$;
COMMENT ON FUNCTION @workspace@.write_batch(bigint, bigint, integer, integer) IS
	'support function of load: the subjects between two numbers (写入一批)';

-- Drops staged rows of a batch that say what is known already.
CREATE OR REPLACE FUNCTION @workspace@.drop_unchanged(after_subject bigint, last_subject bigint, first_period integer, last_period integer)
RETURNS bigint
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET work_mem = '64MB'
SET jit = off
SET plan_cache_mode = force_custom_plan
AS $$
DECLARE
	dropped bigint;
BEGIN
	DELETE FROM pg_temp.perfeval_load AS r
	USING (SELECT DISTINCT ON (x.subject_id, x.period_id, x.item) x.subject_id, x.period_id, x.item, x.value, x.status,
	           x.source_id, x.evidence, x.note, x.assist_note, x.valid_from, x.valid_to
	       FROM @workspace@.reading AS x
	       WHERE x.subject_id > after_subject AND x.subject_id <= last_subject AND x.period_id BETWEEN first_period AND last_period
	       ORDER BY x.subject_id, x.period_id, x.item, x.recorded_at DESC, x.reading_id DESC) AS k
	WHERE r.subject_id > after_subject AND r.subject_id <= last_subject
		AND k.subject_id = r.subject_id AND k.period_id = r.period_id AND k.item = r.item
		AND k.value IS NOT DISTINCT FROM r.value AND k.status IS NOT DISTINCT FROM r.status
		AND (r.source_id IS NULL OR r.source_id = k.source_id)
		AND (r.evidence IS NULL OR r.evidence = k.evidence)
		AND (r.note IS NULL OR r.note = k.note) AND (r.assist_note IS NULL OR r.assist_note = k.assist_note)
		AND (r.valid_from IS NULL OR r.valid_from = k.valid_from) AND (r.valid_to IS NULL OR r.valid_to = k.valid_to);
	GET DIAGNOSTICS dropped = ROW_COUNT;
	RETURN dropped;
END
$$;
COMMENT ON FUNCTION @workspace@.drop_unchanged(bigint, bigint, integer, integer) IS
	'support function of load: leaves out what is known already (剔除未变化读数)';

-- Checks all, then writes batch by batch. What goes in one batch needs no
-- commit, so that it can be part of a transaction; more than that commits after
-- each batch together with the place where it stands.
CREATE OR REPLACE PROCEDURE @workspace@.run_load(query text, form text, staging regclass, subject_column text, on_error text,
	source_id integer, changed_only boolean, batch integer, resume boolean)
LANGUAGE plpgsql
AS $$
DECLARE
	path text;
	one record;
	problems jsonb;
	mistakes bigint;
	bad_rows bigint;
	good bigint;
	print numeric;
	first_period integer;
	last_period integer;
	load bigint;
	lower bigint := -9223372036854775808;
	upper bigint;
	wrote bigint;
	dropped bigint;
	several boolean;
	code text;
	said text;
BEGIN
	path := pg_catalog.current_setting('search_path');
	SET LOCAL search_path = pg_catalog, pg_temp;
	IF on_error IS NULL OR on_error NOT IN ('refuse', 'reject') THEN
		RAISE EXCEPTION 'on_error cannot be %', coalesce(quote_literal(on_error), 'NULL')
			USING ERRCODE = 'invalid_parameter_value', HINT = 'It may be refuse or reject.';
	END IF;
	IF batch IS NULL OR batch < 1 THEN
		RAISE EXCEPTION 'a batch cannot have % rows', coalesce(batch::text, 'NULL') USING ERRCODE = 'invalid_parameter_value';
	END IF;

	IF current_setting('transaction_isolation') <> 'read committed' THEN
		RAISE EXCEPTION 'readings cannot be loaded in a transaction of isolation level %', current_setting('transaction_isolation')
			USING ERRCODE = 'invalid_transaction_state', HINT = 'SET default_transaction_isolation or BEGIN ISOLATION LEVEL READ COMMITTED before.';
	END IF;

	PERFORM @workspace@.stage_rows(query, source_id);
	SELECT count(*) FILTER (WHERE r.problems = 0 AND NOT r.is_row), count(DISTINCT r.row_no) FILTER (WHERE r.problems <> 0),
		min(r.period_id), max(r.period_id)
	INTO good, bad_rows, first_period, last_period
	FROM pg_temp.perfeval_load AS r;
	mistakes := 0;
	IF bad_rows > 0 THEN
		SELECT count(*), jsonb_agg(to_jsonb(p) - 'row_data' ORDER BY p.n) FILTER (WHERE p.n <= 20) INTO mistakes, problems
		FROM (SELECT x.*, row_number() OVER () AS n FROM @workspace@.staged_problem(staging, subject_column) AS x) AS p;
		IF on_error = 'refuse' THEN
			PERFORM @workspace@.refuse_problems(staging, problems, mistakes, bad_rows,
				'on_error => ''reject'' loads what is right and puts mistakes into table reject; check_' ||
				CASE form WHEN 'wide' THEN 'wide' ELSE 'load' END || ' lists all of them.');
		END IF;
	END IF;

	-- One that stopped between batches goes on if it would load the same.
	SELECT l.*, j.state, j.position, j.backend_pid, j.done, EXISTS (
			SELECT FROM pg_stat_activity AS a
			WHERE j.state = 'running' AND a.pid = j.backend_pid AND a.backend_start <= j.started_at AND a.pid <> pg_backend_pid()) AS alive
	INTO one
	FROM @workspace@.load_record AS l JOIN @workspace@.job AS j ON j.job_id = l.load_id
	WHERE l.resumable AND l.relation = staging::text AND l.form = run_load.form
	ORDER BY l.load_id DESC
	LIMIT 1
	FOR UPDATE OF l;
	IF one.alive THEN
		RAISE EXCEPTION 'load % of % is running, process %', one.load_id, staging, one.backend_pid
			USING ERRCODE = 'object_in_use', HINT = 'View job_progress shows how far it is.';
	END IF;
	several := good > batch OR one.load_id IS NOT NULL;
	IF several THEN
		SELECT sum(hash_record_extended(ROW(r.subject_id, r.period_id, r.item, r.value, r.status, r.valid_from, r.valid_to,
			r.evidence, r.note, r.assist_note, r.source_id), 0)) INTO print
		FROM pg_temp.perfeval_load AS r WHERE r.problems = 0 AND NOT r.is_row;
	END IF;
	IF one.load_id IS NOT NULL AND NOT resume THEN
		UPDATE @workspace@.load_record AS l SET resumable = false WHERE l.load_id = one.load_id;
		UPDATE @workspace@.job AS j SET state = 'failed', finished_at = clock_timestamp(), message = 'given up' WHERE j.job_id = one.load_id;
	END IF;
	IF one.load_id IS NULL OR NOT resume THEN
		INSERT INTO @workspace@.job (kind, total) VALUES ('load', good) RETURNING job_id INTO load;
		INSERT INTO @workspace@.load_record (load_id, form, relation, on_error, source_id, good_rows, fingerprint, resumable)
		VALUES (load, run_load.form, staging::text, run_load.on_error, run_load.source_id, good, print, several);
	ELSE
		load := one.load_id;
		IF one.good_rows <> good OR one.fingerprint IS DISTINCT FROM print THEN
			RAISE EXCEPTION '% is not what it was when load % stopped after % of % rows', staging, load, one.done, one.good_rows
				USING ERRCODE = 'object_not_in_prerequisite_state', HINT = 'resume => false begins anew.';
		END IF;
		lower := coalesce(one.position, lower);
		UPDATE @workspace@.job AS j
		SET state = 'running', started_at = clock_timestamp(), updated_at = clock_timestamp(), finished_at = NULL, backend_pid = pg_backend_pid()
		WHERE j.job_id = load;
		DELETE FROM @workspace@.reject AS x WHERE x.load_id = load;
	END IF;
	IF mistakes > 0 THEN
		INSERT INTO @workspace@.reject (load_id, reject_no, row_no, column_name, value, reason, row_data)
		SELECT load, row_number() OVER (), x.row_no, x.column_name, x.value, x.reason, x.row_data
		FROM @workspace@.staged_problem(staging, subject_column) AS x;
		UPDATE @workspace@.load_record AS l SET rejected = mistakes WHERE l.load_id = load;
	END IF;
	DELETE FROM pg_temp.perfeval_load AS r WHERE r.problems <> 0 OR r.is_row;

	LOOP
		IF several THEN
			COMMIT;
			SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
			SET LOCAL search_path = pg_catalog, pg_temp;
		END IF;
		-- Whole subjects, about as many as have batch rows.
		SELECT max(t.subject_id) INTO upper
		FROM (SELECT r.subject_id FROM pg_temp.perfeval_load AS r WHERE r.subject_id > lower ORDER BY r.subject_id LIMIT batch) AS t;
		EXIT WHEN upper IS NULL;
		BEGIN
			PERFORM @workspace@.lock_cards();
			dropped := 0;
			IF changed_only THEN
				dropped := @workspace@.drop_unchanged(lower, upper, first_period, last_period);
			END IF;
			wrote := @workspace@.write_batch(lower, upper, first_period, last_period);
			UPDATE @workspace@.job AS j
			SET done = j.done + wrote + dropped, position = upper, updated_at = clock_timestamp()
			WHERE j.job_id = load;
			UPDATE @workspace@.load_record AS l
			SET written = l.written + wrote, unchanged = l.unchanged + dropped
			WHERE l.load_id = load;
		EXCEPTION WHEN OTHERS OR query_canceled THEN
			IF NOT several THEN
				RAISE;
			END IF;
			GET STACKED DIAGNOSTICS code = RETURNED_SQLSTATE, said = MESSAGE_TEXT;
		END;
		IF code IS NOT NULL THEN
			UPDATE @workspace@.job AS j
			SET state = 'failed', message = said, finished_at = clock_timestamp()
			WHERE j.job_id = load;
			COMMIT;
			RAISE EXCEPTION '%', said
				USING ERRCODE = code, HINT = format('Load %s can go on: call it again with the same staging table.', load);
		END IF;
		lower := upper;
	END LOOP;

	UPDATE @workspace@.load_record AS l SET resumable = false, finished_at = clock_timestamp() WHERE l.load_id = load RETURNING l.* INTO one;
	said := format('load %s: %s readings written, %s unchanged, %s mistakes rejected', load, one.written, one.unchanged, one.rejected);
	UPDATE @workspace@.job AS j
	SET state = 'done', finished_at = clock_timestamp(), updated_at = clock_timestamp(), message = said
	WHERE j.job_id = load;
	DROP TABLE pg_temp.perfeval_load;
	IF several THEN
		COMMIT;
	ELSE
		PERFORM set_config('search_path', path, true);
	END IF;
	RAISE NOTICE '%', said;
END
$$;
COMMENT ON PROCEDURE @workspace@.run_load(text, text, regclass, text, text, integer, boolean, integer, boolean) IS
	'support procedure of load and load_wide (执行装载)';

CREATE OR REPLACE PROCEDURE @workspace@.load(staging regclass, on_error text DEFAULT 'refuse', source text DEFAULT NULL,
	changed_only boolean DEFAULT false, batch integer DEFAULT 100000, resume boolean DEFAULT true)
LANGUAGE plpgsql
AS $$
BEGIN
	CALL @workspace@.run_load(@workspace@.load_query(staging), 'long', staging, 'subject', on_error,
		CASE WHEN source IS NOT NULL THEN @workspace@.find_source(source) END, changed_only, batch, resume);
END
$$;
COMMENT ON PROCEDURE @workspace@.load(regclass, text, text, boolean, integer, boolean) IS
	'loads readings from a table with a row for each: subject, period, indicator, value or status (装载读数)';

CREATE OR REPLACE FUNCTION @workspace@.check_load(staging regclass, OUT row_no bigint, OUT column_name text, OUT value text, OUT reason text)
RETURNS SETOF record
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	PERFORM @workspace@.stage_rows(@workspace@.load_query(staging), NULL);
	RETURN QUERY SELECT p.row_no, p.column_name, p.value, p.reason FROM @workspace@.staged_problem(staging) AS p;
	DROP TABLE pg_temp.perfeval_load;
END
$$;
COMMENT ON FUNCTION @workspace@.check_load(regclass) IS 'every mistake that load would find (装载前检查)';
-- Spreadsheets: a row for each subject, a column for each indicator. What they
-- call things is looked up; what is not known is named, never guessed.

CREATE OR REPLACE FUNCTION @workspace@.wide_word(header text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
	SELECT CASE
		WHEN lower(btrim(header)) IN ('subject', 'subject_code', 'code', '代码', '编码', '单位代码', '机构代码', '部门代码', '对象代码', '考核对象代码')
			THEN 'code'
		WHEN lower(btrim(header)) IN ('name', 'subject_name', 'unit', '名称', '姓名', '单位', '单位名称', '部门', '部门名称', '机构', '机构名称', '科室', '考核对象')
			THEN 'name'
		WHEN lower(btrim(header)) IN ('row_no', 'line', '序号', '行号') THEN 'row' END
$$;
COMMENT ON FUNCTION @workspace@.wide_word(text) IS
	'which headers of a spreadsheet are no indicators: code and name of the subject, row (表头词)';

-- What each column of a sheet is. Names of more than 63 bytes do not fit into a
-- header: they are known by what fits.
CREATE OR REPLACE FUNCTION @workspace@.wide_column(staging regclass, subject_column text DEFAULT NULL,
	OUT column_no integer, OUT column_name text, OUT role text, OUT item integer, OUT reason text)
RETURNS SETOF record
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	subject_no integer;
BEGIN
	SELECT a.attnum INTO subject_no
	FROM pg_attribute AS a
	WHERE a.attrelid = staging AND a.attnum > 0 AND NOT a.attisdropped
		AND (subject_column IS NULL OR a.attname = subject_column)
	ORDER BY CASE @workspace@.wide_word(a.attname) WHEN 'code' THEN 1 WHEN 'name' THEN 2 ELSE 3 END, a.attnum
	LIMIT 1;
	IF subject_no IS NULL THEN
		RAISE EXCEPTION 'table % has no column %', staging, coalesce(quote_ident(subject_column), 'at all')
			USING ERRCODE = 'undefined_column';
	END IF;
	RETURN QUERY
	SELECT c.column_no, c.column_name, c.role, c.item,
		CASE WHEN c.role = 'indicator' THEN CASE
			WHEN c.item IS NULL THEN 'is no code, number or name of an indicator'
			WHEN c.meanings > 1 THEN 'is the name of several indicators: use the code'
			WHEN c.fact = 'event' THEN 'is counted from events: post them'
			WHEN c.fact = 'rating' THEN 'is the mean of ratings: enter them'
			WHEN c.columns > 1 THEN 'is an indicator that has another column' END END
	FROM (
		SELECT w.column_no, w.column_name, w.role, CASE WHEN w.role = 'indicator' THEN w.item END AS item, w.meanings, i.fact,
			count(*) OVER (PARTITION BY CASE WHEN w.role = 'indicator' THEN w.item ELSE -w.column_no END) AS columns
		FROM (
			SELECT a.attnum::integer AS column_no, a.attname::text AS column_name, x.item, x.meanings,
				CASE WHEN a.attnum = subject_no THEN 'subject'
					WHEN subject_column IS NOT NULL AND x.item IS NOT NULL THEN 'indicator'
					ELSE coalesce(@workspace@.wide_word(a.attname), 'indicator') END AS role
			FROM pg_attribute AS a
				LEFT JOIN LATERAL (
					SELECT min(y.item) AS item, max(y.meanings) + count(DISTINCT y.item) - 1 AS meanings
					FROM @workspace@.indicator_alias AS y
					WHERE y.alias = btrim(a.attname) OR y.alias::name = a.attname) AS x ON true
			WHERE a.attrelid = staging AND a.attnum > 0 AND NOT a.attisdropped) AS w
			LEFT JOIN @workspace@.indicator AS i ON i.item = w.item) AS c
	ORDER BY c.column_no;
END
$$;
COMMENT ON FUNCTION @workspace@.wide_column(regclass, text) IS
	'what load_wide takes each column of a spreadsheet for (表列含义)';

-- The sheet as a query for stage_rows: a line for each cell, and one for the
-- row as such, which is where its subject is looked at. In it are names of
-- columns, from the catalog, and numbers.
CREATE OR REPLACE FUNCTION @workspace@.wide_query(staging regclass, period_id integer, subject_column text) RETURNS text
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	cells text;
	numbers text;
	items text;
	subject text;
	subject_no integer;
	others text;
	place text;
BEGIN
	SELECT string_agg(format(', perfeval_staging.%I::text', c.column_name), '' ORDER BY c.column_no) FILTER (WHERE c.role = 'indicator'),
		string_agg(', ' || c.column_no, '' ORDER BY c.column_no) FILTER (WHERE c.role = 'indicator'),
		string_agg(', ' || c.item, '' ORDER BY c.column_no) FILTER (WHERE c.role = 'indicator'),
		min(format('perfeval_staging.%I::text', c.column_name)) FILTER (WHERE c.role = 'subject'),
		min(c.column_no) FILTER (WHERE c.role = 'subject'),
		string_agg(format('perfeval_staging.%I::text', c.column_name), ', ') FILTER (WHERE c.role IN ('code', 'name')),
		min(format('perfeval_staging.%I::text', c.column_name)) FILTER (WHERE c.column_name IN ('row_no', 'line'))
	INTO cells, numbers, items, subject, subject_no, others, place
	FROM @workspace@.wide_column(staging, subject_column) AS c
	WHERE c.reason IS NULL;
	RETURN $q$
		SELECT t.row_no, c.column_no, c.item IS NULL AS is_row,
			t.subject, s.subject_id, s.meanings AS subject_meanings, o.names_agree,
			NULL::text AS period, $q$ || period_id || $q$ AS period_id, NULL::text AS indicator, c.item, 1 AS item_meanings, 'reading' AS fact,
			CASE WHEN x.is_status THEN NULL ELSE nullif(x.cell, '') END AS value, CASE WHEN x.is_status THEN x.cell END AS status,
			NULL::text AS valid_from, NULL::text AS valid_to, NULL::text AS evidence, NULL::text AS note, NULL::text AS assist_note,
			NULL::text AS source, NULL::integer AS source_id, t.row_data
		FROM (SELECT CASE WHEN r.number ~ '^[0-9]{1,18}$' THEN r.number::bigint ELSE r.place END AS row_no,
		          nullif(btrim(r.subject, E' \t\r\n\u00A0\u3000'), '') AS subject, r.others, r.cells, r.row_data
		      FROM (SELECT row_number() OVER () AS place, $q$ || coalesce(place, 'NULL::text') || $q$ AS number,
		                $q$ || subject || $q$ AS subject, ARRAY[$q$ || coalesce(others, '') || $q$]::text[] AS others,
		                ARRAY[NULL::text$q$ || coalesce(cells, '') || $q$] AS cells, perfeval_staging AS row_data
		            FROM $q$ || staging::text || $q$ AS perfeval_staging) AS r) AS t
			CROSS JOIN LATERAL unnest(t.cells, ARRAY[$q$ || subject_no || coalesce(numbers, '') || $q$]::integer[],
				ARRAY[NULL$q$ || coalesce(items, '') || $q$]::integer[]) AS c (cell, column_no, item)
			LEFT JOIN @workspace@.subject_alias AS s ON s.alias = t.subject
			LEFT JOIN @workspace@.subject AS u ON u.subject_id = s.subject_id
			CROSS JOIN LATERAL (SELECT coalesce(bool_and(btrim(y.name, E' \t\r\n\u00A0\u3000') IN ('', u.code, u.name, coalesce(u.name_zh, u.name))), true) AS names_agree
			                    FROM unnest(t.others) AS y (name)) AS o
			CROSS JOIN LATERAL (SELECT z.cell, lower(z.cell) IN ('missing', 'not_applicable', 'n/a', 'exempt', '缺失', '不适用', '免予') AS is_status
			                    FROM (SELECT btrim(c.cell, E' \t\r\n\u00A0\u3000') AS cell) AS z) AS x
		WHERE CASE WHEN c.item IS NULL THEN t.subject IS NOT NULL ELSE x.cell <> '' END
	$q$;
END
$$;
COMMENT ON FUNCTION @workspace@.wide_query(regclass, integer, text) IS 'support function of load_wide (宽表查询)';

CREATE OR REPLACE FUNCTION @workspace@.wide_subject_column(staging regclass, subject_column text) RETURNS text
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$ SELECT c.column_name FROM @workspace@.wide_column($1, $2) AS c WHERE c.role = 'subject' $$;
COMMENT ON FUNCTION @workspace@.wide_subject_column(regclass, text) IS 'support function of load_wide: the column of the subject (考核对象所在列)';

CREATE OR REPLACE FUNCTION @workspace@.check_wide(staging regclass, period text, subject_column text DEFAULT NULL,
	OUT row_no bigint, OUT column_name text, OUT value text, OUT reason text)
RETURNS SETOF record
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	RETURN QUERY
	SELECT NULL::bigint, c.column_name, NULL::text, c.reason
	FROM @workspace@.wide_column(staging, subject_column) AS c WHERE c.reason IS NOT NULL;
	PERFORM @workspace@.stage_rows(@workspace@.wide_query(staging, @workspace@.find_period(period), subject_column), NULL);
	RETURN QUERY
	SELECT p.row_no, p.column_name, p.value, p.reason
	FROM @workspace@.staged_problem(staging, @workspace@.wide_subject_column(staging, subject_column)) AS p;
	DROP TABLE pg_temp.perfeval_load;
END
$$;
COMMENT ON FUNCTION @workspace@.check_wide(regclass, text, text) IS
	'every mistake that load_wide would find; without a row number: of a column (宽表检查)';

CREATE OR REPLACE PROCEDURE @workspace@.load_wide(staging regclass, period text, on_error text DEFAULT 'refuse', source text DEFAULT NULL,
	subject_column text DEFAULT NULL, changed_only boolean DEFAULT true, batch integer DEFAULT 100000, resume boolean DEFAULT true)
LANGUAGE plpgsql
AS $$
DECLARE
	strangers jsonb;
BEGIN
	strangers := @workspace@.wide_strangers(staging, subject_column);
	IF strangers IS NOT NULL THEN
		PERFORM @workspace@.refuse_columns(staging, strangers);
	END IF;
	CALL @workspace@.run_load(@workspace@.wide_query(staging, @workspace@.find_period(period), subject_column), 'wide', staging,
		@workspace@.wide_subject_column(staging, subject_column), on_error, CASE WHEN source IS NOT NULL THEN @workspace@.find_source(source) END, changed_only, batch, resume);
END
$$;
COMMENT ON PROCEDURE @workspace@.load_wide(regclass, text, text, text, text, boolean, integer, boolean) IS
	'loads readings of a period from a spreadsheet: a row for each subject, a column for each indicator (装载宽表)';

CREATE OR REPLACE FUNCTION @workspace@.wide_strangers(staging regclass, subject_column text) RETURNS jsonb
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
	SELECT jsonb_agg(jsonb_build_object('column', c.column_name, 'reason', c.reason) ORDER BY c.column_no)
	FROM @workspace@.wide_column($1, $2) AS c WHERE c.reason IS NOT NULL
$$;
COMMENT ON FUNCTION @workspace@.wide_strangers(regclass, text) IS 'support function of load_wide: columns that it cannot take (无法识别的列)';

CREATE OR REPLACE FUNCTION @workspace@.refuse_columns(staging regclass, strangers jsonb) RETURNS void
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	RAISE EXCEPTION '% has % columns that cannot be taken: nothing was loaded', staging, jsonb_array_length(strangers)
		USING ERRCODE = 'undefined_column',
			DETAIL = (SELECT string_agg('column ' || (x ->> 'column') || ' ' || (x ->> 'reason'), E'\n' ORDER BY n)
			          FROM jsonb_array_elements(strangers) WITH ORDINALITY AS s (x, n)),
			HINT = 'Table indicator lists codes and names. subject_column declares which column has the subject.';
END
$$;
COMMENT ON FUNCTION @workspace@.refuse_columns(regclass, jsonb) IS 'support function of load_wide: the error that names columns (拒绝无法识别的列)';

-- The same form back, or an empty one to hand out.
CREATE OR REPLACE PROCEDURE @workspace@.export_wide(target text, period text, scheme text DEFAULT NULL, indicators text[] DEFAULT NULL,
	header text DEFAULT 'code')
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	the_period constant integer := @workspace@.find_period(period);
	the_scheme integer;
	wanted integer[];
	unknown text;
	columns text;
BEGIN
	IF header IS NULL OR header NOT IN ('code', 'name_zh', 'item') THEN
		RAISE EXCEPTION 'header cannot be %', coalesce(quote_literal(header), 'NULL')
			USING ERRCODE = 'invalid_parameter_value', HINT = 'Columns may be called by code, name_zh or item.';
	END IF;
	IF scheme IS NOT NULL THEN
		SELECT s.scheme_id INTO the_scheme FROM @workspace@.scheme AS s WHERE s.code = export_wide.scheme;
		IF the_scheme IS NULL THEN
			RAISE EXCEPTION 'there is no scheme "%"', scheme USING ERRCODE = 'invalid_parameter_value';
		END IF;
	END IF;
	IF indicators IS NOT NULL THEN
		SELECT string_agg(x.name, ', ') INTO unknown
		FROM unnest(indicators) AS x (name) LEFT JOIN @workspace@.indicator_alias AS a ON a.alias = x.name
		WHERE a.item IS NULL OR a.meanings > 1;
		IF unknown IS NOT NULL THEN
			RAISE EXCEPTION 'these are no indicators: %', unknown
				USING ERRCODE = 'invalid_parameter_value', HINT = 'Table indicator lists codes and names.';
		END IF;
		SELECT array_agg(x.item ORDER BY x.place) INTO wanted
		FROM (SELECT a.item, min(x.place) AS place
		      FROM unnest(indicators) WITH ORDINALITY AS x (name, place) JOIN @workspace@.indicator_alias AS a ON a.alias = x.name
		      GROUP BY a.item) AS x;
	ELSIF the_scheme IS NOT NULL THEN
		SELECT array_agg(DISTINCT i.item ORDER BY i.item) INTO wanted
		FROM @workspace@.version_in_force AS f
			JOIN @workspace@.group_rubric AS g ON g.version_id = f.version_id
			JOIN @workspace@.indicator AS i ON i.item = ANY (g.items) AND i.fact = 'reading'
		WHERE f.scheme_id = the_scheme AND f.period_id = the_period;
	ELSE
		SELECT array_agg(DISTINCT r.item ORDER BY r.item) INTO wanted FROM @workspace@.reading AS r WHERE r.period_id = the_period;
	END IF;

	-- A header must be one that load_wide takes for that indicator.
	SELECT string_agg(format(', r.cells ->> %s AS %I', quote_literal(i.item), CASE
			WHEN header <> 'item' AND @workspace@.wide_word(n.name) IS NULL AND octet_length(n.name) <= 63 AND n.name = btrim(n.name)
				AND EXISTS (SELECT FROM @workspace@.indicator_alias AS a WHERE a.alias = n.name AND a.item = i.item AND a.meanings = 1)
			THEN n.name ELSE i.item::text END), '' ORDER BY w.place)
	INTO columns
	FROM unnest(wanted) WITH ORDINALITY AS w (item, place)
		JOIN @workspace@.indicator AS i ON i.item = w.item,
		LATERAL (SELECT CASE header WHEN 'name_zh' THEN coalesce(i.name_zh, i.code) ELSE i.code END AS name) AS n;
	EXECUTE format('CREATE TEMP TABLE %I AS ', target) || $q$
		SELECT s.code AS $q$ || CASE header WHEN 'name_zh' THEN '"单位代码"' ELSE 'subject' END || $q$,
			coalesce(s.name_zh, s.name) AS $q$ || CASE header WHEN 'name_zh' THEN '"单位名称"' ELSE 'name' END || coalesce(columns, '') || $q$
		FROM (SELECT x.subject_id, jsonb_object_agg(x.item, coalesce(x.value::text,
		              CASE WHEN $4 THEN CASE x.status WHEN 'missing' THEN '缺失' WHEN 'exempt' THEN '免予' ELSE '不适用' END ELSE x.status END))
		              FILTER (WHERE x.item IS NOT NULL) AS cells
		      FROM (SELECT DISTINCT ON (l.subject_id, l.item) l.subject_id, l.item, l.value, l.status
		            FROM @workspace@.reading AS l
		            WHERE l.period_id = $1 AND l.item = ANY ($2)
		            ORDER BY l.subject_id, l.item, l.recorded_at DESC, l.reading_id DESC) AS x
		      GROUP BY x.subject_id) AS r
			$q$ || CASE WHEN the_scheme IS NULL THEN 'JOIN @workspace:literal@.subject AS s ON s.subject_id = r.subject_id'
			ELSE 'RIGHT JOIN (SELECT p.subject_id FROM @workspace:literal@.participant AS p
			          JOIN @workspace:literal@.scheme AS c ON c.grouping_id = p.grouping_id
			      WHERE p.period_id = $1 AND c.scheme_id = $3) AS m ON m.subject_id = r.subject_id
			      JOIN @workspace:literal@.subject AS s ON s.subject_id = m.subject_id' END || $q$
		ORDER BY s.code
	$q$ USING the_period, wanted, the_scheme, header = 'name_zh';
END
$$;
COMMENT ON PROCEDURE @workspace@.export_wide(text, text, text, text[], text) IS
	'makes a temporary table in the form of load_wide: readings of a period, for the participants of a scheme or whoever has some (导出宽表)';
-- Events: what happened, posted by the office that may, decided, and counted
-- once it is valid. A tolerated one (容错) cancels its deduction.

-- The number that the office gave it keeps an event from being posted twice.
ALTER TABLE @workspace@.event ADD COLUMN IF NOT EXISTS reference text CHECK (reference <> '');
CREATE UNIQUE INDEX IF NOT EXISTS event_reference ON @workspace@.event (subject_id, item, reference);
COMMENT ON COLUMN @workspace@.event.reference IS 'number of the case in the office''s files (案件编号)';

CREATE OR REPLACE FUNCTION @workspace@.period_of(day date) RETURNS integer
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
	SELECT p.period_id FROM @workspace@.period AS p
	WHERE NOT p.cumulative AND $1 BETWEEN p.starts_on AND p.ends_on
	ORDER BY p.ends_on - p.starts_on, p.period_id
	LIMIT 1
$$;
COMMENT ON FUNCTION @workspace@.period_of(date) IS 'the shortest period that a day is in (日期所在最短周期)';

-- Why an office may not post events of an indicator, or NULL.
CREATE OR REPLACE FUNCTION @workspace@.posting_obstacle(item integer, office_id bigint) RETURNS text
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
	SELECT CASE
		WHEN i.fact <> 'event' THEN 'indicator ' || i.code || ' is not counted from events'
		WHEN i.negative_list AND i.owner_id <> $2 THEN 'indicator ' || i.code || ' is on the negative list: its owner alone may post events of it'
		WHEN NOT EXISTS (SELECT FROM @workspace@.posting_right AS r WHERE r.item = $1 AND r.office_id = $2)
			THEN 'the office has no right to post events of indicator ' || i.code END
	FROM @workspace@.indicator AS i WHERE i.item = $1
$$;
COMMENT ON FUNCTION @workspace@.posting_obstacle(integer, bigint) IS
	'why an office may not post events of an indicator; NULL if it may (不可登记的原因)';

CREATE OR REPLACE PROCEDURE @workspace@.allow_posting(indicator text, office text DEFAULT NULL)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	about @workspace@.indicator;
	allowed bigint;
BEGIN
	SELECT * INTO about FROM @workspace@.indicator AS i WHERE i.item = @workspace@.find_indicator(indicator);
	allowed := CASE WHEN office IS NULL THEN about.owner_id ELSE @workspace@.find_subject(office) END;
	IF about.fact <> 'event' THEN
		RAISE EXCEPTION 'indicator "%" is not counted from events', about.code
			USING ERRCODE = 'object_not_in_prerequisite_state', HINT = 'Events can be posted where column fact of indicator says event.';
	ELSIF allowed IS NULL THEN
		RAISE EXCEPTION 'indicator "%" has no owner', about.code
			USING ERRCODE = 'object_not_in_prerequisite_state', HINT = 'Name the office that may post its events.';
	ELSIF about.negative_list AND allowed <> about.owner_id THEN
		RAISE EXCEPTION 'indicator "%" is on the negative list: no office but its owner may post events of it', about.code
			USING ERRCODE = 'insufficient_privilege',
				HINT = (SELECT 'Its owner is ' || s.code || ' ' || s.name || '.' FROM @workspace@.subject AS s WHERE s.subject_id = about.owner_id);
	END IF;
	INSERT INTO @workspace@.posting_right (item, office_id) VALUES (about.item, allowed) ON CONFLICT DO NOTHING;
END
$$;
COMMENT ON PROCEDURE @workspace@.allow_posting(text, text) IS
	'lets an office, the owner unless another is named, post events of an indicator (授予登记权限)';

CREATE OR REPLACE PROCEDURE @workspace@.post_event(subject text, indicator text, office text, occurred_on date,
	quantity numeric DEFAULT 1, evidence text DEFAULT NULL, decision text DEFAULT 'pending', period text DEFAULT NULL,
	note text DEFAULT NULL, reference text DEFAULT NULL, INOUT event_id bigint DEFAULT NULL)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	whose constant bigint := @workspace@.find_subject(subject);
	about constant integer := @workspace@.find_indicator(indicator);
	poster constant bigint := @workspace@.find_subject(office);
	in_period constant integer := CASE WHEN period IS NULL THEN @workspace@.period_of(occurred_on) ELSE @workspace@.find_period(period) END;
	obstacle constant text := @workspace@.posting_obstacle(about, poster);
	known record;
BEGIN
	IF obstacle IS NOT NULL THEN
		RAISE EXCEPTION '%', obstacle
			USING ERRCODE = 'insufficient_privilege',
				DETAIL = format('The office is %s.', office),
				HINT = coalesce((SELECT 'These may: ' || string_agg(s.code, ', ' ORDER BY s.code) || '.'
				                 FROM @workspace@.posting_right AS r JOIN @workspace@.subject AS s ON s.subject_id = r.office_id
				                 WHERE r.item = about AND @workspace@.posting_obstacle(about, r.office_id) IS NULL),
					'No office may yet: allow_posting gives the right.');
	ELSIF occurred_on IS NULL OR NOT isfinite(occurred_on) THEN
		RAISE EXCEPTION 'an event cannot have happened on %', coalesce(occurred_on::text, 'NULL') USING ERRCODE = 'invalid_parameter_value';
	ELSIF in_period IS NULL THEN
		RAISE EXCEPTION 'there is no period with day %', occurred_on
			USING ERRCODE = 'no_data_found', HINT = 'add_year makes the periods of a year.';
	ELSIF decision IS NULL OR decision NOT IN ('pending', 'valid', 'rejected', 'tolerated') THEN
		RAISE EXCEPTION 'an event cannot be decided as %', coalesce(quote_literal(decision), 'NULL')
			USING ERRCODE = 'invalid_parameter_value', HINT = 'It may be pending, valid, rejected or tolerated.';
	ELSIF quantity IS NULL OR NOT (quantity > -1e12 AND quantity < 1e12 AND min_scale(quantity) <= 12) THEN
		RAISE EXCEPTION 'an event cannot have quantity %', coalesce(quantity::text, 'NULL')
			USING ERRCODE = 'numeric_value_out_of_range', HINT = 'A quantity has up to 12 digits before and after the point.';
	END IF;
	INSERT INTO @workspace@.event AS e (subject_id, period_id, item, office_id, occurred_on, quantity, decision, evidence, note, reference)
	VALUES (whose, in_period, about, poster, $4, $5, $7, $6, $9, $10)
	ON CONFLICT (subject_id, item, reference) DO NOTHING
	RETURNING e.event_id INTO event_id;
	IF event_id IS NULL THEN
		SELECT e.event_id, e.period_id = in_period AND e.occurred_on = $4 AND e.quantity = $5 AS same INTO known
		FROM @workspace@.event AS e WHERE e.subject_id = whose AND e.item = about AND e.reference = $10;
		IF NOT known.same THEN
			RAISE EXCEPTION 'an event with reference "%" was posted already, and it is not the same', reference
				USING ERRCODE = 'unique_violation', HINT = format('Reject event %s with decide_event and post it under another reference.', known.event_id);
		END IF;
		event_id := known.event_id;
	END IF;
END
$$;
COMMENT ON PROCEDURE @workspace@.post_event(text, text, text, date, numeric, text, text, text, text, text, bigint) IS
	'posts an event in the shortest period of its day or the one named; again under the same reference it changes nothing (登记事件)';

CREATE OR REPLACE PROCEDURE @workspace@.decide_event(event_id bigint, decision text, reason text DEFAULT NULL)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	about record;
BEGIN
	IF decision IS NULL OR decision NOT IN ('pending', 'valid', 'rejected', 'tolerated') THEN
		RAISE EXCEPTION 'an event cannot be decided as %', coalesce(quote_literal(decision), 'NULL')
			USING ERRCODE = 'invalid_parameter_value', HINT = 'It may be pending, valid, rejected or tolerated.';
	ELSIF decision IN ('rejected', 'tolerated') AND coalesce(btrim(reason), '') = '' THEN
		RAISE EXCEPTION 'an event that is % needs a reason', decision USING ERRCODE = 'null_value_not_allowed';
	END IF;
	SELECT e.subject_id INTO about FROM @workspace@.event AS e WHERE e.event_id = $1;
	IF about.subject_id IS NULL THEN
		RAISE EXCEPTION 'there is no event %', coalesce($1::text, 'NULL')
			USING ERRCODE = 'no_data_found', HINT = 'View event_state lists them.';
	END IF;
	INSERT INTO @workspace@.event_decision (subject_id, event_id, decision, reason, decided_at)
	SELECT about.subject_id, $1, $2, $3, clock_timestamp()
	FROM @workspace@.event_state AS s
	WHERE s.subject_id = about.subject_id AND s.event_id = $1 AND s.decision <> $2;
END
$$;
COMMENT ON PROCEDURE @workspace@.decide_event(bigint, text, text) IS
	'decides an event: valid counts, pending is shown, rejected and tolerated count no more (认定事件)';

-- ---- many at once

CREATE OR REPLACE FUNCTION @workspace@.stage_events(staging regclass) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET datestyle = ISO
SET extra_float_digits = 1
SET synchronize_seqscans = off
SET client_min_messages = warning
AS $$
DECLARE
	known constant text[] := '{row_no,line,subject,item,indicator,office,occurred_on,quantity,decision,period,evidence,note,assist_note,reference}';
	there text[] := ARRAY(SELECT a.attname::text FROM pg_attribute AS a
	                      WHERE a.attrelid = staging AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum);
	stranger text := (SELECT string_agg(quote_ident(x), ', ') FROM unnest(there) AS x WHERE x <> ALL (known));
BEGIN
	IF stranger IS NOT NULL THEN
		RAISE EXCEPTION 'staging table % has columns that mean nothing here: %', staging, stranger
			USING ERRCODE = 'undefined_column', HINT = format('Columns may be %s. A view can leave others out.', array_to_string(known, ', '));
	END IF;
	IF NOT '{subject,office,occurred_on}' <@ there OR NOT '{item,indicator}' && there OR '{item,indicator}' <@ there OR '{row_no,line}' <@ there THEN
		RAISE EXCEPTION 'staging table % lacks columns, or has two for one thing', staging
			USING ERRCODE = 'undefined_column', HINT = 'It needs subject, one of item or indicator, office and occurred_on; it may have one of row_no or line.';
	END IF;
	DROP TABLE IF EXISTS pg_temp.perfeval_event;
	EXECUTE 'CREATE TEMP TABLE perfeval_event AS
		SELECT CASE WHEN coalesce(t.row_no, t.line) ~ ''^[0-9]{1,18}$'' THEN coalesce(t.row_no, t.line)::bigint ELSE t.place END AS no, t.*,
			coalesce(t.indicator, t.item) AS about,
			CASE WHEN @workspace:literal@.is_day(t.occurred_on) THEN t.occurred_on::date END AS day,
			CASE WHEN t.quantity IS NULL THEN 1
				WHEN t.quantity ~ ''^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)$'' AND length(t.quantity) <= 200 THEN t.quantity::numeric END AS number
		FROM (SELECT row_number() OVER () AS place, to_jsonb(perfeval_staging) AS row_data, '
		|| (SELECT string_agg(CASE WHEN x = ANY (there) THEN format('nullif(perfeval_staging.%I::text, '''')', x) ELSE 'NULL::text' END
		                      || format(' AS %I', x), ', ') FROM unnest(known) AS x)
		|| ' FROM ' || staging::text || ' AS perfeval_staging) AS t';
	ALTER TABLE pg_temp.perfeval_event ADD subject_id bigint, ADD office_id bigint, ADD about_item integer, ADD meanings bigint,
		ADD period_id integer, ADD obstacle text, ADD twins text;
	UPDATE pg_temp.perfeval_event AS e
	SET subject_id = s.subject_id, office_id = o.subject_id, about_item = CASE WHEN a.meanings = 1 THEN a.item END, meanings = a.meanings,
		period_id = CASE WHEN f.period IS NULL THEN d.period_id ELSE p.period_id END,
		obstacle = CASE WHEN a.meanings = 1 AND o.subject_id IS NOT NULL THEN r.obstacle END
	FROM pg_temp.perfeval_event AS f
		LEFT JOIN @workspace@.subject AS s ON s.code = f.subject
		LEFT JOIN @workspace@.subject AS o ON o.code = f.office
		LEFT JOIN @workspace@.indicator_alias AS a ON a.alias = f.about
		LEFT JOIN @workspace@.period AS p ON p.code = f.period
		LEFT JOIN (SELECT x.day, @workspace@.period_of(x.day) AS period_id
		           FROM (SELECT DISTINCT y.day FROM pg_temp.perfeval_event AS y) AS x) AS d ON d.day = f.day
		LEFT JOIN (SELECT x.about, x.office, @workspace@.posting_obstacle(z.item, q.subject_id) AS obstacle
		           FROM (SELECT DISTINCT y.about, y.office FROM pg_temp.perfeval_event AS y) AS x
		               JOIN @workspace@.indicator_alias AS z ON z.alias = x.about
		               JOIN @workspace@.subject AS q ON q.code = x.office) AS r ON r.about = f.about AND r.office = f.office
	WHERE f.place = e.place;
	UPDATE pg_temp.perfeval_event AS e
	SET twins = w.twins
	FROM (SELECT x.subject_id, x.about_item, x.reference, string_agg(x.no::text, ', ' ORDER BY x.no) AS twins
	      FROM pg_temp.perfeval_event AS x
	      WHERE x.reference IS NOT NULL
	      GROUP BY x.subject_id, x.about_item, x.reference HAVING count(*) > 1) AS w
	WHERE w.subject_id = e.subject_id AND w.about_item = e.about_item AND w.reference = e.reference;
END
$$;
COMMENT ON FUNCTION @workspace@.stage_events(regclass) IS 'support function of load_events (暂存事件)';

CREATE OR REPLACE FUNCTION @workspace@.staged_event_problem(OUT place bigint, OUT row_no bigint, OUT column_name text, OUT value text, OUT reason text,
	OUT row_data jsonb)
RETURNS SETOF record
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	RETURN QUERY
	SELECT e.place, e.no, p.column_name, p.value, p.reason, e.row_data
	FROM pg_temp.perfeval_event AS e
		LEFT JOIN @workspace@.event AS k ON k.subject_id = e.subject_id AND k.item = e.about_item AND k.reference = e.reference,
		LATERAL (VALUES
			(1, e.subject_id IS NULL, 'subject', e.subject, 'is no code of a subject'),
			(2, e.about_item IS NULL, 'indicator', e.about, CASE WHEN e.meanings > 1 THEN 'is the name of several indicators: use the code'
				ELSE 'is no code, number or name of an indicator' END),
			(3, e.office_id IS NULL, 'office', e.office, 'is no code of a subject'),
			(4, e.obstacle IS NOT NULL, 'office', e.office, e.obstacle),
			(5, e.day IS NULL, 'occurred_on', e.occurred_on, 'is no day such as 2025-12-31'),
			(6, e.period_id IS NULL AND e.period IS NOT NULL, 'period', e.period, 'is no code of a period'),
			(7, e.period_id IS NULL AND e.period IS NULL AND e.day IS NOT NULL, 'occurred_on', e.occurred_on, 'is in no period'),
			(8, e.number IS NULL, 'quantity', e.quantity, 'is not a number'),
			(9, NOT (e.number > -1e12 AND e.number < 1e12 AND min_scale(e.number) <= 12), 'quantity', e.quantity,
				'has more than 12 digits before or after the point'),
			(10, e.decision NOT IN ('pending', 'valid', 'rejected', 'tolerated'), 'decision', e.decision,
				'is no decision: pending, valid, rejected or tolerated'),
			(11, e.twins IS NOT NULL, 'reference', e.reference, 'stands for this subject and indicator in rows ' || e.twins),
			(12, (k.period_id, k.occurred_on, k.quantity) IS DISTINCT FROM (e.period_id, e.day, e.number) AND k.event_id IS NOT NULL,
				'reference', e.reference, 'was posted already, and it is not the same')
		) AS p (n, holds, column_name, value, reason)
	WHERE p.holds
	ORDER BY e.no, e.place, p.n;
END
$$;
COMMENT ON FUNCTION @workspace@.staged_event_problem() IS 'support function of load_events: what is wrong (暂存事件错误清单)';

CREATE OR REPLACE FUNCTION @workspace@.check_events(staging regclass, OUT row_no bigint, OUT column_name text, OUT value text, OUT reason text)
RETURNS SETOF record
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	PERFORM @workspace@.stage_events(staging);
	RETURN QUERY SELECT p.row_no, p.column_name, p.value, p.reason FROM @workspace@.staged_event_problem() AS p;
	DROP TABLE pg_temp.perfeval_event;
END
$$;
COMMENT ON FUNCTION @workspace@.check_events(regclass) IS 'every mistake that load_events would find (事件装载前检查)';

CREATE OR REPLACE PROCEDURE @workspace@.load_events(staging regclass, on_error text DEFAULT 'refuse')
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	mistakes bigint;
	bad_rows bigint;
	problems jsonb;
	good bigint;
	posted bigint;
	load bigint;
	said text;
BEGIN
	IF on_error IS NULL OR on_error NOT IN ('refuse', 'reject') THEN
		RAISE EXCEPTION 'on_error cannot be %', coalesce(quote_literal(on_error), 'NULL')
			USING ERRCODE = 'invalid_parameter_value', HINT = 'It may be refuse or reject.';
	END IF;
	PERFORM @workspace@.stage_events(staging);
	SELECT count(*), count(DISTINCT p.place), jsonb_agg(to_jsonb(p) - 'row_data' ORDER BY p.n) FILTER (WHERE p.n <= 20)
	INTO mistakes, bad_rows, problems
	FROM (SELECT x.*, row_number() OVER () AS n FROM @workspace@.staged_event_problem() AS x) AS p;
	IF mistakes > 0 AND on_error = 'refuse' THEN
		PERFORM @workspace@.refuse_problems(staging, problems, mistakes, bad_rows,
			'on_error => ''reject'' loads what is right and puts mistakes into table reject; check_events lists all of them.');
	END IF;
	SELECT count(*) - bad_rows INTO good FROM pg_temp.perfeval_event;
	INSERT INTO @workspace@.job (kind, total, done) VALUES ('load', good, good) RETURNING job_id INTO load;
	INSERT INTO @workspace@.load_record (load_id, form, relation, on_error, good_rows, rejected)
	VALUES (load, 'events', staging::text, load_events.on_error, good, mistakes);
	INSERT INTO @workspace@.reject (load_id, reject_no, row_no, column_name, value, reason, row_data)
	SELECT load, row_number() OVER (), x.row_no, x.column_name, x.value, x.reason, x.row_data
	FROM @workspace@.staged_event_problem() AS x;
	DELETE FROM pg_temp.perfeval_event AS e
	USING (SELECT DISTINCT x.place FROM @workspace@.staged_event_problem() AS x) AS b
	WHERE b.place = e.place;
	INSERT INTO @workspace@.event (subject_id, period_id, item, office_id, occurred_on, quantity, decision, evidence, note, assist_note, reference)
	SELECT e.subject_id, e.period_id, e.about_item, e.office_id, e.day, e.number, coalesce(e.decision, 'pending'), e.evidence, e.note,
		e.assist_note, e.reference
	FROM pg_temp.perfeval_event AS e
	ORDER BY e.no
	ON CONFLICT (subject_id, item, reference) DO NOTHING;
	GET DIAGNOSTICS posted = ROW_COUNT;
	said := format('load %s: %s events posted, %s unchanged, %s mistakes rejected', load, posted, good - posted, mistakes);
	UPDATE @workspace@.load_record AS l SET written = posted, unchanged = good - posted, finished_at = clock_timestamp() WHERE l.load_id = load;
	UPDATE @workspace@.job AS j SET state = 'done', finished_at = clock_timestamp(), message = said WHERE j.job_id = load;
	DROP TABLE pg_temp.perfeval_event;
	RAISE NOTICE '%', said;
END
$$;
COMMENT ON PROCEDURE @workspace@.load_events(regclass, text) IS
	'posts the events of a staging table: subject, indicator, office, occurred_on and more (装载事件)';
-- Ratings: marks that raters give, by criterion and role.

CREATE OR REPLACE PROCEDURE @workspace@.rate(subject text, criterion text, rater_role text, rater text, value numeric, period text,
	note text DEFAULT NULL)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	whose constant bigint := @workspace@.find_subject(subject);
	by_whom constant bigint := @workspace@.find_subject(rater);
	in_period constant integer := @workspace@.find_period(period);
BEGIN
	IF NOT EXISTS (SELECT FROM @workspace@.indicator AS i WHERE i.fact = 'rating' AND i.criterion = $2 AND i.rater_role = $3) THEN
		RAISE EXCEPTION 'no indicator is the mean of ratings of % by %', coalesce(quote_literal($2), 'NULL'), coalesce(quote_literal($3), 'NULL')
			USING ERRCODE = 'no_data_found',
				HINT = coalesce((SELECT 'There are ' || string_agg(quote_literal(i.criterion) || ' by ' || quote_literal(i.rater_role), ', ' ORDER BY i.item) || '.'
				                 FROM @workspace@.indicator AS i WHERE i.fact = 'rating'), 'Add one to table indicator.');
	ELSIF $5 IS NULL OR NOT ($5 > -1e12 AND $5 < 1e12 AND min_scale($5) <= 12) THEN
		RAISE EXCEPTION 'a mark cannot be %', coalesce($5::text, 'NULL')
			USING ERRCODE = 'numeric_value_out_of_range', HINT = 'A mark has up to 12 digits before and after the point.';
	END IF;
	-- The same mark again says nothing new.
	INSERT INTO @workspace@.rating (subject_id, period_id, criterion, rater_role, rater_id, value, note)
	SELECT whose, in_period, $2, $3, by_whom, $5, $7
	WHERE NOT EXISTS (SELECT FROM @workspace@.rating_state AS r
		WHERE r.subject_id = whose AND r.period_id = in_period AND r.criterion = $2 AND r.rater_role = $3 AND r.rater_id = by_whom
			AND r.value = $5 AND r.note IS NOT DISTINCT FROM $7);
END
$$;
COMMENT ON PROCEDURE @workspace@.rate(text, text, text, text, numeric, text, text) IS
	'a rater''s mark; of several the last one counts (评价打分)';
-- Sources: how fresh they are, where two of them disagree, and what can be
-- pulled from them: a table, a foreign one for instance, or another scheme.

CREATE OR REPLACE VIEW @workspace@.source_freshness WITH (security_invoker = true) AS
SELECT s.source_id, s.code AS source, s.label, s.label_zh, s.kind, o.code AS owner, r.readings, r.last_recorded_at, l.last_loaded_at,
	round(extract(epoch FROM s.max_age) / 86400, 2) AS max_age_days,
	round(extract(epoch FROM now() - greatest(r.last_recorded_at, l.last_loaded_at)) / 86400, 2) AS age_days,
	s.max_age IS NOT NULL AND coalesce(now() - greatest(r.last_recorded_at, l.last_loaded_at) > s.max_age, true) AS stale
FROM @workspace@.source AS s
	LEFT JOIN @workspace@.subject AS o ON o.subject_id = s.owner_id
	LEFT JOIN (SELECT x.source_id, count(*) AS readings, max(x.recorded_at) AS last_recorded_at
	           FROM @workspace@.reading AS x WHERE x.source_id IS NOT NULL GROUP BY x.source_id) AS r ON r.source_id = s.source_id
	LEFT JOIN (SELECT x.source_id, max(x.finished_at) AS last_loaded_at
	           FROM @workspace@.load_record AS x GROUP BY x.source_id) AS l ON l.source_id = s.source_id;
COMMENT ON VIEW @workspace@.source_freshness IS 'how old the last word of each source is; looks at all readings (数据来源时效)';
COMMENT ON COLUMN @workspace@.source_freshness.source_id IS 'number (编号)';
COMMENT ON COLUMN @workspace@.source_freshness.source IS 'code (代码)';
COMMENT ON COLUMN @workspace@.source_freshness.label IS 'name (名称)';
COMMENT ON COLUMN @workspace@.source_freshness.label_zh IS 'Chinese name (中文名称)';
COMMENT ON COLUMN @workspace@.source_freshness.kind IS 'self, office, third_party, platform, survey or scheme (种类)';
COMMENT ON COLUMN @workspace@.source_freshness.owner IS 'office that answers for it (责任单位)';
COMMENT ON COLUMN @workspace@.source_freshness.readings IS 'readings that came from it (读数个数)';
COMMENT ON COLUMN @workspace@.source_freshness.last_recorded_at IS 'when the last of them was recorded (最近读数时间)';
COMMENT ON COLUMN @workspace@.source_freshness.last_loaded_at IS 'when it was last loaded, if only to find nothing new (最近装载时间)';
COMMENT ON COLUMN @workspace@.source_freshness.max_age_days IS 'how old its last word may be, in days (时效天数)';
COMMENT ON COLUMN @workspace@.source_freshness.age_days IS 'how old it is, in days (已过天数)';
COMMENT ON COLUMN @workspace@.source_freshness.stale IS 'it is older than it may be, or there is none (是否过期)';

CREATE OR REPLACE VIEW @workspace@.source_conflict WITH (security_invoker = true) AS
WITH said AS NOT MATERIALIZED (
	SELECT DISTINCT ON (r.subject_id, r.period_id, r.item, r.source_id)
		r.subject_id, r.period_id, r.item, r.source_id, r.value, r.status, r.recorded_at, r.reading_id
	FROM @workspace@.reading AS r
	WHERE r.source_id IS NOT NULL
	ORDER BY r.subject_id, r.period_id, r.item, r.source_id, r.recorded_at DESC, r.reading_id DESC
)
SELECT a.subject_id, a.period_id, a.item, s.code AS subject, p.code AS period, i.code AS indicator, i.name_zh AS indicator_zh,
	n.code AS source, a.value, a.status, a.recorded_at,
	o.code AS other_source, b.value AS other_value, b.status AS other_status, b.recorded_at AS other_recorded_at,
	a.value - b.value AS difference
FROM said AS a
	JOIN said AS b ON b.subject_id = a.subject_id AND b.period_id = a.period_id AND b.item = a.item AND b.source_id <> a.source_id
		AND (b.value, b.status) IS DISTINCT FROM (a.value, a.status)
		AND (b.recorded_at, b.reading_id) < (a.recorded_at, a.reading_id)
	JOIN @workspace@.subject AS s ON s.subject_id = a.subject_id
	JOIN @workspace@.period AS p ON p.period_id = a.period_id
	JOIN @workspace@.indicator AS i ON i.item = a.item
	JOIN @workspace@.source AS n ON n.source_id = a.source_id
	JOIN @workspace@.source AS o ON o.source_id = b.source_id;
COMMENT ON VIEW @workspace@.source_conflict IS 'two sources that say different things of one reading; the later counts (数据来源冲突)';
COMMENT ON COLUMN @workspace@.source_conflict.subject_id IS 'whose (考核对象编号)';
COMMENT ON COLUMN @workspace@.source_conflict.period_id IS 'of which period (周期编号)';
COMMENT ON COLUMN @workspace@.source_conflict.item IS 'of which indicator (指标编号)';
COMMENT ON COLUMN @workspace@.source_conflict.subject IS 'code of the subject (考核对象代码)';
COMMENT ON COLUMN @workspace@.source_conflict.period IS 'code of the period (周期)';
COMMENT ON COLUMN @workspace@.source_conflict.indicator IS 'code of the indicator (指标代码)';
COMMENT ON COLUMN @workspace@.source_conflict.indicator_zh IS 'Chinese name of the indicator (指标)';
COMMENT ON COLUMN @workspace@.source_conflict.source IS 'source of the later one (较晚来源)';
COMMENT ON COLUMN @workspace@.source_conflict.value IS 'what it says last (其数值)';
COMMENT ON COLUMN @workspace@.source_conflict.status IS 'or its status (其状态)';
COMMENT ON COLUMN @workspace@.source_conflict.recorded_at IS 'when (其记录时间)';
COMMENT ON COLUMN @workspace@.source_conflict.other_source IS 'the other source (另一来源)';
COMMENT ON COLUMN @workspace@.source_conflict.other_value IS 'what that one says last (另一数值)';
COMMENT ON COLUMN @workspace@.source_conflict.other_status IS 'or its status (另一状态)';
COMMENT ON COLUMN @workspace@.source_conflict.other_recorded_at IS 'when (另一记录时间)';
COMMENT ON COLUMN @workspace@.source_conflict.difference IS 'value less other value (差值)';

CREATE OR REPLACE FUNCTION @workspace@.source_relation(source text) RETURNS regclass
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	about @workspace@.source;
	found regclass;
BEGIN
	SELECT * INTO about FROM @workspace@.source AS s WHERE s.source_id = @workspace@.find_source(source);
	found := to_regclass(about.relation);
	IF found IS NULL THEN
		RAISE EXCEPTION 'source "%" has no table to pull from: %', source, coalesce(quote_literal(about.relation), 'NULL')
			USING ERRCODE = 'undefined_table', HINT = 'Column relation of source holds its name with the schema, quoted as in SQL.';
	END IF;
	RETURN found;
END
$$;
COMMENT ON FUNCTION @workspace@.source_relation(text) IS 'table that a source can be pulled from, or an error (来源表)';

CREATE OR REPLACE PROCEDURE @workspace@.pull_source(source text, on_error text DEFAULT 'refuse', changed_only boolean DEFAULT true)
LANGUAGE plpgsql
AS $$
BEGIN
	CALL @workspace@.load(@workspace@.source_relation(source), on_error, source, changed_only);
END
$$;
COMMENT ON PROCEDURE @workspace@.pull_source(text, text, boolean) IS
	'loads what is new from the table of a source, in the form of load (拉取数据来源)';

-- Only scores that changed become readings, so it can be called every night. A
-- subject that has no score any more is missing.
CREATE OR REPLACE PROCEDURE @workspace@.carry_result(from_scheme text, from_period text, to_indicator text, to_period text DEFAULT NULL,
	source text DEFAULT NULL)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET jit = off
AS $$
DECLARE
	the_scheme integer := (SELECT s.scheme_id FROM @workspace@.scheme AS s WHERE s.code = from_scheme);
	the_period constant integer := @workspace@.find_period(from_period);
	target_period constant integer := @workspace@.find_period(coalesce(to_period, from_period));
	target @workspace@.indicator;
	the_source constant integer := CASE WHEN source IS NOT NULL THEN @workspace@.find_source(source) END;
	carried bigint;
	odd record;
BEGIN
	IF the_scheme IS NULL THEN
		RAISE EXCEPTION 'there is no scheme %', coalesce(quote_literal(from_scheme), 'NULL') USING ERRCODE = 'no_data_found';
	END IF;
	IF NOT EXISTS (SELECT FROM @workspace@.version_in_force AS f WHERE f.scheme_id = the_scheme AND f.period_id = the_period) THEN
		RAISE EXCEPTION 'no sealed version of scheme "%" assesses period %', from_scheme, from_period
			USING ERRCODE = 'object_not_in_prerequisite_state';
	END IF;
	SELECT * INTO target FROM @workspace@.indicator AS i WHERE i.item = @workspace@.find_indicator(to_indicator);
	IF target.fact <> 'reading' THEN
		RAISE EXCEPTION 'indicator "%" has no readings of its own: it comes from facts of kind %', target.code, target.fact
			USING ERRCODE = 'object_not_in_prerequisite_state';
	END IF;
	-- A score that is a reading of its own would be another one each time.
	IF EXISTS (SELECT FROM @workspace@.version_in_force AS f
	               JOIN @workspace@.group_rubric AS g ON g.version_id = f.version_id
	               JOIN @workspace@.period_part AS pp ON pp.period_id = f.period_id
	           WHERE f.scheme_id = the_scheme AND f.period_id = the_period AND pp.part_id = target_period AND target.item = ANY (g.items))
	THEN
		RAISE EXCEPTION 'scheme "%" rests on indicator "%" itself', from_scheme, target.code
			USING ERRCODE = 'invalid_recursion', HINT = 'Carry the result to another indicator, or to a later period.';
	END IF;
	CREATE TEMP TABLE perfeval_carried ON COMMIT DROP AS
	SELECT s.subject_id, s.score FROM @workspace@.participant_score AS s WHERE s.scheme_id = the_scheme AND s.period_id = the_period;
	SELECT c.* INTO odd FROM pg_temp.perfeval_carried AS c
	WHERE NOT (c.score > -1e17 AND c.score < 1e17 AND min_scale(c.score) <= 18) LIMIT 1;
	IF FOUND THEN
		RAISE EXCEPTION 'score % of subject % has more digits than a reading can have', odd.score,
				(SELECT s.code FROM @workspace@.subject AS s WHERE s.subject_id = odd.subject_id)
			USING ERRCODE = 'numeric_value_out_of_range', HINT = 'Readings have 17 digits before the point and 18 after it. Round the scores of the scheme.';
	END IF;
	INSERT INTO @workspace@.reading (subject_id, period_id, item, value, status, source_id, note)
	SELECT c.subject_id, target_period, target.item, c.score, CASE WHEN c.score IS NULL THEN 'missing' END, the_source,
		format('result of scheme %s, period %s', from_scheme, from_period)
	FROM pg_temp.perfeval_carried AS c
		LEFT JOIN (SELECT DISTINCT ON (r.subject_id) r.subject_id, r.value, r.status, r.source_id
		           FROM @workspace@.reading AS r
		           WHERE r.period_id = target_period AND r.item = target.item
		           ORDER BY r.subject_id, r.recorded_at DESC, r.reading_id DESC) AS k ON k.subject_id = c.subject_id
	WHERE CASE WHEN c.score IS NOT NULL THEN k.value IS DISTINCT FROM c.score ELSE k.value IS NOT NULL END;
	GET DIAGNOSTICS carried = ROW_COUNT;
	DROP TABLE pg_temp.perfeval_carried;
	RAISE NOTICE '% scores of scheme % carried to indicator %', carried, from_scheme, target.code;
END
$$;
COMMENT ON PROCEDURE @workspace@.carry_result(text, text, text, text, text) IS
	'makes the live scores of a scheme readings of an indicator, those that changed (方案结果结转为指标读数)';
-- Cards: a subject's readings of a period as one value, derived from
-- reading_history. What is not folded yet comes on top when somebody looks.

-- Its foreign keys keep subjects and periods from vanishing under the history.
CREATE TABLE IF NOT EXISTS @workspace@.card (
	subject_id bigint NOT NULL REFERENCES @workspace@.subject,
	period_id integer NOT NULL REFERENCES @workspace@.period,
	PRIMARY KEY (subject_id, period_id)
) WITH (fillfactor = 80);
ALTER TABLE @workspace@.card ADD COLUMN IF NOT EXISTS card perfeval.scorecard;
COMMENT ON TABLE @workspace@.card IS 'folded readings, a scorecard for each subject and period; derived (计分卡)';
COMMENT ON COLUMN @workspace@.card.subject_id IS 'whose (考核对象)';
COMMENT ON COLUMN @workspace@.card.period_id IS 'period (周期)';
COMMENT ON COLUMN @workspace@.card.card IS 'the readings (计分卡)';

-- No reading of the history was recorded later than this. A tail row that was
-- has nothing to fear from the history, and is spared the look: all but those
-- that took long to commit.
CREATE TABLE IF NOT EXISTS @workspace@.fold_mark (
	only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
	folded_to timestamptz NOT NULL
);
COMMENT ON TABLE @workspace@.fold_mark IS 'how late the history reaches; one row (归并水位)';
COMMENT ON COLUMN @workspace@.fold_mark.only_row IS 'there is one row (唯一行)';
COMMENT ON COLUMN @workspace@.fold_mark.folded_to IS 'no reading of the history was recorded later (历史读数的最晚记录时间)';
INSERT INTO @workspace@.fold_mark (folded_to)
SELECT (SELECT coalesce(max(h.recorded_at), '-infinity') FROM @workspace@.reading_history AS h)
WHERE NOT EXISTS (SELECT FROM @workspace@.fold_mark);

CREATE OR REPLACE FUNCTION @workspace@.raise_fold_mark(folded_to timestamptz) RETURNS void
LANGUAGE sql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $$ UPDATE @workspace@.fold_mark AS k SET folded_to = $1 WHERE k.folded_to < $1 $$;
COMMENT ON FUNCTION @workspace@.raise_fold_mark(timestamptz) IS
	'for whoever writes history: it reaches to that time at least (提高归并水位)';

-- The tail rows that count: the last of its subject, period and item, unless a
-- later one is in the history already, as transactions commit out of order.
CREATE OR REPLACE VIEW @workspace@.tail_reading WITH (security_invoker = true) AS
SELECT t.subject_id, t.period_id, t.item, t.value, t.status, t.recorded_at, t.reading_id
FROM @workspace@.reading_tail AS t
WHERE NOT EXISTS (
		SELECT FROM @workspace@.reading_tail AS later
		WHERE later.subject_id = t.subject_id AND later.period_id = t.period_id AND later.item = t.item
			AND (later.recorded_at, later.reading_id) > (t.recorded_at, t.reading_id))
	AND (t.recorded_at > (SELECT k.folded_to FROM @workspace@.fold_mark AS k) OR NOT EXISTS (
		SELECT FROM @workspace@.reading_history AS later
		WHERE later.subject_id = t.subject_id AND later.period_id = t.period_id AND later.item = t.item
			AND (later.recorded_at, later.reading_id) > (t.recorded_at, t.reading_id)));
COMMENT ON VIEW @workspace@.tail_reading IS 'readings that count and are not in the cards yet (未归并的有效读数)';
COMMENT ON COLUMN @workspace@.tail_reading.subject_id IS 'whose (考核对象)';
COMMENT ON COLUMN @workspace@.tail_reading.period_id IS 'period (周期)';
COMMENT ON COLUMN @workspace@.tail_reading.item IS 'indicator (指标编号)';
COMMENT ON COLUMN @workspace@.tail_reading.value IS 'exact value (数值)';
COMMENT ON COLUMN @workspace@.tail_reading.status IS 'in place of a value (状态)';
COMMENT ON COLUMN @workspace@.tail_reading.recorded_at IS 'when it became known here (记录时间)';
COMMENT ON COLUMN @workspace@.tail_reading.reading_id IS 'number (编号)';
-- Folding: tail rows into history, and those that count into the cards. It
-- changes no answer, only what asking costs.
--
-- Whoever writes history and cards keeps five rules; then no reading is lost or
-- counted twice, whatever runs beside it and wherever a crash comes.
--
-- 1. The transaction is READ COMMITTED, and lock_cards() is a statement of its
--    own before: so the snapshot of the next one sees all that was folded.
-- 2. History and cards change in one statement, or at least one transaction.
-- 3. Of several new readings of a subject, period and item the last one counts,
--    in the order (recorded_at, reading_id).
-- 4. It counts only if the history has no later one already.
--
-- 5. What is written to the history raises fold_mark, in the same transaction.
--
-- A bulk load that goes past the tail is therefore, after lock_cards():
--
--   WITH kept AS (
--       INSERT INTO reading (subject_id, ..., folded) SELECT ..., true FROM staging
--       RETURNING *
--   ), latest AS (
--       SELECT DISTINCT ON (k.subject_id, k.period_id, k.item) k.*
--       FROM kept AS k
--       ORDER BY k.subject_id, k.period_id, k.item, k.recorded_at DESC, k.reading_id DESC
--   ), ... counting and merged as in fold_batch
--
-- It has to check what the tail's foreign keys and constraints check, as these
-- do not stand on the history.

CREATE OR REPLACE FUNCTION @workspace@.lock_cards() RETURNS void
LANGUAGE sql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $$ SELECT pg_advisory_xact_lock(1886676582, ('@workspace:literal@'::regnamespace::oid::bigint - 2147483648)::integer) $$;
COMMENT ON FUNCTION @workspace@.lock_cards() IS
	'held by whoever writes cards, to the end of the transaction (计分卡写锁)';

-- One batch: all tail rows of the subjects between two numbers. What the DELETE
-- gives back is what moves and what is counted, so the two cannot differ.
CREATE OR REPLACE FUNCTION @workspace@.fold_batch(first_subject bigint, last_subject bigint) RETURNS bigint
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
SET work_mem = '64MB'
SET jit = off
SET plan_cache_mode = force_custom_plan
AS $$
DECLARE
	count bigint;
	last timestamptz;
BEGIN
	WITH moved AS (
		DELETE FROM @workspace@.reading_tail AS t
		WHERE t.subject_id BETWEEN first_subject AND last_subject
		RETURNING t.*
	), kept AS (
		INSERT INTO @workspace@.reading_history (subject_id, period_id, item, value, status, valid_from, valid_to,
			recorded_at, recorded_by, source_id, evidence, note, assist_note, reading_id, folded)
		SELECT m.subject_id, m.period_id, m.item, m.value, m.status, m.valid_from, m.valid_to,
			m.recorded_at, m.recorded_by, m.source_id, m.evidence, m.note, m.assist_note, m.reading_id, true
		FROM moved AS m
	), latest AS (
		SELECT DISTINCT ON (m.subject_id, m.period_id, m.item)
			m.subject_id, m.period_id, m.item, m.value, m.status, m.recorded_at, m.reading_id
		FROM moved AS m
		ORDER BY m.subject_id, m.period_id, m.item, m.recorded_at DESC, m.reading_id DESC
	), counting AS (
		SELECT t.subject_id, t.period_id, perfeval.scorecard_agg(t.item, t.value, t.status) AS card
		FROM latest AS t
		WHERE NOT EXISTS (
			SELECT FROM @workspace@.reading_history AS later
			WHERE later.subject_id = t.subject_id AND later.period_id = t.period_id AND later.item = t.item
				AND later.subject_id BETWEEN first_subject AND last_subject
				AND (later.recorded_at, later.reading_id) > (t.recorded_at, t.reading_id))
		GROUP BY t.subject_id, t.period_id
	), merged AS (
		INSERT INTO @workspace@.card AS c (subject_id, period_id, card)
		SELECT n.subject_id, n.period_id, n.card FROM counting AS n
		ON CONFLICT (subject_id, period_id)
		DO UPDATE SET card = coalesce(perfeval.scorecard_merge(c.card, excluded.card), excluded.card)
	)
	SELECT pg_catalog.count(*), max(m.recorded_at) INTO count, last FROM moved AS m;
	PERFORM @workspace@.raise_fold_mark(last);
	RETURN count;
END
$$;
COMMENT ON FUNCTION @workspace@.fold_batch(bigint, bigint) IS
	'support function of fold: the subjects between two numbers, under lock_cards (归并一批)';

CREATE OR REPLACE PROCEDURE @workspace@.fold(batch integer DEFAULT 100000)
LANGUAGE plpgsql
AS $$
DECLARE
	this_job bigint;
	lower bigint := '-9223372036854775808';
	upper bigint;
	moved bigint;
BEGIN
	-- Nothing has happened yet; what begins here can choose how it is isolated.
	COMMIT;
	SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
	SET LOCAL search_path = pg_catalog, pg_temp;
	IF batch IS NULL OR batch < 1 THEN
		RAISE EXCEPTION 'fold: batches of % rows', coalesce(batch::text, 'NULL')
			USING ERRCODE = 'invalid_parameter_value', HINT = 'Give the number of rows that one transaction should move, such as 100000.';
	END IF;
	IF NOT EXISTS (SELECT FROM @workspace@.reading_tail) THEN
		RETURN;
	END IF;
	INSERT INTO @workspace@.job (kind, total) SELECT 'fold', count(*) FROM @workspace@.reading_tail
	RETURNING job_id INTO this_job;
	LOOP
		COMMIT;
		SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
		SET LOCAL search_path = pg_catalog, pg_temp;
		PERFORM @workspace@.lock_cards();
		-- Whole subjects, about as many as have batch rows.
		SELECT max(t.subject_id) INTO upper
		FROM (SELECT x.subject_id FROM @workspace@.reading_tail AS x WHERE x.subject_id > lower
		      ORDER BY x.subject_id LIMIT batch) AS t;
		EXIT WHEN upper IS NULL;
		moved := @workspace@.fold_batch(lower + 1, upper);
		lower := upper;
		UPDATE @workspace@.job AS j
		SET done = j.done + moved, total = greatest(j.total, j.done + moved), position = upper, updated_at = clock_timestamp()
		WHERE j.job_id = this_job;
	END LOOP;
	UPDATE @workspace@.job AS j
	SET state = 'done', total = j.done, updated_at = clock_timestamp(), finished_at = clock_timestamp()
	WHERE j.job_id = this_job;
	COMMIT;
END
$$;
COMMENT ON PROCEDURE @workspace@.fold(integer) IS
	'moves readings from the tail to the history and into the cards, in batches of so many rows; cancelled, it goes on when called again (归并读数)';
-- Verifying: each card against the readings in the history.

-- What the cards of the subjects between two numbers should be. The order is
-- that of the primary key backwards, so the last reading of each item comes
-- first without sorting.
CREATE OR REPLACE FUNCTION @workspace@.rebuilt_cards(first_subject bigint, last_subject bigint)
RETURNS TABLE (subject_id bigint, period_id integer, card perfeval.scorecard)
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
SET work_mem = '64MB'
SET jit = off
AS $$
	SELECT l.subject_id, l.period_id, perfeval.scorecard_agg(l.item, l.value, l.status)
	FROM (SELECT DISTINCT ON (h.subject_id, h.period_id, h.item) h.subject_id, h.period_id, h.item, h.value, h.status
	      FROM @workspace@.reading_history AS h
	      WHERE h.subject_id BETWEEN first_subject AND last_subject
	      ORDER BY h.subject_id DESC, h.period_id DESC, h.item DESC, h.recorded_at DESC, h.reading_id DESC) AS l
	GROUP BY l.subject_id, l.period_id
$$;
COMMENT ON FUNCTION @workspace@.rebuilt_cards(bigint, bigint) IS
	'the cards of the subjects between two numbers, from the readings in the history (由历史读数重算的计分卡)';

-- History and cards change together, so any snapshot of the two agrees.
CREATE OR REPLACE FUNCTION @workspace@.verify_cards(
	first_subject bigint DEFAULT '-9223372036854775808', last_subject bigint DEFAULT 9223372036854775807)
RETURNS TABLE (subject_id bigint, period_id integer, difference text, items text)
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
SET work_mem = '64MB'
SET jit = off
AS $$
	SELECT coalesce(c.subject_id, r.subject_id), coalesce(c.period_id, r.period_id),
		CASE WHEN c.card IS NULL THEN 'missing' WHEN r.card IS NULL THEN 'extra' ELSE 'differing' END,
		(SELECT string_agg(coalesce(a.item, b.item)::text, ', ' ORDER BY coalesce(a.item, b.item))
		 FROM perfeval.items(coalesce(c.card, '{}')) AS a
			FULL JOIN perfeval.items(coalesce(r.card, '{}')) AS b ON b.item = a.item
		 WHERE (a.item, a.value, a.status) IS DISTINCT FROM (b.item, b.value, b.status))
	FROM (SELECT * FROM @workspace@.card AS x WHERE x.subject_id BETWEEN first_subject AND last_subject) AS c
		FULL JOIN @workspace@.rebuilt_cards(first_subject, last_subject) AS r
			ON r.subject_id = c.subject_id AND r.period_id = c.period_id
	WHERE (c.card OPERATOR(perfeval.=) r.card) IS NOT TRUE
	ORDER BY 1, 2
$$;
COMMENT ON FUNCTION @workspace@.verify_cards(bigint, bigint) IS
	'cards that are not what the readings in the history come to: missing, extra or differing, and in which items; no rows if all is well (核对计分卡)';

-- The same as a job, over all subjects, a batch at a time; an error if anything
-- differs.
CREATE OR REPLACE PROCEDURE @workspace@.verify(batch integer DEFAULT 5000)
LANGUAGE plpgsql
AS $$
DECLARE
	this_job bigint;
	lower bigint := '-9223372036854775808';
	upper bigint;
	wrong bigint := 0;
	found bigint;
	first_found text;
	example text;
BEGIN
	COMMIT;
	SET LOCAL search_path = pg_catalog, pg_temp;
	IF batch IS NULL OR batch < 1 THEN
		RAISE EXCEPTION 'verify: batches of % cards', coalesce(batch::text, 'NULL')
			USING ERRCODE = 'invalid_parameter_value', HINT = 'Give the number of cards that one step should look at, such as 5000.';
	END IF;
	INSERT INTO @workspace@.job (kind, total) SELECT 'verify', count(*) FROM @workspace@.card
	RETURNING job_id INTO this_job;
	LOOP
		COMMIT;
		SET LOCAL search_path = pg_catalog, pg_temp;
		SELECT max(t.subject_id) INTO upper
		FROM (SELECT c.subject_id FROM @workspace@.card AS c WHERE c.subject_id > lower
		      ORDER BY c.subject_id LIMIT batch) AS t;
		-- After the last card, whatever the history has beyond.
		SELECT count(*), min(format('%s: subject %s, period %s, items %s', v.difference, v.subject_id, v.period_id, v.items))
		INTO found, example
		FROM @workspace@.verify_cards(lower + 1, coalesce(upper, 9223372036854775807)) AS v;
		wrong := wrong + found;
		first_found := coalesce(first_found, example);
		EXIT WHEN upper IS NULL;
		UPDATE @workspace@.job AS j
		SET done = (SELECT j.done + count(*) FROM @workspace@.card AS c WHERE c.subject_id > lower AND c.subject_id <= upper),
			position = upper, updated_at = clock_timestamp()
		WHERE j.job_id = this_job;
		lower := upper;
	END LOOP;
	UPDATE @workspace@.job AS j
	SET state = CASE WHEN wrong = 0 THEN 'done' ELSE 'failed' END, total = j.done,
		message = CASE WHEN wrong > 0 THEN format('cards that differ: %s; %s', wrong, first_found) END,
		updated_at = clock_timestamp(), finished_at = clock_timestamp()
	WHERE j.job_id = this_job;
	COMMIT;
	IF wrong > 0 THEN
		RAISE EXCEPTION 'cards that are not what their readings come to: %', wrong
			USING ERRCODE = 'data_corrupted', DETAIL = first_found,
				HINT = 'Function verify_cards lists them. CALL rebuild() makes the cards again.';
	END IF;
END
$$;
COMMENT ON PROCEDURE @workspace@.verify(integer) IS
	'compares all cards with the readings in the history, in batches of so many cards; an error if any differs (核对)';
-- Rebuilding: cards made again from the readings in the history, beside readers
-- and writers.

CREATE OR REPLACE FUNCTION @workspace@.rebuild_batch(first_subject bigint, last_subject bigint) RETURNS bigint
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
SET plan_cache_mode = force_custom_plan
AS $$
DECLARE
	count bigint;
BEGIN
	WITH rebuilt AS MATERIALIZED (
		SELECT r.subject_id, r.period_id, r.card FROM @workspace@.rebuilt_cards(first_subject, last_subject) AS r
	), gone AS (
		DELETE FROM @workspace@.card AS c
		WHERE c.subject_id BETWEEN first_subject AND last_subject
			AND NOT EXISTS (SELECT FROM rebuilt AS r WHERE r.subject_id = c.subject_id AND r.period_id = c.period_id)
	), made AS (
		INSERT INTO @workspace@.card (subject_id, period_id, card)
		SELECT r.subject_id, r.period_id, r.card FROM rebuilt AS r
		ON CONFLICT (subject_id, period_id) DO UPDATE SET card = excluded.card
	)
	SELECT pg_catalog.count(*) INTO count FROM rebuilt;
	RETURN count;
END
$$;
COMMENT ON FUNCTION @workspace@.rebuild_batch(bigint, bigint) IS
	'support function of rebuild: the subjects between two numbers, under lock_cards (重建一批)';

CREATE OR REPLACE PROCEDURE @workspace@.rebuild(batch integer DEFAULT 100000, resume boolean DEFAULT true)
LANGUAGE plpgsql
AS $$
DECLARE
	this_job bigint;
	lower bigint := '-9223372036854775808';
	upper bigint;
	made bigint;
BEGIN
	COMMIT;
	SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
	SET LOCAL search_path = pg_catalog, pg_temp;
	IF batch IS NULL OR batch < 1 THEN
		RAISE EXCEPTION 'rebuild: batches of % readings', coalesce(batch::text, 'NULL')
			USING ERRCODE = 'invalid_parameter_value', HINT = 'Give the number of readings that one transaction should look at, such as 100000.';
	END IF;
	INSERT INTO @workspace@.job (kind, total) SELECT 'rebuild', count(*) FROM @workspace@.card
	RETURNING job_id INTO this_job;
	IF resume THEN
		-- Where the last rebuild was cancelled, if it was.
		UPDATE @workspace@.job AS j
		SET done = last.done, position = last.position, message = format('continues job %s', last.job_id)
		FROM (SELECT x.job_id, x.done, x.position, p.state
		      FROM @workspace@.job AS x JOIN @workspace@.job_progress AS p ON p.job_id = x.job_id
		      WHERE x.kind = 'rebuild' AND x.job_id < this_job
		      ORDER BY x.job_id DESC LIMIT 1) AS last
		WHERE j.job_id = this_job AND last.state = 'cancelled' AND last.position IS NOT NULL
		RETURNING j.position INTO upper;
		lower := coalesce(upper, lower);
	END IF;
	LOOP
		COMMIT;
		SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
		SET LOCAL search_path = pg_catalog, pg_temp;
		PERFORM @workspace@.lock_cards();
		-- Whole subjects, about as many as have batch readings; after the last
		-- one, cards that no reading stands behind.
		SELECT max(t.subject_id) INTO upper
		FROM (SELECT h.subject_id FROM @workspace@.reading_history AS h WHERE h.subject_id > lower
		      ORDER BY h.subject_id LIMIT batch) AS t;
		made := @workspace@.rebuild_batch(lower + 1, coalesce(upper, 9223372036854775807));
		EXIT WHEN upper IS NULL;
		lower := upper;
		UPDATE @workspace@.job AS j
		SET done = j.done + made, total = greatest(j.total, j.done + made), position = upper, updated_at = clock_timestamp()
		WHERE j.job_id = this_job;
	END LOOP;
	UPDATE @workspace@.job AS j
	SET state = 'done', total = j.done, updated_at = clock_timestamp(), finished_at = clock_timestamp()
	WHERE j.job_id = this_job;
	COMMIT;
END
$$;
COMMENT ON PROCEDURE @workspace@.rebuild(integer, boolean) IS
	'makes all cards again from the readings in the history, in batches of so many readings; cancelled, it goes on when called again, unless resume is false (重建计分卡)';
-- Health: what an operator looks at.

CREATE OR REPLACE VIEW @workspace@.health WITH (security_invoker = true) AS
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
	 WHERE x.schemaname = (SELECT n.nspname FROM pg_catalog.pg_namespace AS n WHERE n.oid = '@workspace:literal@'::regnamespace)) AS s;
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
-- Standings: live, from facts to tiers. A frozen run is the same SQL.

-- Which version assesses which period: the newest sealed one in force.
CREATE OR REPLACE VIEW @workspace@.version_in_force WITH (security_invoker = true) AS
SELECT v.scheme_id, p.period_id, v.version_id
FROM @workspace@.scheme_version AS v
	JOIN @workspace@.period AS p ON v.in_force_from <= p.ends_on AND p.kind = ANY (v.period_kinds)
WHERE v.state = 'sealed'
	AND NOT EXISTS (
		SELECT FROM @workspace@.scheme_version AS newer
		WHERE newer.scheme_id = v.scheme_id AND newer.state = 'sealed'
			AND newer.in_force_from <= p.ends_on AND p.kind = ANY (newer.period_kinds)
			AND (newer.in_force_from, newer.number) > (v.in_force_from, v.number));
COMMENT ON VIEW @workspace@.version_in_force IS 'which version of a scheme assesses a period (适用版本)';
COMMENT ON COLUMN @workspace@.version_in_force.scheme_id IS 'scheme (方案)';
COMMENT ON COLUMN @workspace@.version_in_force.period_id IS 'period (周期)';
COMMENT ON COLUMN @workspace@.version_in_force.version_id IS 'version (方案版本)';

-- The rubric of each group and period, with the group's parameters if it has any.
CREATE OR REPLACE VIEW @workspace@.rubric_in_force WITH (security_invoker = true) AS
SELECT f.scheme_id, f.period_id, g.group_id, f.version_id,
	coalesce(q.compiled, g.compiled) AS rubric,
	g.items, g.no_events, g.base_node, g.deduction_node, g.bonus_node, g.coefficient_item, g.has_limits,
	s.grouping_id, p.ends_on, p.rolls_up, g.tie_nodes
FROM @workspace@.version_in_force AS f
	JOIN @workspace@.scheme AS s ON s.scheme_id = f.scheme_id
	JOIN @workspace@.period AS p ON p.period_id = f.period_id
	JOIN @workspace@.group_rubric AS g ON g.version_id = f.version_id
	LEFT JOIN @workspace@.group_parameter AS q
		ON q.version_id = g.version_id AND q.group_id = g.group_id AND q.period_id = f.period_id;
COMMENT ON VIEW @workspace@.rubric_in_force IS 'rubric of each group and period (适用细则)';
COMMENT ON COLUMN @workspace@.rubric_in_force.scheme_id IS 'scheme (方案)';
COMMENT ON COLUMN @workspace@.rubric_in_force.period_id IS 'period (周期)';
COMMENT ON COLUMN @workspace@.rubric_in_force.group_id IS 'group (分组)';
COMMENT ON COLUMN @workspace@.rubric_in_force.version_id IS 'version (方案版本)';
COMMENT ON COLUMN @workspace@.rubric_in_force.rubric IS 'compiled rubric (评分细则)';
COMMENT ON COLUMN @workspace@.rubric_in_force.items IS 'items that it looks at (涉及指标)';
COMMENT ON COLUMN @workspace@.rubric_in_force.no_events IS 'a card with 0 for each count of events (零事件计分卡)';
COMMENT ON COLUMN @workspace@.rubric_in_force.base_node IS 'node of the base score (基础分节点)';
COMMENT ON COLUMN @workspace@.rubric_in_force.deduction_node IS 'node of the deductions (扣分节点)';
COMMENT ON COLUMN @workspace@.rubric_in_force.bonus_node IS 'node of the bonus (加分节点)';
COMMENT ON COLUMN @workspace@.rubric_in_force.coefficient_item IS 'item with the coefficient (系数指标)';
COMMENT ON COLUMN @workspace@.rubric_in_force.has_limits IS 'whether there are vetoes or limits (是否有限制项)';
COMMENT ON COLUMN @workspace@.rubric_in_force.grouping_id IS 'way of dividing (分组方式)';
COMMENT ON COLUMN @workspace@.rubric_in_force.ends_on IS 'last day of the period (周期末日)';
COMMENT ON COLUMN @workspace@.rubric_in_force.rolls_up IS 'whether shorter periods roll up to it (是否由短周期汇总)';
COMMENT ON COLUMN @workspace@.rubric_in_force.tie_nodes IS 'nodes that decide between equal scores (并列比较节点)';

-- Who is assessed: the members of a group on the period's last day.
CREATE OR REPLACE VIEW @workspace@.participant WITH (security_invoker = true) AS
SELECT m.grouping_id, m.group_id, m.subject_id, p.period_id
FROM @workspace@.group_member AS m
	JOIN @workspace@.period AS p ON m.valid_from <= p.ends_on AND (m.valid_to > p.ends_on OR m.valid_to IS NULL)
WHERE m.group_id IS NOT NULL;
COMMENT ON VIEW @workspace@.participant IS 'who is in which group in a period (参评对象)';
COMMENT ON COLUMN @workspace@.participant.grouping_id IS 'way of dividing (分组方式)';
COMMENT ON COLUMN @workspace@.participant.group_id IS 'group (分组)';
COMMENT ON COLUMN @workspace@.participant.subject_id IS 'subject (考核对象)';
COMMENT ON COLUMN @workspace@.participant.period_id IS 'period (周期)';


-- The periods whose readings count for a participant: the period itself, and
-- the shorter ones that roll up to it.
CREATE OR REPLACE VIEW @workspace@.participant_part WITH (security_invoker = true) AS
SELECT m.grouping_id, m.group_id, m.period_id, m.subject_id, pp.part_id
FROM @workspace@.participant AS m
	JOIN @workspace@.period_part AS pp ON pp.period_id = m.period_id;
COMMENT ON VIEW @workspace@.participant_part IS 'periods that count for a participant of a period (参评对象的组成周期)';
COMMENT ON COLUMN @workspace@.participant_part.grouping_id IS 'way of dividing (分组方式)';
COMMENT ON COLUMN @workspace@.participant_part.group_id IS 'group (分组)';
COMMENT ON COLUMN @workspace@.participant_part.period_id IS 'period (周期)';
COMMENT ON COLUMN @workspace@.participant_part.subject_id IS 'subject (考核对象)';
COMMENT ON COLUMN @workspace@.participant_part.part_id IS 'the period itself or a part of it (组成周期)';

-- What comes on top of a participant's cards, kind by kind: a panel's mean goes
-- before events, events before readings of the tail. The group is part of it,
-- and each kind is joined to the participants where it is read, so that a
-- question about one group looks at that group's rows alone.
CREATE OR REPLACE VIEW @workspace@.fresh_reading WITH (security_invoker = true) AS
SELECT m.group_id, m.period_id, m.part_id, m.subject_id, t.item, t.value, t.status, 1 AS precedence, t.recorded_at, t.reading_id
FROM @workspace@.participant_part AS m
	JOIN @workspace@.reading_tail AS t ON t.subject_id = m.subject_id AND t.period_id = m.part_id
WHERE (t.recorded_at > (SELECT k.folded_to FROM @workspace@.fold_mark AS k) OR NOT EXISTS (
		SELECT FROM @workspace@.reading_history AS later
		WHERE later.subject_id = t.subject_id AND later.period_id = t.period_id AND later.item = t.item
			AND (later.recorded_at, later.reading_id) > (t.recorded_at, t.reading_id)))
UNION ALL
SELECT m.group_id, m.period_id, m.part_id, m.subject_id, x.item, sum(e.quantity), NULL, 2, NULL, NULL
FROM @workspace@.participant_part AS m
	JOIN @workspace@.event_state AS e ON e.subject_id = m.subject_id AND e.period_id = m.part_id
	LEFT JOIN @workspace@.indicator AS i ON i.pending_of = e.item,
	LATERAL (SELECT CASE e.decision WHEN 'valid' THEN e.item WHEN 'pending' THEN i.item END AS item) AS x
WHERE x.item IS NOT NULL
GROUP BY m.group_id, m.period_id, m.part_id, m.subject_id, x.item
UNION ALL
SELECT r.group_id, r.period_id, r.part_id, r.subject_id, i.item,
	perfeval.trimmed_mean(r.value, i.drop_each) FILTER (WHERE r.raters > 2 * i.drop_each), NULL, 3, NULL, NULL
FROM (SELECT m.group_id, m.period_id, m.part_id, m.subject_id, s.criterion, s.rater_role, s.value,
          count(*) OVER (PARTITION BY m.group_id, m.period_id, m.part_id, m.subject_id, s.criterion, s.rater_role) AS raters
      FROM @workspace@.participant_part AS m
          JOIN @workspace@.rating_state AS s ON s.subject_id = m.subject_id AND s.period_id = m.part_id) AS r
	JOIN @workspace@.indicator AS i ON i.criterion = r.criterion AND i.rater_role = r.rater_role AND i.fact = 'rating'
GROUP BY r.group_id, r.period_id, r.part_id, r.subject_id, i.item, i.drop_each;
COMMENT ON VIEW @workspace@.fresh_reading IS 'readings that come on top of the cards (计分卡之外的读数)';
COMMENT ON COLUMN @workspace@.fresh_reading.group_id IS 'group (分组)';
COMMENT ON COLUMN @workspace@.fresh_reading.period_id IS 'period (周期)';
COMMENT ON COLUMN @workspace@.fresh_reading.part_id IS 'the period itself or a part of it (组成周期)';
COMMENT ON COLUMN @workspace@.fresh_reading.subject_id IS 'whose (考核对象)';
COMMENT ON COLUMN @workspace@.fresh_reading.item IS 'indicator (指标编号)';
COMMENT ON COLUMN @workspace@.fresh_reading.value IS 'exact value (数值)';
COMMENT ON COLUMN @workspace@.fresh_reading.status IS 'in place of a value (状态)';
COMMENT ON COLUMN @workspace@.fresh_reading.precedence IS 'of several for one item the higher counts (优先级)';
COMMENT ON COLUMN @workspace@.fresh_reading.recorded_at IS 'of readings: the later counts (记录时间)';
COMMENT ON COLUMN @workspace@.fresh_reading.reading_id IS 'of readings of one time: the higher counts (编号)';

CREATE OR REPLACE VIEW @workspace@.fresh_card WITH (security_invoker = true) AS
SELECT f.group_id, f.period_id, f.part_id, f.subject_id, perfeval.scorecard_agg(f.item, f.value, f.status) AS card
FROM (SELECT DISTINCT ON (r.group_id, r.period_id, r.part_id, r.subject_id, r.item)
          r.group_id, r.period_id, r.part_id, r.subject_id, r.item, r.value, r.status
      FROM @workspace@.fresh_reading AS r
      ORDER BY r.group_id, r.period_id, r.part_id, r.subject_id, r.item,
          r.precedence DESC, r.recorded_at DESC, r.reading_id DESC) AS f
GROUP BY f.group_id, f.period_id, f.part_id, f.subject_id;
COMMENT ON VIEW @workspace@.fresh_card IS 'what comes on top of the cards (计分卡之外的读数，按对象)';
COMMENT ON COLUMN @workspace@.fresh_card.group_id IS 'group (分组)';
COMMENT ON COLUMN @workspace@.fresh_card.period_id IS 'period (周期)';
COMMENT ON COLUMN @workspace@.fresh_card.part_id IS 'the period itself or a part of it (组成周期)';
COMMENT ON COLUMN @workspace@.fresh_card.subject_id IS 'whose (考核对象)';
COMMENT ON COLUMN @workspace@.fresh_card.card IS 'the readings (计分卡)';

CREATE OR REPLACE VIEW @workspace@.roll_up_item WITH (security_invoker = true) AS
SELECT coalesce(array_agg(i.item) FILTER (WHERE i.roll_up = 'sum'), '{}') AS sum_items,
	coalesce(array_agg(i.item) FILTER (WHERE i.roll_up = 'mean'), '{}') AS mean_items,
	coalesce(array_agg(i.item) FILTER (WHERE i.roll_up = 'min'), '{}') AS min_items,
	coalesce(array_agg(i.item) FILTER (WHERE i.roll_up = 'max'), '{}') AS max_items,
	coalesce(array_agg(i.item) FILTER (WHERE i.roll_up = 'last'), '{}') AS last_items
FROM @workspace@.indicator AS i;
COMMENT ON VIEW @workspace@.roll_up_item IS 'indicators by how they roll up (按汇总方式归类的指标)';
COMMENT ON COLUMN @workspace@.roll_up_item.sum_items IS 'by sum (求和)';
COMMENT ON COLUMN @workspace@.roll_up_item.mean_items IS 'by mean (求均值)';
COMMENT ON COLUMN @workspace@.roll_up_item.min_items IS 'by minimum (取最小)';
COMMENT ON COLUMN @workspace@.roll_up_item.max_items IS 'by maximum (取最大)';
COMMENT ON COLUMN @workspace@.roll_up_item.last_items IS 'the last one (取最近)';

-- What shorter periods come to. An item should be posted for one kind of
-- period; what is posted for the period itself goes before what rolls up.
CREATE OR REPLACE VIEW @workspace@.rolled_card WITH (security_invoker = true) AS
SELECT x.group_id, x.period_id, x.subject_id,
	perfeval.scorecard_merge(coalesce(x.sums, '{}'), perfeval.scorecard_merge(coalesce(x.means, '{}'),
		perfeval.scorecard_merge(coalesce(x.mins, '{}'), perfeval.scorecard_merge(coalesce(x.maxs, '{}'),
			coalesce(x.lasts, '{}'))))) AS card
FROM (SELECT m.group_id, m.period_id, m.subject_id,
          perfeval.scorecard_sum(perfeval.scorecard_pick(m.card, i.sum_items)) AS sums,
          perfeval.scorecard_mean(perfeval.scorecard_pick(m.card, i.mean_items), w.roll_up_digits, 'half_up') AS means,
          perfeval.scorecard_min(perfeval.scorecard_pick(m.card, i.min_items)) AS mins,
          perfeval.scorecard_max(perfeval.scorecard_pick(m.card, i.max_items)) AS maxs,
          perfeval.scorecard_last(perfeval.scorecard_pick(m.card, i.last_items), m.at) AS lasts
      FROM (SELECT m.group_id, m.period_id, m.subject_id, p.ends_on::timestamp AT TIME ZONE 'UTC' AS at,
                coalesce(perfeval.scorecard_merge(c.card, f.card), c.card, f.card) AS card
            FROM @workspace@.participant_part AS m
                JOIN @workspace@.period AS p ON p.period_id = m.part_id
                LEFT JOIN @workspace@.card AS c ON c.subject_id = m.subject_id AND c.period_id = m.part_id
                LEFT JOIN @workspace@.fresh_card AS f ON f.group_id = m.group_id AND f.period_id = m.period_id
                    AND f.part_id = m.part_id AND f.subject_id = m.subject_id
            WHERE m.part_id <> m.period_id) AS m,
          @workspace@.roll_up_item AS i, @workspace@.workspace AS w
      WHERE m.card IS NOT NULL
      GROUP BY m.group_id, m.period_id, m.subject_id) AS x;
COMMENT ON VIEW @workspace@.rolled_card IS 'readings of shorter periods, rolled up (短周期汇总读数)';
COMMENT ON COLUMN @workspace@.rolled_card.group_id IS 'group (分组)';
COMMENT ON COLUMN @workspace@.rolled_card.period_id IS 'period (周期)';
COMMENT ON COLUMN @workspace@.rolled_card.subject_id IS 'whose (考核对象)';
COMMENT ON COLUMN @workspace@.rolled_card.card IS 'the readings (计分卡)';

-- Participant and rubric, with all readings in one card. This view and the next
-- two are barriers so that each works out its columns once, below the sort of
-- the ranks; comparisons of numbers go through.
CREATE OR REPLACE VIEW @workspace@.participant_card WITH (security_barrier = true) AS
SELECT r.scheme_id, r.version_id, m.period_id, m.group_id, m.subject_id, r.rubric,
	coalesce(perfeval.scorecard_merge(r.no_events, x.card), x.card, r.no_events, '{}') AS card,
	r.items, r.base_node, r.deduction_node, r.bonus_node, r.coefficient_item, r.has_limits, r.ends_on, r.tie_nodes
FROM @workspace@.rubric_in_force AS r
	JOIN @workspace@.participant AS m ON m.group_id = r.group_id AND m.period_id = r.period_id
	LEFT JOIN @workspace@.card AS c ON c.subject_id = m.subject_id AND c.period_id = m.period_id
	LEFT JOIN @workspace@.fresh_card AS f ON f.group_id = m.group_id AND f.period_id = m.period_id
		AND f.part_id = m.period_id AND f.subject_id = m.subject_id
	LEFT JOIN @workspace@.rolled_card AS u ON u.group_id = m.group_id AND u.period_id = m.period_id
		AND u.subject_id = m.subject_id,
	LATERAL (SELECT coalesce(perfeval.scorecard_merge(c.card, f.card), c.card, f.card) AS own) AS o,
	LATERAL (SELECT coalesce(perfeval.scorecard_merge(u.card, o.own), u.card, o.own) AS card) AS x;
COMMENT ON VIEW @workspace@.participant_card IS 'participants with rubric and all readings (参评对象计分卡)';

CREATE OR REPLACE VIEW @workspace@.participant_result WITH (security_barrier = true) AS
SELECT c.scheme_id, c.version_id, c.period_id, c.group_id, c.subject_id,
	perfeval.evaluate_brief(c.card, c.rubric) AS brief,
	perfeval.evaluate(c.card, c.rubric) AS result,
	perfeval.coverage(c.card, c.items) AS coverage,
	perfeval.scorecard_value(c.card, c.coefficient_item) AS coefficient,
	c.base_node, c.deduction_node, c.bonus_node, c.has_limits, c.ends_on, c.tie_nodes,
	CASE WHEN c.tie_nodes IS NOT NULL THEN perfeval.evaluate(c.card, c.rubric) END AS tie_result
FROM @workspace@.participant_card AS c;
COMMENT ON VIEW @workspace@.participant_result IS 'participants with results (参评对象评分结果)';

CREATE OR REPLACE VIEW @workspace@.participant_score WITH (security_barrier = true) AS
SELECT r.scheme_id, r.version_id, r.period_id, r.group_id, r.subject_id, perfeval.score(r.brief) AS score,
	perfeval.rank_basis(r.brief) AS basis, r.coverage, r.coefficient,
	perfeval.scorecard_value(r.result, r.base_node) AS base_score,
	perfeval.scorecard_value(r.result, r.deduction_node) AS deductions,
	perfeval.scorecard_value(r.result, r.bonus_node) AS bonus,
	CASE WHEN r.has_limits THEN perfeval.tier_cap(r.brief) END AS tier_cap,
	CASE WHEN r.has_limits THEN perfeval.eligible(r.brief) ELSE true END AS eligible,
	r.ends_on,
	perfeval.scorecard_value(r.tie_result, r.tie_nodes[1]) AS tie_1,
	perfeval.scorecard_value(r.tie_result, r.tie_nodes[2]) AS tie_2,
	perfeval.scorecard_value(r.tie_result, r.tie_nodes[3]) AS tie_3
FROM @workspace@.participant_result AS r;
COMMENT ON VIEW @workspace@.participant_score IS 'participants with scores (参评对象得分)';

CREATE OR REPLACE VIEW @workspace@.tier_rule WITH (security_invoker = true) AS
SELECT t.version_id, array_agg(t.share ORDER BY t.tier) AS shares,
	CASE WHEN bool_and(t.preference IS NOT NULL) THEN array_agg(t.tier ORDER BY t.preference) END AS preference,
	array_agg(coalesce(t.bound, 'exact') ORDER BY t.tier) AS bounds,
	min(v.ties) AS ties
FROM @workspace@.tier AS t JOIN @workspace@.scheme_version AS v ON v.version_id = t.version_id
GROUP BY t.version_id;
COMMENT ON VIEW @workspace@.tier_rule IS 'tiers of a version as arguments of forced_distribution (等次规则)';
COMMENT ON COLUMN @workspace@.tier_rule.version_id IS 'version (方案版本)';
COMMENT ON COLUMN @workspace@.tier_rule.shares IS 'shares, best tier first (比例)';
COMMENT ON COLUMN @workspace@.tier_rule.preference IS 'tiers in the order in which remainders are served (余数优先次序)';
COMMENT ON COLUMN @workspace@.tier_rule.bounds IS 'bounds, best tier first (名额约束)';
COMMENT ON COLUMN @workspace@.tier_rule.ties IS 'equal scores across a cut (并列处理)';

CREATE OR REPLACE VIEW @workspace@.ranked WITH (security_barrier = true) AS
SELECT s.scheme_id, s.version_id, s.period_id, s.group_id, s.subject_id,
	s.base_score, s.coefficient, s.deductions, s.bonus, s.score, s.basis,
	CASE WHEN s.basis IS NOT NULL THEN rank() OVER standing END AS rank,
	count(s.basis) OVER (PARTITION BY s.group_id, s.period_id, s.scheme_id) AS group_size,
	perfeval.forced_distribution(s.basis, coalesce(q.shares, '{1}'), coalesce(q.ties, 'expand'), q.preference, NULL, q.bounds)
		OVER standing AS quota_tier,
	cardinality(q.shares) AS tiers, s.tier_cap, s.eligible, s.coverage, s.ends_on
FROM @workspace@.participant_score AS s
	LEFT JOIN @workspace@.tier_rule AS q ON q.version_id = s.version_id
WINDOW standing AS (PARTITION BY s.group_id, s.period_id, s.scheme_id ORDER BY s.basis DESC NULLS LAST,
	s.tie_1 DESC NULLS LAST, s.tie_2 DESC NULLS LAST, s.tie_3 DESC NULLS LAST);
COMMENT ON VIEW @workspace@.ranked IS 'scores with ranks and tiers of the quota (得分与排名)';

CREATE OR REPLACE VIEW @workspace@.standing WITH (security_barrier = true) AS
SELECT r.scheme_id, r.period_id, r.group_id, r.subject_id, r.version_id,
	sc.code AS scheme, p.code AS period, g.code AS group_code, g.label AS group_label,
	su.code AS subject, su.name AS subject_name, su.name_zh AS subject_name_zh,
	r.base_score, r.coefficient, r.deductions, r.bonus, r.score, r.basis AS rank_basis, r.rank, r.group_size,
	r.tier, t.code AS tier_code, t.label AS tier_label, t.label_zh AS tier_label_zh,
	r.quota_tier <> r.tier AS tier_capped, r.eligible, r.coverage, coalesce(n.pending, 0) AS pending_events,
	r.ends_on >= (SELECT @workspace@.today()) OR coalesce(r.coverage < 1, true) OR n.pending IS NOT NULL AS provisional
FROM (SELECT x.*, CASE WHEN x.tiers IS NOT NULL AND x.quota_tier IS NOT NULL
          THEN least(greatest(x.quota_tier, x.tier_cap), x.tiers) END AS tier
      FROM @workspace@.ranked AS x) AS r
	LEFT JOIN @workspace@.tier AS t ON t.version_id = r.version_id AND t.tier = r.tier
	LEFT JOIN @workspace@.scheme AS sc ON sc.scheme_id = r.scheme_id
	LEFT JOIN @workspace@.period AS p ON p.period_id = r.period_id
	LEFT JOIN @workspace@.subject_group AS g ON g.group_id = r.group_id
	LEFT JOIN @workspace@.subject AS su ON su.subject_id = r.subject_id
	LEFT JOIN (SELECT e.subject_id, pp.period_id, count(*) AS pending
	           FROM @workspace@.event_state AS e JOIN @workspace@.period_part AS pp ON pp.part_id = e.period_id
	           WHERE e.decision = 'pending' GROUP BY e.subject_id, pp.period_id) AS n
		ON n.subject_id = r.subject_id AND n.period_id = r.period_id;
COMMENT ON VIEW @workspace@.standing IS 'live standings: scores, ranks and tiers (实时考核结果)';
COMMENT ON COLUMN @workspace@.standing.scheme_id IS 'scheme (方案编号)';
COMMENT ON COLUMN @workspace@.standing.period_id IS 'period (周期编号)';
COMMENT ON COLUMN @workspace@.standing.group_id IS 'group (分组编号)';
COMMENT ON COLUMN @workspace@.standing.subject_id IS 'subject (考核对象编号)';
COMMENT ON COLUMN @workspace@.standing.version_id IS 'version of the scheme (方案版本)';
COMMENT ON COLUMN @workspace@.standing.scheme IS 'code of the scheme (方案)';
COMMENT ON COLUMN @workspace@.standing.period IS 'code of the period (周期)';
COMMENT ON COLUMN @workspace@.standing.group_code IS 'code of the group (分组代码)';
COMMENT ON COLUMN @workspace@.standing.group_label IS 'name of the group (分组)';
COMMENT ON COLUMN @workspace@.standing.subject IS 'code of the subject (考核对象代码)';
COMMENT ON COLUMN @workspace@.standing.subject_name IS 'name of the subject (考核对象)';
COMMENT ON COLUMN @workspace@.standing.subject_name_zh IS 'Chinese name of the subject (考核对象中文名)';
COMMENT ON COLUMN @workspace@.standing.base_score IS 'points of part base (基础分)';
COMMENT ON COLUMN @workspace@.standing.coefficient IS 'coefficient that multiplies it (评价系数)';
COMMENT ON COLUMN @workspace@.standing.deductions IS 'points of part deductions, negative (扣分)';
COMMENT ON COLUMN @workspace@.standing.bonus IS 'points of part bonus (加分)';
COMMENT ON COLUMN @workspace@.standing.score IS 'final score (得分)';
COMMENT ON COLUMN @workspace@.standing.rank_basis IS 'number that ranks look at (排名依据)';
COMMENT ON COLUMN @workspace@.standing.rank IS 'rank in the group, equal scores equal ranks (位次)';
COMMENT ON COLUMN @workspace@.standing.group_size IS 'members of the group with a score (组内参评数)';
COMMENT ON COLUMN @workspace@.standing.tier IS 'tier, 1 is the best; after vetoes and limits (等次号)';
COMMENT ON COLUMN @workspace@.standing.tier_code IS 'code of the tier (等次代码)';
COMMENT ON COLUMN @workspace@.standing.tier_label IS 'name of the tier (等次)';
COMMENT ON COLUMN @workspace@.standing.tier_label_zh IS 'Chinese name of the tier (等次中文名)';
COMMENT ON COLUMN @workspace@.standing.tier_capped IS 'a veto or limit keeps it from a better tier (等次受限)';
COMMENT ON COLUMN @workspace@.standing.eligible IS 'no limit makes it ineligible (是否具备资格)';
COMMENT ON COLUMN @workspace@.standing.coverage IS 'share of the readings asked for that are there (数据完备率)';
COMMENT ON COLUMN @workspace@.standing.pending_events IS 'events that are not decided (未决事件数)';
COMMENT ON COLUMN @workspace@.standing.provisional IS 'the period is not over, readings are missing or events not decided (是否暂定)';

CREATE OR REPLACE VIEW @workspace@.standing_part WITH (security_barrier = true) AS
SELECT r.scheme_id, r.period_id, r.group_id, r.subject_id, r.version_id, n.node, n.part, n.label,
	perfeval.scorecard_value(r.result, n.node) AS points,
	perfeval.scorecard_status(r.result, n.node) AS status
FROM @workspace@.participant_result AS r
	JOIN (SELECT DISTINCT ON (g.version_id, g.group_id, n.node) g.version_id, g.group_id, n.node, n.part, n.spec ->> 'label' AS label
	      FROM @workspace@.group_rubric AS g
	          JOIN @workspace@.node AS n ON n.version_id = g.version_id AND (n.group_id = g.group_id OR n.group_id IS NULL)
	      ORDER BY g.version_id, g.group_id, n.node, n.group_id NULLS LAST) AS n
	ON n.version_id = r.version_id AND n.group_id = r.group_id AND n.part IS NOT NULL;
COMMENT ON VIEW @workspace@.standing_part IS 'points of each part of a score (得分组成)';
COMMENT ON COLUMN @workspace@.standing_part.scheme_id IS 'scheme (方案编号)';
COMMENT ON COLUMN @workspace@.standing_part.period_id IS 'period (周期编号)';
COMMENT ON COLUMN @workspace@.standing_part.group_id IS 'group (分组编号)';
COMMENT ON COLUMN @workspace@.standing_part.subject_id IS 'subject (考核对象编号)';
COMMENT ON COLUMN @workspace@.standing_part.version_id IS 'version of the scheme (方案版本)';
COMMENT ON COLUMN @workspace@.standing_part.node IS 'node of the rubric (节点号)';
COMMENT ON COLUMN @workspace@.standing_part.part IS 'part (组成)';
COMMENT ON COLUMN @workspace@.standing_part.label IS 'name (名称)';
COMMENT ON COLUMN @workspace@.standing_part.points IS 'points (得分)';
COMMENT ON COLUMN @workspace@.standing_part.status IS 'ok, missing, not_applicable, exempt or error (状态)';
-- Standings as they were, or would have been: from the facts that hold on a day
-- (valid) and were known here at a time (known). The facts themselves answer,
-- not the cards, as cards only know the present. NULL restricts nothing:
-- standing_as_of(NULL, now()) is standing.
--
-- The first functions are views with parameters: SQL that the planner takes
-- apart, so that a period, group or subject that is asked for goes down to the
-- tables. Their bodies are bound when they are made, whatever the search_path.

CREATE OR REPLACE FUNCTION @workspace@.event_state_as_of(valid date, known timestamptz, of_period integer)
RETURNS TABLE (subject_id bigint, event_id bigint, period_id integer, item integer, office_id bigint, quantity numeric, decision text,
	posted_at timestamptz, posted_by text, evidence text)
LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT e.subject_id, e.event_id, e.period_id, e.item, e.office_id, e.quantity, coalesce(d.decision, e.decision),
		e.posted_at, e.posted_by, e.evidence
	FROM @workspace@.event AS e
		LEFT JOIN (SELECT DISTINCT ON (x.subject_id, x.event_id) x.subject_id, x.event_id, x.decision
		           FROM @workspace@.event_decision AS x
		           WHERE $2 IS NULL OR x.decided_at <= $2
		           ORDER BY x.subject_id, x.event_id, x.decided_at DESC, x.decision_id DESC) AS d
		ON d.subject_id = e.subject_id AND d.event_id = e.event_id
	WHERE ($2 IS NULL OR e.posted_at <= $2) AND ($1 IS NULL OR e.occurred_on <= $1)
		AND ($3 IS NULL OR e.period_id IN (SELECT pp.part_id FROM @workspace@.period_part AS pp WHERE pp.period_id = $3));
END;
COMMENT ON FUNCTION @workspace@.event_state_as_of(date, timestamptz, integer) IS
	'events as they stood on a day and were known at a time (历史时点的事件状态)';

CREATE OR REPLACE FUNCTION @workspace@.event_reading_as_of(valid date, known timestamptz, of_period integer)
RETURNS TABLE (subject_id bigint, period_id integer, item integer, value numeric, pending bigint)
LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT s.subject_id, s.period_id, s.item, sum(s.quantity) FILTER (WHERE s.decision = 'valid'),
		count(*) FILTER (WHERE s.decision = 'pending')
	FROM @workspace@.event_state_as_of($1, $2, $3) AS s
	GROUP BY s.subject_id, s.period_id, s.item
	UNION ALL
	SELECT s.subject_id, s.period_id, i.item, sum(s.quantity), 0
	FROM @workspace@.event_state_as_of($1, $2, $3) AS s JOIN @workspace@.indicator AS i ON i.pending_of = s.item
	WHERE s.decision = 'pending'
	GROUP BY s.subject_id, s.period_id, i.item;
END;
COMMENT ON FUNCTION @workspace@.event_reading_as_of(date, timestamptz, integer) IS
	'events as readings, as they held on a day and were known at a time (历史时点的事件读数)';

CREATE OR REPLACE FUNCTION @workspace@.rating_reading_as_of(known timestamptz, of_period integer)
RETURNS TABLE (subject_id bigint, period_id integer, item integer, value numeric)
LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT r.subject_id, r.period_id, i.item, perfeval.trimmed_mean(r.value, i.drop_each) FILTER (WHERE r.raters > 2 * i.drop_each)
	FROM (SELECT l.*, count(*) OVER (PARTITION BY l.subject_id, l.period_id, l.criterion, l.rater_role) AS raters
	      FROM (SELECT DISTINCT ON (x.subject_id, x.period_id, x.criterion, x.rater_role, x.rater_id)
	                x.subject_id, x.period_id, x.criterion, x.rater_role, x.value
	            FROM @workspace@.rating AS x
	            WHERE ($1 IS NULL OR x.rated_at <= $1)
	                AND ($2 IS NULL OR x.period_id IN (SELECT pp.part_id FROM @workspace@.period_part AS pp WHERE pp.period_id = $2))
	            ORDER BY x.subject_id, x.period_id, x.criterion, x.rater_role, x.rater_id, x.rated_at DESC, x.rating_id DESC) AS l) AS r
		JOIN @workspace@.indicator AS i ON i.criterion = r.criterion AND i.rater_role = r.rater_role AND i.fact = 'rating'
	GROUP BY r.subject_id, r.period_id, i.item, i.drop_each;
END;
COMMENT ON FUNCTION @workspace@.rating_reading_as_of(timestamptz, integer) IS
	'ratings as readings, as they were known at a time (历史时点的评价读数)';

-- Who was in which group: on the period's last day, or the given day before it.
CREATE OR REPLACE FUNCTION @workspace@.participant_as_of(valid date, of_period integer, of_group integer, of_subject bigint)
RETURNS TABLE (group_id integer, subject_id bigint, period_id integer)
LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT m.group_id, m.subject_id, p.period_id
	FROM @workspace@.group_member AS m
		JOIN @workspace@.period AS p ON m.valid_from <= least($1, p.ends_on) AND (m.valid_to > least($1, p.ends_on) OR m.valid_to IS NULL)
	WHERE m.group_id IS NOT NULL
		AND ($2 IS NULL OR p.period_id = $2) AND ($3 IS NULL OR m.group_id = $3) AND ($4 IS NULL OR m.subject_id = $4);
END;
COMMENT ON FUNCTION @workspace@.participant_as_of(date, integer, integer, bigint) IS
	'who was in which group in a period, on a day (历史时点的参评对象)';

CREATE OR REPLACE FUNCTION @workspace@.participant_part_as_of(valid date, of_period integer, of_group integer, of_subject bigint)
RETURNS TABLE (group_id integer, subject_id bigint, period_id integer, part_id integer, ends_on date)
LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT m.group_id, m.subject_id, m.period_id, pp.part_id, p.ends_on
	FROM @workspace@.participant_as_of($1, $2, $3, $4) AS m
		JOIN @workspace@.period_part AS pp ON pp.period_id = m.period_id
		JOIN @workspace@.period AS p ON p.period_id = pp.part_id;
END;
COMMENT ON FUNCTION @workspace@.participant_part_as_of(date, integer, integer, bigint) IS
	'periods that count for a participant of a period, on a day (历史时点的组成周期)';

-- The rubrics that were sealed at the time.
CREATE OR REPLACE FUNCTION @workspace@.rubric_as_of(known timestamptz, of_period integer, of_group integer)
RETURNS TABLE (scheme_id integer, version_id integer, period_id integer, group_id integer, rubric perfeval.rubric, items integer[],
	no_events perfeval.scorecard, base_node integer, deduction_node integer, bonus_node integer, coefficient_item integer,
	has_limits boolean, ends_on date, rolls_up boolean)
LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT f.scheme_id, f.version_id, f.period_id, g.group_id, coalesce(q.compiled, g.compiled), g.items, g.no_events,
		g.base_node, g.deduction_node, g.bonus_node, g.coefficient_item, g.has_limits, f.ends_on, f.rolls_up
	FROM (SELECT DISTINCT ON (v.scheme_id, p.period_id) v.scheme_id, v.version_id, p.period_id, p.ends_on, p.rolls_up
	      FROM @workspace@.scheme_version AS v
	          JOIN @workspace@.period AS p ON v.in_force_from <= p.ends_on AND p.kind = ANY (v.period_kinds)
	      WHERE v.state = 'sealed' AND ($1 IS NULL OR v.sealed_at <= $1) AND ($2 IS NULL OR p.period_id = $2)
	      ORDER BY v.scheme_id, p.period_id, v.in_force_from DESC, v.number DESC) AS f
		JOIN @workspace@.group_rubric AS g ON g.version_id = f.version_id
		LEFT JOIN @workspace@.group_parameter AS q
			ON q.version_id = g.version_id AND q.group_id = g.group_id AND q.period_id = f.period_id
			AND ($1 IS NULL OR q.set_at <= $1)
	WHERE $3 IS NULL OR g.group_id = $3;
END;
COMMENT ON FUNCTION @workspace@.rubric_as_of(timestamptz, integer, integer) IS
	'rubrics of groups and periods, of versions sealed at a time (历史时点的适用细则)';

CREATE OR REPLACE FUNCTION @workspace@.participant_card_as_of(valid date, known timestamptz, of_period integer, of_group integer, of_subject bigint)
RETURNS TABLE (scheme_id integer, version_id integer, period_id integer, group_id integer, subject_id bigint, rubric perfeval.rubric,
	card perfeval.scorecard, items integer[], base_node integer, deduction_node integer, bonus_node integer, coefficient_item integer,
	has_limits boolean, ends_on date)
LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
	-- What counted of each item, in the order that live cards have: ratings
	-- before events before readings, of readings the one recorded last. Each kind
	-- is joined to the participants where it is read, as in fresh_reading.
	WITH fact AS (
		SELECT m.group_id, m.subject_id, m.period_id, m.part_id, m.ends_on, r.item, r.value, r.status, 1 AS precedence,
			r.recorded_at, r.reading_id
		FROM @workspace@.participant_part_as_of($1, $3, $4, $5) AS m
			JOIN @workspace@.reading AS r ON r.subject_id = m.subject_id AND r.period_id = m.part_id
		WHERE ($2 IS NULL OR r.recorded_at <= $2)
			AND ($1 IS NULL OR (r.valid_from <= $1 OR r.valid_from IS NULL) AND (r.valid_to > $1 OR r.valid_to IS NULL))
		UNION ALL
		SELECT m.group_id, m.subject_id, m.period_id, m.part_id, m.ends_on, e.item, e.value, NULL, 2, NULL, NULL
		FROM @workspace@.participant_part_as_of($1, $3, $4, $5) AS m
			JOIN @workspace@.event_reading_as_of($1, $2, $3) AS e ON e.subject_id = m.subject_id AND e.period_id = m.part_id
		WHERE e.value IS NOT NULL
		UNION ALL
		SELECT m.group_id, m.subject_id, m.period_id, m.part_id, m.ends_on, g.item, g.value, NULL, 3, NULL, NULL
		FROM @workspace@.participant_part_as_of($1, $3, $4, $5) AS m
			JOIN @workspace@.rating_reading_as_of($2, $3) AS g ON g.subject_id = m.subject_id AND g.period_id = m.part_id
	), part_card AS (
		SELECT f.group_id, f.subject_id, f.period_id, f.part_id, f.ends_on, perfeval.scorecard_agg(f.item, f.value, f.status) AS card
		FROM (SELECT DISTINCT ON (x.group_id, x.subject_id, x.period_id, x.part_id, x.item)
		          x.group_id, x.subject_id, x.period_id, x.part_id, x.ends_on, x.item, x.value, x.status
		      FROM fact AS x
		      ORDER BY x.group_id, x.subject_id, x.period_id, x.part_id, x.item, x.precedence DESC, x.recorded_at DESC, x.reading_id DESC) AS f
		GROUP BY f.group_id, f.subject_id, f.period_id, f.part_id, f.ends_on
	), own_card AS (
		SELECT c.group_id, c.subject_id, c.period_id, c.card FROM part_card AS c WHERE c.part_id = c.period_id
	), rolled_card AS (
		SELECT x.group_id, x.subject_id, x.period_id,
			perfeval.scorecard_merge(coalesce(x.sums, '{}'), perfeval.scorecard_merge(coalesce(x.means, '{}'),
				perfeval.scorecard_merge(coalesce(x.mins, '{}'), perfeval.scorecard_merge(coalesce(x.maxs, '{}'),
					coalesce(x.lasts, '{}'))))) AS card
		FROM (SELECT c.group_id, c.subject_id, c.period_id,
		          perfeval.scorecard_sum(perfeval.scorecard_pick(c.card, i.sum_items)) AS sums,
		          perfeval.scorecard_mean(perfeval.scorecard_pick(c.card, i.mean_items), w.roll_up_digits, 'half_up') AS means,
		          perfeval.scorecard_min(perfeval.scorecard_pick(c.card, i.min_items)) AS mins,
		          perfeval.scorecard_max(perfeval.scorecard_pick(c.card, i.max_items)) AS maxs,
		          perfeval.scorecard_last(perfeval.scorecard_pick(c.card, i.last_items),
		              c.ends_on::timestamp AT TIME ZONE 'UTC') AS lasts
		      FROM part_card AS c, @workspace@.roll_up_item AS i, @workspace@.workspace AS w
		      WHERE c.part_id <> c.period_id
		      GROUP BY c.group_id, c.subject_id, c.period_id) AS x
	)
	SELECT r.scheme_id, r.version_id, r.period_id, r.group_id, m.subject_id, r.rubric,
		coalesce(perfeval.scorecard_merge(r.no_events, x.card), x.card, r.no_events, '{}'),
		r.items, r.base_node, r.deduction_node, r.bonus_node, r.coefficient_item, r.has_limits, r.ends_on
	FROM @workspace@.rubric_as_of($2, $3, $4) AS r
		JOIN @workspace@.participant_as_of($1, $3, $4, $5) AS m ON m.group_id = r.group_id AND m.period_id = r.period_id
		LEFT JOIN own_card AS o ON o.group_id = m.group_id AND o.subject_id = m.subject_id AND o.period_id = m.period_id
		LEFT JOIN rolled_card AS u ON r.rolls_up AND u.group_id = m.group_id AND u.subject_id = m.subject_id AND u.period_id = m.period_id,
		LATERAL (SELECT coalesce(perfeval.scorecard_merge(u.card, o.card), u.card, o.card) AS card) AS x;
END;
COMMENT ON FUNCTION @workspace@.participant_card_as_of(date, timestamptz, integer, integer, bigint) IS
	'participants with rubric and all readings, from the facts, on a day and at a time of knowledge (历史时点的参评对象计分卡)';

-- Planned with the arguments at hand: NULL and a number ask for different plans.
CREATE OR REPLACE FUNCTION @workspace@.standing_as_of(valid date DEFAULT NULL, known timestamptz DEFAULT NULL,
	period_id integer DEFAULT NULL, group_id integer DEFAULT NULL)
RETURNS SETOF @workspace@.standing
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
SET plan_cache_mode = force_custom_plan
SET work_mem = '64MB'
SET jit = off
AS $$
DECLARE
	-- A period is over, or not, on the day asked about.
	day constant date := least(valid, coalesce(
		(SELECT (known AT TIME ZONE w.time_zone)::date FROM @workspace@.workspace AS w), @workspace@.today()));
BEGIN
	RETURN QUERY
	WITH participant_result AS MATERIALIZED (
		SELECT c.scheme_id, c.version_id, c.period_id, c.group_id, c.subject_id,
			perfeval.score(c.card, c.rubric) AS score, perfeval.rank_basis(c.card, c.rubric) AS basis,
			perfeval.evaluate(c.card, c.rubric) AS result, perfeval.coverage(c.card, c.items) AS coverage,
			perfeval.scorecard_value(c.card, c.coefficient_item) AS coefficient,
			c.base_node, c.deduction_node, c.bonus_node, c.ends_on, g.tie_nodes
		FROM @workspace@.participant_card_as_of($1, $2, $3, $4, NULL) AS c
			JOIN @workspace@.group_rubric AS g ON g.version_id = c.version_id AND g.group_id = c.group_id
	), ranked AS (
		SELECT r.*,
			CASE WHEN r.basis IS NOT NULL THEN rank() OVER standing END AS rank,
			count(r.basis) OVER (PARTITION BY r.scheme_id, r.period_id, r.group_id) AS group_size,
			perfeval.forced_distribution(r.basis, coalesce(q.shares, '{1}'), coalesce(q.ties, 'expand'), q.preference, NULL, q.bounds)
				OVER standing AS quota_tier,
			cardinality(q.shares) AS tiers
		FROM participant_result AS r
			LEFT JOIN @workspace@.tier_rule AS q ON q.version_id = r.version_id
		WINDOW standing AS (PARTITION BY r.scheme_id, r.period_id, r.group_id ORDER BY r.basis DESC NULLS LAST,
			perfeval.scorecard_value(r.result, r.tie_nodes[1]) DESC NULLS LAST,
			perfeval.scorecard_value(r.result, r.tie_nodes[2]) DESC NULLS LAST,
			perfeval.scorecard_value(r.result, r.tie_nodes[3]) DESC NULLS LAST)
	)
	SELECT r.scheme_id, r.period_id, r.group_id, r.subject_id, r.version_id,
		sc.code, p.code, g.code, g.label, su.code, su.name, su.name_zh,
		perfeval.scorecard_value(r.result, r.base_node), r.coefficient,
		perfeval.scorecard_value(r.result, r.deduction_node), perfeval.scorecard_value(r.result, r.bonus_node),
		r.score, r.basis, r.rank, r.group_size,
		r.tier, t.code, t.label, t.label_zh, r.quota_tier <> r.tier,
		perfeval.eligible(r.result), r.coverage, coalesce(n.pending, 0),
		r.ends_on >= day OR coalesce(r.coverage < 1, true) OR n.pending IS NOT NULL
	FROM (SELECT x.*, CASE WHEN x.tiers IS NOT NULL AND x.quota_tier IS NOT NULL
	          THEN least(greatest(x.quota_tier, perfeval.tier_cap(x.result)), x.tiers) END AS tier
	      FROM ranked AS x) AS r
		LEFT JOIN @workspace@.tier AS t ON t.version_id = r.version_id AND t.tier = r.tier
		LEFT JOIN @workspace@.scheme AS sc ON sc.scheme_id = r.scheme_id
		LEFT JOIN @workspace@.period AS p ON p.period_id = r.period_id
		LEFT JOIN @workspace@.subject_group AS g ON g.group_id = r.group_id
		LEFT JOIN @workspace@.subject AS su ON su.subject_id = r.subject_id
		LEFT JOIN (SELECT e.subject_id, pp.period_id, sum(e.pending)::bigint AS pending
		           FROM @workspace@.event_reading_as_of($1, $2, $3) AS e
		               JOIN @workspace@.period_part AS pp ON pp.part_id = e.period_id
		           WHERE e.pending > 0 GROUP BY e.subject_id, pp.period_id) AS n
			ON n.subject_id = r.subject_id AND n.period_id = r.period_id;
END
$$;
COMMENT ON FUNCTION @workspace@.standing_as_of(date, timestamptz, integer, integer) IS
	'standings from what holds on a day (valid) and was known at a time (known); NULL: no limit (历史时点考核结果)';
-- What the nodes of sealed rubrics read and what they are worth, so that no view
-- has to take rubrics apart. Derived: rubric_node works it out from a rubric.

CREATE TABLE IF NOT EXISTS @workspace@.sealed_node (
	version_id integer NOT NULL,
	group_id integer NOT NULL,
	node integer NOT NULL,
	parent integer,
	path text NOT NULL,
	rule text NOT NULL,
	item integer,
	full_points numeric,
	max_points numeric,
	takes_off boolean NOT NULL,
	PRIMARY KEY (version_id, group_id, node),
	FOREIGN KEY (version_id, group_id) REFERENCES @workspace@.group_rubric ON DELETE CASCADE
);
COMMENT ON TABLE @workspace@.sealed_node IS 'nodes of sealed rubrics, what they read and are worth; derived (封版节点)';
COMMENT ON COLUMN @workspace@.sealed_node.version_id IS 'version (方案版本)';
COMMENT ON COLUMN @workspace@.sealed_node.group_id IS 'group (分组)';
COMMENT ON COLUMN @workspace@.sealed_node.node IS 'number in the rubric (节点号)';
COMMENT ON COLUMN @workspace@.sealed_node.parent IS 'node above (上级节点)';
COMMENT ON COLUMN @workspace@.sealed_node.path IS 'place in the rubric (位置)';
COMMENT ON COLUMN @workspace@.sealed_node.rule IS 'rule (计分规则)';
COMMENT ON COLUMN @workspace@.sealed_node.item IS 'the item that it reads, NULL if none or many (所读指标)';
COMMENT ON COLUMN @workspace@.sealed_node.full_points IS 'of a leaf: the most it can have by itself, of a deduction the most it takes off; NULL: no limit (满分)';
COMMENT ON COLUMN @workspace@.sealed_node.max_points IS 'of a leaf: the most it can add to the score, if all above it only weigh and add (最高贡献分)';
COMMENT ON COLUMN @workspace@.sealed_node.takes_off IS 'whether its points are taken off (是否扣分)';

-- The one item that a node reads.
CREATE OR REPLACE FUNCTION @workspace@.node_item(spec jsonb) RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN coalesce(spec ->> 'item', spec -> 'value' ->> 'item', spec -> 'coefficient' ->> 'item',
	CASE WHEN jsonb_array_length(spec -> 'items') = 1 THEN spec -> 'items' ->> 0 END)::integer;
COMMENT ON FUNCTION @workspace@.node_item(jsonb) IS 'the item that a node reads, NULL if none or many (节点所读指标)';

-- A setting that may be a number, or a parameter that nobody knows here.
CREATE OR REPLACE FUNCTION @workspace@.json_number(setting jsonb) RETURNS numeric
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN jsonb_typeof(setting) = 'number' THEN (setting #>> '{}')::numeric END;
COMMENT ON FUNCTION @workspace@.json_number(jsonb) IS 'the number that a setting is, else NULL (数值)';

CREATE OR REPLACE FUNCTION @workspace@.rubric_node(rubric perfeval.rubric)
RETURNS TABLE (node integer, parent integer, path text, rule text, item integer, full_points numeric, max_points numeric, takes_off boolean)
LANGUAGE sql IMMUTABLE
SET search_path = pg_catalog, pg_temp
AS $$
	WITH RECURSIVE rows AS (
		SELECT r.node, r.parent, r.path, r.spec, r.spec ->> 'rule' AS rule,
			coalesce(@workspace@.json_number(r.spec -> 'weight'), CASE WHEN NOT r.spec ? 'weight' THEN 1 END) AS weight
		FROM perfeval.rubric_rows($1) AS r
		WHERE r.node IS NOT NULL
	), leaf AS (
		SELECT r.node,
			CASE r.rule
				WHEN 'proportional' THEN @workspace@.json_number(r.spec -> 'full_points') * coalesce(@workspace@.json_number(r.spec -> 'high'), 1)
				WHEN 'achievement' THEN coalesce(@workspace@.json_number(r.spec -> 'full_points'), 10)
				WHEN 'normalise' THEN CASE WHEN r.spec ->> 'method' <> 'zscore' OR r.spec ->> 'clamp' = 'yes'
				                           THEN coalesce(@workspace@.json_number(r.spec -> 'full_points'), 100) END
				WHEN 'bands' THEN (SELECT max(coalesce(@workspace@.json_number(x -> 'points'), @workspace@.json_number(x)))
				                   FROM jsonb_array_elements(coalesce(r.spec -> 'ranges', r.spec -> 'points')) AS x)
				WHEN 'interpolate' THEN (SELECT max(@workspace@.json_number(y)) FROM jsonb_array_elements(r.spec -> 'ys') AS y)
				WHEN 'ordinal' THEN (SELECT max(@workspace@.json_number(w -> 'points')) FROM jsonb_array_elements(r.spec -> 'words') AS w)
				WHEN 'met' THEN greatest(@workspace@.json_number(r.spec -> 'points'), coalesce(@workspace@.json_number(r.spec -> 'otherwise'), 0))
				WHEN 'given' THEN @workspace@.json_number(r.spec -> 'max')
				WHEN 'constant' THEN @workspace@.json_number(r.spec -> 'points')
				WHEN 'awards' THEN least(@workspace@.json_number(r.spec -> 'cap_kind'),
					@workspace@.json_number(r.spec -> 'cap_award') * coalesce(jsonb_array_length(r.spec -> 'items'), 1))
				WHEN 'improvement' THEN @workspace@.json_number(r.spec -> 'max_points')
				WHEN 'formula' THEN NULL
				ELSE @workspace@.json_number(r.spec -> 'full_points')
			END AS points
		FROM rows AS r
		WHERE r.rule <> 'limit' AND NOT EXISTS (SELECT FROM rows AS c WHERE c.parent = r.node)
	), tree (node, rule, spec, factor, takes_off) AS (
		-- What a point of a node is in points of the score; NULL below a node that
		-- does more than weigh and add.
		SELECT r.node, r.rule, r.spec, 1::numeric, false FROM rows AS r WHERE r.node = 0
		UNION ALL
		SELECT r.node, r.rule, r.spec, t.factor * CASE t.rule
				WHEN 'weighted_mean' THEN r.weight / nullif((SELECT sum(s.weight) FROM rows AS s WHERE s.parent = t.node), 0)
				WHEN 'budget' THEN r.weight / coalesce(@workspace@.json_number(t.spec -> 'full_points'), 100)
				WHEN 'deductions' THEN 0
				WHEN 'sum' THEN 1 WHEN 'bonus' THEN 1 WHEN 'coefficient' THEN 1 WHEN 'clamp' THEN 1
			END, t.takes_off OR t.rule = 'deductions'
		FROM tree AS t JOIN rows AS r ON r.parent = t.node
	)
	SELECT r.node, r.parent, r.path, r.rule, @workspace@.node_item(r.spec), x.points, trim_scale(round(t.factor * x.points, 10)), coalesce(t.takes_off, false)
	FROM rows AS r
		LEFT JOIN tree AS t ON t.node = r.node
		LEFT JOIN leaf AS l ON l.node = r.node,
		LATERAL (SELECT CASE WHEN l.node IS NOT NULL THEN least(l.points, @workspace@.json_number(r.spec -> 'cap')) END AS points) AS x
$$;
COMMENT ON FUNCTION @workspace@.rubric_node(perfeval.rubric) IS
	'nodes of a rubric, what they read and are worth (细则节点)';

CREATE OR REPLACE PROCEDURE @workspace@.fill_sealed_node()
LANGUAGE sql
SET search_path = pg_catalog, pg_temp
AS $$
	INSERT INTO @workspace@.sealed_node (version_id, group_id, node, parent, path, rule, item, full_points, max_points, takes_off)
	SELECT g.version_id, g.group_id, n.node, n.parent, n.path, n.rule, n.item, n.full_points, n.max_points, n.takes_off
	FROM @workspace@.group_rubric AS g CROSS JOIN LATERAL @workspace@.rubric_node(g.document::perfeval.rubric) AS n
	WHERE NOT EXISTS (SELECT FROM @workspace@.sealed_node AS s WHERE s.version_id = g.version_id AND s.group_id = g.group_id);
$$;
COMMENT ON PROCEDURE @workspace@.fill_sealed_node() IS
	'adds the nodes of rubrics that were sealed and have none yet; sealing calls it (补充封版节点)';

CALL @workspace@.fill_sealed_node();
-- Every point of a score, line by line, each with the fact that it rests on.

-- The fact behind each reading of a participant: of those that count the one
-- for the period itself, else the last one that rolls up to it. A parameter
-- that is NULL restricts nothing.
CREATE OR REPLACE FUNCTION @workspace@.counting_fact_as_of(valid date, known timestamptz, of_period integer, of_group integer, of_subject bigint)
RETURNS TABLE (group_id integer, period_id integer, subject_id bigint, item integer, source text, evidence text,
	recorded_by text, recorded_at timestamptz)
LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT DISTINCT ON (f.group_id, f.period_id, f.subject_id, f.item)
		f.group_id, f.period_id, f.subject_id, f.item, f.source, f.evidence, f.recorded_by, f.recorded_at
	FROM (SELECT m.group_id, m.period_id, m.subject_id, m.part_id, m.ends_on, r.item, 1 AS precedence, s.code AS source, r.evidence,
	          r.recorded_by, r.recorded_at, r.reading_id AS fact_id
	      FROM @workspace@.participant_part_as_of($1, $3, $4, $5) AS m
	          JOIN @workspace@.reading AS r ON r.subject_id = m.subject_id AND r.period_id = m.part_id
	          LEFT JOIN @workspace@.source AS s ON s.source_id = r.source_id
	      WHERE ($2 IS NULL OR r.recorded_at <= $2)
	          AND ($1 IS NULL OR (r.valid_from <= $1 OR r.valid_from IS NULL) AND (r.valid_to > $1 OR r.valid_to IS NULL))
	      UNION ALL
	      SELECT m.group_id, m.period_id, m.subject_id, m.part_id, m.ends_on, x.item, 2, o.code, e.evidence, e.posted_by, e.posted_at, e.event_id
	      FROM @workspace@.participant_part_as_of($1, $3, $4, $5) AS m
	          JOIN @workspace@.event_state_as_of($1, $2, $3) AS e ON e.subject_id = m.subject_id AND e.period_id = m.part_id
	          LEFT JOIN @workspace@.indicator AS i ON i.pending_of = e.item
	          LEFT JOIN @workspace@.subject AS o ON o.subject_id = e.office_id,
	          LATERAL (SELECT CASE e.decision WHEN 'valid' THEN e.item WHEN 'pending' THEN i.item END AS item) AS x
	      WHERE x.item IS NOT NULL
	      UNION ALL
	      SELECT m.group_id, m.period_id, m.subject_id, m.part_id, m.ends_on, i.item, 3, g.rater_role, NULL, NULL, g.rated_at, g.rating_id
	      FROM @workspace@.participant_part_as_of($1, $3, $4, $5) AS m
	          JOIN @workspace@.rating AS g ON g.subject_id = m.subject_id AND g.period_id = m.part_id
	          JOIN @workspace@.indicator AS i ON i.criterion = g.criterion AND i.rater_role = g.rater_role AND i.fact = 'rating'
	      WHERE $2 IS NULL OR g.rated_at <= $2) AS f
		JOIN @workspace@.indicator AS i ON i.item = f.item
	ORDER BY f.group_id, f.period_id, f.subject_id, f.item, f.part_id = f.period_id DESC,
		CASE WHEN i.roll_up = 'last' THEN f.ends_on END DESC, f.precedence DESC, f.recorded_at DESC, f.fact_id DESC;
END;
COMMENT ON FUNCTION @workspace@.counting_fact_as_of(date, timestamptz, integer, integer, bigint) IS
	'the fact that each reading of a participant rests on (读数的事实依据)';

CREATE OR REPLACE VIEW @workspace@.standing_line WITH (security_barrier = true) AS
SELECT c.scheme_id, c.period_id, c.group_id, c.subject_id, c.version_id, e.line_no, e.node, e.parent, e.path, e.label,
	e.reading, e.rule, e.raw_points, e.weight, e.points, e.status, e.note,
	i.item, i.code AS indicator, i.name AS indicator_name, i.name_zh AS indicator_name_zh,
	f.source, f.evidence, f.recorded_by, f.recorded_at
FROM @workspace@.participant_card AS c
	CROSS JOIN LATERAL perfeval.explain(c.card, c.rubric) WITH ORDINALITY
		AS e (node, parent, path, label, reading, rule, raw_points, weight, points, status, note, line_no)
	LEFT JOIN @workspace@.sealed_node AS n ON n.version_id = c.version_id AND n.group_id = c.group_id AND n.node = e.node
	LEFT JOIN @workspace@.indicator AS i ON i.item = n.item
	LEFT JOIN @workspace@.counting_fact_as_of(NULL, NULL, NULL, NULL, NULL) AS f
		ON f.group_id = c.group_id AND f.period_id = c.period_id AND f.subject_id = c.subject_id AND f.item = i.item;
COMMENT ON VIEW @workspace@.standing_line IS 'lines of each score; their points add up to it (得分明细)';
COMMENT ON COLUMN @workspace@.standing_line.scheme_id IS 'scheme (方案编号)';
COMMENT ON COLUMN @workspace@.standing_line.period_id IS 'period (周期编号)';
COMMENT ON COLUMN @workspace@.standing_line.group_id IS 'group (分组编号)';
COMMENT ON COLUMN @workspace@.standing_line.subject_id IS 'subject (考核对象编号)';
COMMENT ON COLUMN @workspace@.standing_line.version_id IS 'version of the scheme (方案版本)';
COMMENT ON COLUMN @workspace@.standing_line.line_no IS 'number of the line (序号)';
COMMENT ON COLUMN @workspace@.standing_line.node IS 'node of the rubric (节点号)';
COMMENT ON COLUMN @workspace@.standing_line.parent IS 'node above (上级节点)';
COMMENT ON COLUMN @workspace@.standing_line.path IS 'place in the rubric (位置)';
COMMENT ON COLUMN @workspace@.standing_line.label IS 'name (名称)';
COMMENT ON COLUMN @workspace@.standing_line.reading IS 'what was measured (读数)';
COMMENT ON COLUMN @workspace@.standing_line.rule IS 'rule in words (计分规则)';
COMMENT ON COLUMN @workspace@.standing_line.raw_points IS 'points of the node by itself (原始分)';
COMMENT ON COLUMN @workspace@.standing_line.weight IS 'weight (权重)';
COMMENT ON COLUMN @workspace@.standing_line.points IS 'points that it contributes to the score (得分)';
COMMENT ON COLUMN @workspace@.standing_line.status IS 'ok, missing, not_applicable, exempt or error (状态)';
COMMENT ON COLUMN @workspace@.standing_line.note IS 'what was done about a gap (说明)';
COMMENT ON COLUMN @workspace@.standing_line.item IS 'number of the indicator (指标编号)';
COMMENT ON COLUMN @workspace@.standing_line.indicator IS 'code of the indicator (指标代码)';
COMMENT ON COLUMN @workspace@.standing_line.indicator_name IS 'name of the indicator (指标)';
COMMENT ON COLUMN @workspace@.standing_line.indicator_name_zh IS 'Chinese name of the indicator (指标中文名)';
COMMENT ON COLUMN @workspace@.standing_line.source IS 'where the fact comes from: source, posting office or role of the raters (数据来源)';
COMMENT ON COLUMN @workspace@.standing_line.evidence IS 'what proves it (佐证材料)';
COMMENT ON COLUMN @workspace@.standing_line.recorded_by IS 'who recorded it; not shown of ratings (记录人)';
COMMENT ON COLUMN @workspace@.standing_line.recorded_at IS 'when it was recorded (记录时间)';

CREATE OR REPLACE FUNCTION @workspace@.standing_line_as_of(valid date DEFAULT NULL, known timestamptz DEFAULT NULL,
	period_id integer DEFAULT NULL, group_id integer DEFAULT NULL, subject_id bigint DEFAULT NULL)
RETURNS SETOF @workspace@.standing_line
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
SET plan_cache_mode = force_custom_plan
SET work_mem = '64MB'
SET jit = off
AS $$
BEGIN
	RETURN QUERY
	SELECT c.scheme_id, c.period_id, c.group_id, c.subject_id, c.version_id, e.line_no, e.node, e.parent, e.path, e.label,
		e.reading, e.rule, e.raw_points, e.weight, e.points, e.status, e.note,
		i.item, i.code, i.name, i.name_zh, f.source, f.evidence, f.recorded_by, f.recorded_at
	FROM @workspace@.participant_card_as_of($1, $2, $3, $4, $5) AS c
		CROSS JOIN LATERAL perfeval.explain(c.card, c.rubric) WITH ORDINALITY
			AS e (node, parent, path, label, reading, rule, raw_points, weight, points, status, note, line_no)
		LEFT JOIN @workspace@.sealed_node AS n ON n.version_id = c.version_id AND n.group_id = c.group_id AND n.node = e.node
		LEFT JOIN @workspace@.indicator AS i ON i.item = n.item
		LEFT JOIN @workspace@.counting_fact_as_of($1, $2, $3, $4, $5) AS f
			ON f.group_id = c.group_id AND f.period_id = c.period_id AND f.subject_id = c.subject_id AND f.item = i.item;
END
$$;
COMMENT ON FUNCTION @workspace@.standing_line_as_of(date, timestamptz, integer, integer, bigint) IS
	'lines of scores from what holds on a day (valid) and was known at a time (known); NULL: no limit (历史时点得分明细)';
-- Views of the lines: what a score is made of, seen in other ways. Their points
-- add up to the score, as those of the lines do.

-- The list that is published (加分扣分清单).
CREATE OR REPLACE VIEW @workspace@.score_composition WITH (security_barrier = true) AS
SELECT l.scheme_id, l.period_id, l.group_id, l.subject_id, s.code AS subject, s.name AS subject_name, s.name_zh AS subject_name_zh,
	l.line_no, CASE WHEN l.points < 0 THEN 'deduction' ELSE 'addition' END AS kind,
	coalesce(l.label, l.indicator_name_zh, l.indicator_name, l.path) AS label, l.item, l.reading, l.points, l.evidence
FROM @workspace@.standing_line AS l
	LEFT JOIN @workspace@.subject AS s ON s.subject_id = l.subject_id
WHERE l.points <> 0;
COMMENT ON VIEW @workspace@.score_composition IS 'list of additions and deductions; their sum is the score (加分扣分清单)';
COMMENT ON COLUMN @workspace@.score_composition.scheme_id IS 'scheme (方案编号)';
COMMENT ON COLUMN @workspace@.score_composition.period_id IS 'period (周期编号)';
COMMENT ON COLUMN @workspace@.score_composition.group_id IS 'group (分组编号)';
COMMENT ON COLUMN @workspace@.score_composition.subject_id IS 'subject (考核对象编号)';
COMMENT ON COLUMN @workspace@.score_composition.subject IS 'code of the subject (考核对象代码)';
COMMENT ON COLUMN @workspace@.score_composition.subject_name IS 'name of the subject (考核对象)';
COMMENT ON COLUMN @workspace@.score_composition.subject_name_zh IS 'Chinese name of the subject (考核对象中文名)';
COMMENT ON COLUMN @workspace@.score_composition.line_no IS 'number of the line (序号)';
COMMENT ON COLUMN @workspace@.score_composition.kind IS 'addition or deduction (加分或扣分)';
COMMENT ON COLUMN @workspace@.score_composition.label IS 'name of the line or of its indicator (名称)';
COMMENT ON COLUMN @workspace@.score_composition.item IS 'number of the indicator (指标编号)';
COMMENT ON COLUMN @workspace@.score_composition.reading IS 'what was measured (读数)';
COMMENT ON COLUMN @workspace@.score_composition.points IS 'points that it adds to the score, negative if it takes off (得分)';
COMMENT ON COLUMN @workspace@.score_composition.evidence IS 'what proves it (佐证材料)';

-- Points for gaps: what was put in place of a reading that is missing or wrong.
CREATE OR REPLACE VIEW @workspace@.imputed_share WITH (security_barrier = true) AS
SELECT l.scheme_id, l.period_id, l.group_id, l.subject_id, sum(l.points) AS score,
	coalesce(sum(l.points) FILTER (WHERE l.status IN ('missing', 'error') AND l.points <> 0), 0) AS imputed_points,
	trim_scale(round(coalesce(sum(l.points) FILTER (WHERE l.status IN ('missing', 'error') AND l.points <> 0), 0) / nullif(sum(l.points), 0), 4)) AS imputed_share,
	count(*) FILTER (WHERE l.status IN ('missing', 'error') AND l.points IS NOT NULL) AS gaps
FROM @workspace@.standing_line AS l
GROUP BY l.scheme_id, l.period_id, l.group_id, l.subject_id;
COMMENT ON VIEW @workspace@.imputed_share IS 'how much of each score nobody measured (推定得分占比)';
COMMENT ON COLUMN @workspace@.imputed_share.scheme_id IS 'scheme (方案编号)';
COMMENT ON COLUMN @workspace@.imputed_share.period_id IS 'period (周期编号)';
COMMENT ON COLUMN @workspace@.imputed_share.group_id IS 'group (分组编号)';
COMMENT ON COLUMN @workspace@.imputed_share.subject_id IS 'subject (考核对象编号)';
COMMENT ON COLUMN @workspace@.imputed_share.score IS 'final score (得分)';
COMMENT ON COLUMN @workspace@.imputed_share.imputed_points IS 'points in place of readings that are missing or wrong (推定得分)';
COMMENT ON COLUMN @workspace@.imputed_share.imputed_share IS 'their share of the score (推定得分占比)';
COMMENT ON COLUMN @workspace@.imputed_share.gaps IS 'lines without a reading (缺失项数)';

-- Perspectives of a balanced scorecard. What belongs to none, effects of caps
-- and coefficients among it, is the row without a perspective.
CREATE OR REPLACE VIEW @workspace@.perspective_score WITH (security_barrier = true) AS
SELECT l.scheme_id, l.period_id, l.group_id, l.subject_id, i.perspective, sum(l.points) AS points,
	sum(n.max_points) FILTER (WHERE l.status IN ('ok', 'missing', 'error')) AS max_points,
	count(*) FILTER (WHERE i.perspective IS NOT NULL) AS indicators
FROM @workspace@.standing_line AS l
	LEFT JOIN @workspace@.indicator AS i ON i.item = l.item
	LEFT JOIN @workspace@.sealed_node AS n ON n.version_id = l.version_id AND n.group_id = l.group_id AND n.node = l.node
WHERE l.points IS NOT NULL OR i.perspective IS NOT NULL
GROUP BY l.scheme_id, l.period_id, l.group_id, l.subject_id, i.perspective;
COMMENT ON VIEW @workspace@.perspective_score IS 'points of each perspective of the balanced scorecard (平衡计分卡维度得分)';
COMMENT ON COLUMN @workspace@.perspective_score.scheme_id IS 'scheme (方案编号)';
COMMENT ON COLUMN @workspace@.perspective_score.period_id IS 'period (周期编号)';
COMMENT ON COLUMN @workspace@.perspective_score.group_id IS 'group (分组编号)';
COMMENT ON COLUMN @workspace@.perspective_score.subject_id IS 'subject (考核对象编号)';
COMMENT ON COLUMN @workspace@.perspective_score.perspective IS 'perspective of the indicators, NULL: what belongs to none (维度)';
COMMENT ON COLUMN @workspace@.perspective_score.points IS 'points that it adds to the score (得分)';
COMMENT ON COLUMN @workspace@.perspective_score.max_points IS 'the most it can add, as far as that is stated (最高分)';
COMMENT ON COLUMN @workspace@.perspective_score.indicators IS 'lines of indicators in it (指标数)';
-- Statistics of indicators and groups. Medians and quartiles are float8; what
-- scores, ranks and tiers rest on is not looked at here.

-- Each participant's readings, one row for each item that the rubric asks for,
-- with the points of the first node that reads this item alone. A barrier, so
-- that each card is evaluated once and only where somebody asks for points.
CREATE OR REPLACE VIEW @workspace@.participant_evaluation WITH (security_barrier = true) AS
SELECT c.scheme_id, c.version_id, c.period_id, c.group_id, c.subject_id, c.items, c.card, perfeval.evaluate(c.card, c.rubric) AS result
FROM @workspace@.participant_card AS c;
COMMENT ON VIEW @workspace@.participant_evaluation IS 'participants with readings and results (参评对象读数与评分)';

CREATE OR REPLACE VIEW @workspace@.participant_item WITH (security_barrier = true) AS
SELECT e.scheme_id, e.version_id, e.period_id, e.group_id, e.subject_id, x.item,
	perfeval.scorecard_value(e.card, x.item) AS reading, coalesce(perfeval.scorecard_status(e.card, x.item), 'missing') AS status,
	n.node, perfeval.scorecard_value(e.result, n.node) AS points, n.full_points, n.takes_off
FROM @workspace@.participant_evaluation AS e
	CROSS JOIN LATERAL unnest(e.items) AS x (item)
	LEFT JOIN (SELECT DISTINCT ON (s.version_id, s.group_id, s.item) s.version_id, s.group_id, s.item, s.node, s.full_points, s.takes_off
	           FROM @workspace@.sealed_node AS s
	           WHERE s.item IS NOT NULL AND s.rule NOT IN ('coefficient', 'limit')
	           ORDER BY s.version_id, s.group_id, s.item, s.node) AS n
	ON n.version_id = e.version_id AND n.group_id = e.group_id AND n.item = x.item;
COMMENT ON VIEW @workspace@.participant_item IS 'participants and items, with readings and points (参评对象各指标读数与得分)';

-- 1 is always the good end: of what takes off it means that nothing was.
CREATE OR REPLACE VIEW @workspace@.heatmap WITH (security_barrier = true) AS
SELECT x.scheme_id, x.period_id, x.group_id, x.subject_id, s.code AS subject, s.name AS subject_name, s.name_zh AS subject_name_zh,
	x.item, i.code AS indicator, i.name AS indicator_name, i.name_zh AS indicator_name_zh, x.reading, x.status, x.points, x.full_points,
	trim_scale(round(CASE WHEN x.takes_off THEN 1 - CASE WHEN x.points = 0 THEN 0 ELSE x.points / nullif(coalesce(x.full_points, x.highest), 0) END
	           ELSE x.points / nullif(coalesce(x.full_points, x.highest), 0) END, 4)) AS share
FROM (SELECT p.*, max(p.points) OVER (PARTITION BY p.group_id, p.period_id, p.scheme_id, p.item) AS highest
      FROM @workspace@.participant_item AS p) AS x
	LEFT JOIN @workspace@.subject AS s ON s.subject_id = x.subject_id
	LEFT JOIN @workspace@.indicator AS i ON i.item = x.item;
COMMENT ON VIEW @workspace@.heatmap IS 'subjects by indicators: what was measured and how good it is (热力图)';
COMMENT ON COLUMN @workspace@.heatmap.scheme_id IS 'scheme (方案编号)';
COMMENT ON COLUMN @workspace@.heatmap.period_id IS 'period (周期编号)';
COMMENT ON COLUMN @workspace@.heatmap.group_id IS 'group (分组编号)';
COMMENT ON COLUMN @workspace@.heatmap.subject_id IS 'subject (考核对象编号)';
COMMENT ON COLUMN @workspace@.heatmap.subject IS 'code of the subject (考核对象代码)';
COMMENT ON COLUMN @workspace@.heatmap.subject_name IS 'name of the subject (考核对象)';
COMMENT ON COLUMN @workspace@.heatmap.subject_name_zh IS 'Chinese name of the subject (考核对象中文名)';
COMMENT ON COLUMN @workspace@.heatmap.item IS 'number of the indicator (指标编号)';
COMMENT ON COLUMN @workspace@.heatmap.indicator IS 'code of the indicator (指标代码)';
COMMENT ON COLUMN @workspace@.heatmap.indicator_name IS 'name of the indicator (指标)';
COMMENT ON COLUMN @workspace@.heatmap.indicator_name_zh IS 'Chinese name of the indicator (指标中文名)';
COMMENT ON COLUMN @workspace@.heatmap.reading IS 'what was measured (读数)';
COMMENT ON COLUMN @workspace@.heatmap.status IS 'ok, missing, not_applicable, exempt or error (读数状态)';
COMMENT ON COLUMN @workspace@.heatmap.points IS 'points of the indicator''s own node, before weights (单项得分)';
COMMENT ON COLUMN @workspace@.heatmap.full_points IS 'the most it can have, if stated (满分)';
COMMENT ON COLUMN @workspace@.heatmap.share IS 'points as a share of full points, or of the highest in the group; 1 is good (得分率)';

CREATE OR REPLACE VIEW @workspace@.indicator_statistics WITH (security_barrier = true) AS
SELECT a.scheme_id, a.period_id, a.group_id, a.item, i.code AS indicator, i.name AS indicator_name, i.name_zh AS indicator_name_zh,
	a.subjects, a.n, a.missing, a.lowest, a.quartiles[1] AS lower_quartile, a.quartiles[2] AS median, a.mean,
	a.quartiles[3] AS upper_quartile, a.highest, a.deviation, a.full_share
FROM (SELECT p.scheme_id, p.period_id, p.group_id, p.item, count(*) AS subjects, count(p.reading) AS n,
          count(*) FILTER (WHERE p.status IN ('missing', 'error')) AS missing,
          min(p.reading) AS lowest, max(p.reading) AS highest,
          percentile_cont('{0.25,0.5,0.75}'::float8[]) WITHIN GROUP (ORDER BY p.reading::float8) AS quartiles,
          trim_scale(round(avg(p.reading), 10)) AS mean, trim_scale(round(stddev_samp(p.reading), 10)) AS deviation,
          trim_scale(round(avg(CASE WHEN p.takes_off THEN (p.points = 0)::integer ELSE (p.points >= p.full_points)::integer END), 4)) AS full_share
      FROM @workspace@.participant_item AS p
      GROUP BY p.scheme_id, p.period_id, p.group_id, p.item) AS a
	LEFT JOIN @workspace@.indicator AS i ON i.item = a.item;
COMMENT ON VIEW @workspace@.indicator_statistics IS 'readings of each indicator over a group (指标统计)';
COMMENT ON COLUMN @workspace@.indicator_statistics.scheme_id IS 'scheme (方案编号)';
COMMENT ON COLUMN @workspace@.indicator_statistics.period_id IS 'period (周期编号)';
COMMENT ON COLUMN @workspace@.indicator_statistics.group_id IS 'group (分组编号)';
COMMENT ON COLUMN @workspace@.indicator_statistics.item IS 'number of the indicator (指标编号)';
COMMENT ON COLUMN @workspace@.indicator_statistics.indicator IS 'code of the indicator (指标代码)';
COMMENT ON COLUMN @workspace@.indicator_statistics.indicator_name IS 'name of the indicator (指标)';
COMMENT ON COLUMN @workspace@.indicator_statistics.indicator_name_zh IS 'Chinese name of the indicator (指标中文名)';
COMMENT ON COLUMN @workspace@.indicator_statistics.subjects IS 'members of the group (参评数)';
COMMENT ON COLUMN @workspace@.indicator_statistics.n IS 'those with a number (有读数的个数)';
COMMENT ON COLUMN @workspace@.indicator_statistics.missing IS 'those without a reading that are not exempt (缺失个数)';
COMMENT ON COLUMN @workspace@.indicator_statistics.lowest IS 'lowest reading (最小值)';
COMMENT ON COLUMN @workspace@.indicator_statistics.lower_quartile IS 'a quarter is below it (下四分位数)';
COMMENT ON COLUMN @workspace@.indicator_statistics.median IS 'half is below it (中位数)';
COMMENT ON COLUMN @workspace@.indicator_statistics.mean IS 'mean (均值)';
COMMENT ON COLUMN @workspace@.indicator_statistics.upper_quartile IS 'three quarters are below it (上四分位数)';
COMMENT ON COLUMN @workspace@.indicator_statistics.highest IS 'highest reading (最大值)';
COMMENT ON COLUMN @workspace@.indicator_statistics.deviation IS 'standard deviation of the sample (标准差)';
COMMENT ON COLUMN @workspace@.indicator_statistics.full_share IS 'share of those with full points, where they are stated, or with nothing taken off (满分率)';

CREATE OR REPLACE VIEW @workspace@.group_statistics WITH (security_barrier = true) AS
SELECT a.scheme_id, a.period_id, a.group_id, g.code AS group_code, g.label AS group_label, g.label_zh AS group_label_zh,
	a.subjects, a.n, a.mean, a.median, a.lowest, a.highest, a.highest - a.lowest AS spread, a.deviation, a.coverage
FROM (SELECT r.scheme_id, r.period_id, r.group_id, count(*) AS subjects, count(r.score) AS n,
          trim_scale(round(avg(r.score), 10)) AS mean, percentile_cont(0.5) WITHIN GROUP (ORDER BY r.score::float8) AS median,
          min(r.score) AS lowest, max(r.score) AS highest, trim_scale(round(stddev_samp(r.score), 10)) AS deviation,
          trim_scale(round(avg(r.coverage), 4)) AS coverage
      FROM @workspace@.participant_score AS r
      GROUP BY r.scheme_id, r.period_id, r.group_id) AS a
	LEFT JOIN @workspace@.subject_group AS g ON g.group_id = a.group_id;
COMMENT ON VIEW @workspace@.group_statistics IS 'scores of each group (分组统计)';
COMMENT ON COLUMN @workspace@.group_statistics.scheme_id IS 'scheme (方案编号)';
COMMENT ON COLUMN @workspace@.group_statistics.period_id IS 'period (周期编号)';
COMMENT ON COLUMN @workspace@.group_statistics.group_id IS 'group (分组编号)';
COMMENT ON COLUMN @workspace@.group_statistics.group_code IS 'code of the group (分组代码)';
COMMENT ON COLUMN @workspace@.group_statistics.group_label IS 'name of the group (分组)';
COMMENT ON COLUMN @workspace@.group_statistics.group_label_zh IS 'Chinese name of the group (分组中文名)';
COMMENT ON COLUMN @workspace@.group_statistics.subjects IS 'members of the group (参评数)';
COMMENT ON COLUMN @workspace@.group_statistics.n IS 'those with a score (有得分的个数)';
COMMENT ON COLUMN @workspace@.group_statistics.mean IS 'mean score (平均分)';
COMMENT ON COLUMN @workspace@.group_statistics.median IS 'half is below it (中位数)';
COMMENT ON COLUMN @workspace@.group_statistics.lowest IS 'lowest score (最低分)';
COMMENT ON COLUMN @workspace@.group_statistics.highest IS 'highest score (最高分)';
COMMENT ON COLUMN @workspace@.group_statistics.spread IS 'highest less lowest (极差)';
COMMENT ON COLUMN @workspace@.group_statistics.deviation IS 'standard deviation of the sample (标准差)';
COMMENT ON COLUMN @workspace@.group_statistics.coverage IS 'mean share of the readings asked for that are there (平均数据完备率)';

CREATE OR REPLACE VIEW @workspace@.tier_count WITH (security_barrier = true) AS
SELECT r.scheme_id, r.period_id, r.group_id, t.tier, t.code AS tier_code, t.label AS tier_label, t.label_zh AS tier_label_zh,
	t.share, coalesce(c.n, 0) AS n
FROM @workspace@.rubric_in_force AS r
	JOIN @workspace@.tier AS t ON t.version_id = r.version_id
	LEFT JOIN (SELECT s.scheme_id, s.period_id, s.group_id, s.tier, count(*) AS n
	           FROM @workspace@.standing AS s GROUP BY s.scheme_id, s.period_id, s.group_id, s.tier) AS c
	ON c.scheme_id = r.scheme_id AND c.period_id = r.period_id AND c.group_id = r.group_id AND c.tier = t.tier;
COMMENT ON VIEW @workspace@.tier_count IS 'how many of a group are in each tier (各等次数量)';
COMMENT ON COLUMN @workspace@.tier_count.scheme_id IS 'scheme (方案编号)';
COMMENT ON COLUMN @workspace@.tier_count.period_id IS 'period (周期编号)';
COMMENT ON COLUMN @workspace@.tier_count.group_id IS 'group (分组编号)';
COMMENT ON COLUMN @workspace@.tier_count.tier IS 'tier, 1 is the best (等次号)';
COMMENT ON COLUMN @workspace@.tier_count.tier_code IS 'code of the tier (等次代码)';
COMMENT ON COLUMN @workspace@.tier_count.tier_label IS 'name of the tier (等次)';
COMMENT ON COLUMN @workspace@.tier_count.tier_label_zh IS 'Chinese name of the tier (等次中文名)';
COMMENT ON COLUMN @workspace@.tier_count.share IS 'share of the group that the scheme gives it (规定比例)';
COMMENT ON COLUMN @workspace@.tier_count.n IS 'members in it, after vetoes and limits (数量)';

CREATE OR REPLACE VIEW @workspace@.league_table WITH (security_barrier = true) AS
SELECT s.scheme_id, s.period_id, s.group_id, s.scheme, s.period, s.group_code, s.group_label, s.rank, s.subject_id, s.subject, s.subject_name,
	s.subject_name_zh, s.score, s.tier, s.tier_code, s.tier_label, s.tier_label_zh, s.provisional
FROM @workspace@.standing AS s
WHERE s.rank IS NOT NULL
ORDER BY s.scheme_id, s.period_id, s.group_id, s.rank, s.subject_id;
COMMENT ON VIEW @workspace@.league_table IS 'standings in the order of their ranks (排行榜)';
COMMENT ON COLUMN @workspace@.league_table.scheme_id IS 'scheme (方案编号)';
COMMENT ON COLUMN @workspace@.league_table.period_id IS 'period (周期编号)';
COMMENT ON COLUMN @workspace@.league_table.group_id IS 'group (分组编号)';
COMMENT ON COLUMN @workspace@.league_table.scheme IS 'code of the scheme (方案)';
COMMENT ON COLUMN @workspace@.league_table.period IS 'code of the period (周期)';
COMMENT ON COLUMN @workspace@.league_table.group_code IS 'code of the group (分组代码)';
COMMENT ON COLUMN @workspace@.league_table.group_label IS 'name of the group (分组)';
COMMENT ON COLUMN @workspace@.league_table.rank IS 'rank in the group, equal scores equal ranks (位次)';
COMMENT ON COLUMN @workspace@.league_table.subject_id IS 'subject (考核对象编号)';
COMMENT ON COLUMN @workspace@.league_table.subject IS 'code of the subject (考核对象代码)';
COMMENT ON COLUMN @workspace@.league_table.subject_name IS 'name of the subject (考核对象)';
COMMENT ON COLUMN @workspace@.league_table.subject_name_zh IS 'Chinese name of the subject (考核对象中文名)';
COMMENT ON COLUMN @workspace@.league_table.score IS 'final score (得分)';
COMMENT ON COLUMN @workspace@.league_table.tier IS 'tier, 1 is the best (等次号)';
COMMENT ON COLUMN @workspace@.league_table.tier_code IS 'code of the tier (等次代码)';
COMMENT ON COLUMN @workspace@.league_table.tier_label IS 'name of the tier (等次)';
COMMENT ON COLUMN @workspace@.league_table.tier_label_zh IS 'Chinese name of the tier (等次中文名)';
COMMENT ON COLUMN @workspace@.league_table.provisional IS 'the period is not over, readings are missing or events not decided (是否暂定)';

-- A subject's periods of one kind in one group, in their order. The window
-- within keeps the planner from turning the periods into a join: so it asks for
-- the standings of one period after the other, of the group asked for alone.
CREATE OR REPLACE VIEW @workspace@.trend WITH (security_barrier = true) AS
SELECT t.scheme_id, t.group_id, t.subject_id, t.kind, t.cumulative, t.period_id, t.period, t.ends_on, t.score, t.rank, t.group_size,
	t.score - lag(t.score) OVER history AS change,
	lag(t.rank) OVER history - t.rank AS places_gained,
	trim_scale(round((t.group_size - t.rank)::numeric / nullif(t.group_size - 1, 0), 4)) AS position,
	trim_scale(round((t.score - avg(t.score) OVER before) / nullif(stddev_samp(t.score) OVER before, 0), 4)) AS z_history,
	trim_scale(round((t.score - t.mean) / nullif(t.deviation, 0), 4)) AS z_peers
FROM (SELECT p.kind, p.cumulative, p.period_id, p.code AS period, p.ends_on,
          r.scheme_id, r.group_id, r.subject_id, r.score, r.rank, r.group_size, r.mean, r.deviation
      FROM @workspace@.period AS p,
          LATERAL (SELECT x.scheme_id, x.period_id, x.group_id, x.subject_id, x.score, x.rank, x.group_size,
                       avg(x.score) OVER peers AS mean, stddev_samp(x.score) OVER peers AS deviation
                   FROM @workspace@.ranked AS x
                   WHERE x.period_id = p.period_id
                   WINDOW peers AS (PARTITION BY x.group_id, x.period_id, x.scheme_id)) AS r
      WHERE r.score IS NOT NULL) AS t
WINDOW history AS (PARTITION BY t.scheme_id, t.group_id, t.subject_id, t.kind, t.cumulative ORDER BY t.ends_on),
	before AS (PARTITION BY t.scheme_id, t.group_id, t.subject_id, t.kind, t.cumulative ORDER BY t.ends_on
		ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING);
COMMENT ON VIEW @workspace@.trend IS 'a subject''s own history, and where it stands among its peers (趋势)';
COMMENT ON COLUMN @workspace@.trend.scheme_id IS 'scheme (方案编号)';
COMMENT ON COLUMN @workspace@.trend.group_id IS 'group (分组编号)';
COMMENT ON COLUMN @workspace@.trend.subject_id IS 'subject (考核对象编号)';
COMMENT ON COLUMN @workspace@.trend.kind IS 'year, half_year, quarter, month or week (周期种类)';
COMMENT ON COLUMN @workspace@.trend.cumulative IS 'whether it counts from the begin of the year on (是否累计)';
COMMENT ON COLUMN @workspace@.trend.period_id IS 'period (周期编号)';
COMMENT ON COLUMN @workspace@.trend.period IS 'code of the period (周期)';
COMMENT ON COLUMN @workspace@.trend.ends_on IS 'last day of the period (周期末日)';
COMMENT ON COLUMN @workspace@.trend.score IS 'final score (得分)';
COMMENT ON COLUMN @workspace@.trend.rank IS 'rank in the group, equal scores equal ranks (位次)';
COMMENT ON COLUMN @workspace@.trend.group_size IS 'members of the group with a score (组内参评数)';
COMMENT ON COLUMN @workspace@.trend.change IS 'score less that of the period of its kind before (较上期增减)';
COMMENT ON COLUMN @workspace@.trend.places_gained IS 'places up since the period before, negative if down (进位)';
COMMENT ON COLUMN @workspace@.trend.position IS 'share of its peers that it does better than (同组相对位置)';
COMMENT ON COLUMN @workspace@.trend.z_history IS 'distance from the mean of all its earlier periods, in their standard deviations (与自身历史比较)';
COMMENT ON COLUMN @workspace@.trend.z_peers IS 'distance from the mean of its group, in standard deviations (与同组比较)';
-- Runs: assessments that were frozen.

CREATE TABLE IF NOT EXISTS @workspace@.run (
	run_id integer GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
	scheme_id integer NOT NULL REFERENCES @workspace@.scheme,
	period_id integer NOT NULL REFERENCES @workspace@.period,
	version_id integer NOT NULL REFERENCES @workspace@.scheme_version,
	state text NOT NULL DEFAULT 'draft' CHECK (state IN ('draft', 'published', 'final')),
	assessed_at timestamptz NOT NULL DEFAULT now(),
	assessed_by text NOT NULL DEFAULT session_user
);
COMMENT ON TABLE @workspace@.run IS 'assessments that were frozen (考核批次)';
COMMENT ON COLUMN @workspace@.run.run_id IS 'number (编号)';
COMMENT ON COLUMN @workspace@.run.scheme_id IS 'scheme (方案)';
COMMENT ON COLUMN @workspace@.run.period_id IS 'period (周期)';
COMMENT ON COLUMN @workspace@.run.version_id IS 'version of the scheme (方案版本)';
COMMENT ON COLUMN @workspace@.run.state IS 'draft, published or final (状态)';
COMMENT ON COLUMN @workspace@.run.assessed_at IS 'when (时间)';
COMMENT ON COLUMN @workspace@.run.assessed_by IS 'who (经办人)';
-- How far an assessment is: what is missing and who owes it, what is late, what
-- there is at all.

CREATE OR REPLACE VIEW @workspace@.missing_reading WITH (security_barrier = true) AS
SELECT p.scheme_id, p.period_id, p.group_id, p.subject_id, s.code AS subject, s.name AS subject_name, s.name_zh AS subject_name_zh,
	p.item, i.code AS indicator, i.name AS indicator_name, i.name_zh AS indicator_name_zh,
	o.code AS owner, o.name AS owner_name, o.name_zh AS owner_name_zh
FROM @workspace@.participant_item AS p
	LEFT JOIN @workspace@.subject AS s ON s.subject_id = p.subject_id
	LEFT JOIN @workspace@.indicator AS i ON i.item = p.item
	LEFT JOIN @workspace@.subject AS o ON o.subject_id = i.owner_id
WHERE p.status IN ('missing', 'error');
COMMENT ON VIEW @workspace@.missing_reading IS 'readings that are asked for and not there, and who owes them (缺失读数)';
COMMENT ON COLUMN @workspace@.missing_reading.scheme_id IS 'scheme (方案编号)';
COMMENT ON COLUMN @workspace@.missing_reading.period_id IS 'period (周期编号)';
COMMENT ON COLUMN @workspace@.missing_reading.group_id IS 'group (分组编号)';
COMMENT ON COLUMN @workspace@.missing_reading.subject_id IS 'subject (考核对象编号)';
COMMENT ON COLUMN @workspace@.missing_reading.subject IS 'code of the subject (考核对象代码)';
COMMENT ON COLUMN @workspace@.missing_reading.subject_name IS 'name of the subject (考核对象)';
COMMENT ON COLUMN @workspace@.missing_reading.subject_name_zh IS 'Chinese name of the subject (考核对象中文名)';
COMMENT ON COLUMN @workspace@.missing_reading.item IS 'number of the indicator (指标编号)';
COMMENT ON COLUMN @workspace@.missing_reading.indicator IS 'code of the indicator (指标代码)';
COMMENT ON COLUMN @workspace@.missing_reading.indicator_name IS 'name of the indicator (指标)';
COMMENT ON COLUMN @workspace@.missing_reading.indicator_name_zh IS 'Chinese name of the indicator (指标中文名)';
COMMENT ON COLUMN @workspace@.missing_reading.owner IS 'code of the office that owes it: the owner of the indicator (责任单位代码)';
COMMENT ON COLUMN @workspace@.missing_reading.owner_name IS 'name of that office (责任单位)';
COMMENT ON COLUMN @workspace@.missing_reading.owner_name_zh IS 'Chinese name of that office (责任单位中文名)';

CREATE OR REPLACE VIEW @workspace@.coverage WITH (security_barrier = true) AS
SELECT a.scheme_id, a.period_id, a.group_id, a.item, i.code AS indicator, i.name AS indicator_name, i.name_zh AS indicator_name_zh,
	o.code AS owner, o.name AS owner_name, o.name_zh AS owner_name_zh,
	a.asked, a.present, a.asked - a.present AS missing, trim_scale(round(a.present::numeric / nullif(a.asked, 0), 4)) AS coverage
FROM (SELECT p.scheme_id, p.period_id, p.group_id, p.item,
          count(*) FILTER (WHERE p.status NOT IN ('not_applicable', 'exempt')) AS asked, count(p.reading) AS present
      FROM @workspace@.participant_item AS p
      GROUP BY p.scheme_id, p.period_id, p.group_id, p.item) AS a
	LEFT JOIN @workspace@.indicator AS i ON i.item = a.item
	LEFT JOIN @workspace@.subject AS o ON o.subject_id = i.owner_id;
COMMENT ON VIEW @workspace@.coverage IS 'how complete the readings of each indicator are (数据完备率)';
COMMENT ON COLUMN @workspace@.coverage.scheme_id IS 'scheme (方案编号)';
COMMENT ON COLUMN @workspace@.coverage.period_id IS 'period (周期编号)';
COMMENT ON COLUMN @workspace@.coverage.group_id IS 'group (分组编号)';
COMMENT ON COLUMN @workspace@.coverage.item IS 'number of the indicator (指标编号)';
COMMENT ON COLUMN @workspace@.coverage.indicator IS 'code of the indicator (指标代码)';
COMMENT ON COLUMN @workspace@.coverage.indicator_name IS 'name of the indicator (指标)';
COMMENT ON COLUMN @workspace@.coverage.indicator_name_zh IS 'Chinese name of the indicator (指标中文名)';
COMMENT ON COLUMN @workspace@.coverage.owner IS 'code of the office that owes it: the owner of the indicator (责任单位代码)';
COMMENT ON COLUMN @workspace@.coverage.owner_name IS 'name of that office (责任单位)';
COMMENT ON COLUMN @workspace@.coverage.owner_name_zh IS 'Chinese name of that office (责任单位中文名)';
COMMENT ON COLUMN @workspace@.coverage.asked IS 'readings asked for: all but those exempt or not applicable (应有个数)';
COMMENT ON COLUMN @workspace@.coverage.present IS 'those with a number (已有个数)';
COMMENT ON COLUMN @workspace@.coverage.missing IS 'those without (缺失个数)';
COMMENT ON COLUMN @workspace@.coverage.coverage IS 'present of asked (完备率)';

-- Results that come next August are too late to change anything.
CREATE OR REPLACE VIEW @workspace@.lateness WITH (security_barrier = true) AS
SELECT f.scheme_id, f.period_id, s.code AS scheme, p.code AS period, p.ends_on, r.state, r.assessed_at,
	(r.assessed_at AT TIME ZONE w.time_zone)::date - p.ends_on AS days_taken,
	CASE WHEN r.assessed_at IS NULL THEN (SELECT @workspace@.today()) - p.ends_on END AS days_waiting
FROM @workspace@.version_in_force AS f
	JOIN @workspace@.scheme AS s ON s.scheme_id = f.scheme_id
	JOIN @workspace@.period AS p ON p.period_id = f.period_id AND p.ends_on < (SELECT @workspace@.today())
	CROSS JOIN @workspace@.workspace AS w
	LEFT JOIN (SELECT x.scheme_id, x.period_id, min(x.assessed_at) AS assessed_at,
	               CASE WHEN bool_or(x.state = 'final') THEN 'final' WHEN bool_or(x.state = 'published') THEN 'published' ELSE 'draft' END AS state
	           FROM @workspace@.run AS x GROUP BY x.scheme_id, x.period_id) AS r
	ON r.scheme_id = f.scheme_id AND r.period_id = f.period_id;
COMMENT ON VIEW @workspace@.lateness IS 'how long after a period its assessment came, or that it has not come yet (考核时效)';
COMMENT ON COLUMN @workspace@.lateness.scheme_id IS 'scheme (方案编号)';
COMMENT ON COLUMN @workspace@.lateness.period_id IS 'period (周期编号)';
COMMENT ON COLUMN @workspace@.lateness.scheme IS 'code of the scheme (方案)';
COMMENT ON COLUMN @workspace@.lateness.period IS 'code of the period (周期)';
COMMENT ON COLUMN @workspace@.lateness.ends_on IS 'last day of the period (周期末日)';
COMMENT ON COLUMN @workspace@.lateness.state IS 'how far its furthest run is: draft, published or final; NULL: there is none (状态)';
COMMENT ON COLUMN @workspace@.lateness.assessed_at IS 'when it was assessed first (首次考核时间)';
COMMENT ON COLUMN @workspace@.lateness.days_taken IS 'days from the period''s end to that (历时天数)';
COMMENT ON COLUMN @workspace@.lateness.days_waiting IS 'if it was not: days since the period''s end (已等待天数)';

-- A board for whoever looks in the morning. Numbers of readings in the history
-- are the server's estimates, as counting them takes long.
CREATE OR REPLACE VIEW @workspace@.module_status WITH (security_invoker = true) AS
SELECT m.position, m.module, m.module_zh, m.rows, m.open, m.last_at,
	CASE WHEN m.rows = 0 THEN 'empty' WHEN m.open > 0 THEN 'open' ELSE 'ready' END AS state, m.open_means
FROM (
	SELECT 1 AS position, 'subjects' AS module, '考核对象' AS module_zh, count(*) AS rows,
		count(*) FILTER (WHERE NOT EXISTS (SELECT FROM @workspace@.group_member AS g WHERE g.subject_id = s.subject_id)) AS open,
		NULL::timestamptz AS last_at, 'subjects in no group' AS open_means
	FROM @workspace@.subject AS s
	UNION ALL
	SELECT 2, 'periods', '考核周期', count(*), count(*) FILTER (WHERE p.ends_on >= (SELECT @workspace@.today())), NULL, 'periods that are not over'
	FROM @workspace@.period AS p
	UNION ALL
	SELECT 3, 'indicators', '指标库', count(*), count(*) FILTER (WHERE i.state = 'proposed'), NULL, 'proposed ones'
	FROM @workspace@.indicator AS i
	UNION ALL
	SELECT 4, 'schemes', '方案', count(*), count(*) FILTER (WHERE v.state <> 'sealed'), max(coalesce(v.sealed_at, v.drafted_at)), 'versions that are not sealed'
	FROM @workspace@.scheme_version AS v
	UNION ALL
	SELECT 5, 'sources', '数据来源', count(*), 0, NULL, NULL FROM @workspace@.source AS s
	UNION ALL
	SELECT 6, 'readings', '指标读数',
		(SELECT count(*) FROM @workspace@.reading_tail)
			+ (SELECT coalesce(sum(greatest(c.reltuples, 0)), 0)::bigint
			   FROM pg_catalog.pg_partition_tree('@workspace:literal@.reading_history') AS h
			       JOIN pg_catalog.pg_class AS c ON c.oid = h.relid AND h.isleaf),
		(SELECT count(*) FROM @workspace@.reading_tail), (SELECT max(t.recorded_at) FROM @workspace@.reading_tail AS t), 'readings that are not folded'
	UNION ALL
	SELECT 7, 'events', '扣分加分事件', count(*), count(*) FILTER (WHERE e.decision = 'pending'), max(e.posted_at), 'events that are not decided'
	FROM @workspace@.event_state AS e
	UNION ALL
	SELECT 8, 'ratings', '评价打分', count(*), 0, max(r.rated_at), NULL FROM @workspace@.rating AS r
	UNION ALL
	SELECT 9, 'cards', '计分卡', (SELECT greatest(c.reltuples, 0)::bigint FROM pg_catalog.pg_class AS c WHERE c.oid = '@workspace:literal@.card'::regclass),
		0, (SELECT max(j.finished_at) FROM @workspace@.job AS j WHERE j.kind = 'fold'), NULL
	UNION ALL
	SELECT 10, 'jobs', '批处理作业', count(*), count(*) FILTER (WHERE j.state <> 'done'), max(j.updated_at), 'jobs that run, failed or were cancelled'
	FROM @workspace@.job_progress AS j
	UNION ALL
	SELECT 11, 'runs', '考核批次', count(*), count(*) FILTER (WHERE r.state <> 'final'), max(r.assessed_at), 'runs that are not final'
	FROM @workspace@.run AS r
) AS m;
COMMENT ON VIEW @workspace@.module_status IS 'status board: what there is of everything, and what is open (运行状态)';
COMMENT ON COLUMN @workspace@.module_status.position IS 'order (次序)';
COMMENT ON COLUMN @workspace@.module_status.module IS 'part of the workspace (模块)';
COMMENT ON COLUMN @workspace@.module_status.module_zh IS 'its Chinese name (模块中文名)';
COMMENT ON COLUMN @workspace@.module_status.rows IS 'how many there are; readings of the history and cards as the server estimates (数量)';
COMMENT ON COLUMN @workspace@.module_status.open IS 'how many wait for something (待办数)';
COMMENT ON COLUMN @workspace@.module_status.last_at IS 'last change, where that is known (最近变动时间)';
COMMENT ON COLUMN @workspace@.module_status.state IS 'empty, open or ready (状态)';
COMMENT ON COLUMN @workspace@.module_status.open_means IS 'what open counts (待办含义)';
-- Cards go with DROP EXTENSION ... CASCADE. When their column is there again,
-- they are made again from the readings, which are kept in core types; rubrics
-- were before, from their documents.

SELECT @workspace@.lock_cards();

UPDATE @workspace@.card AS c
SET card = x.card
FROM (SELECT r.subject_id, r.period_id, perfeval.scorecard_agg(r.item, r.value, r.status) AS card
      FROM (SELECT DISTINCT ON (h.subject_id, h.period_id, h.item) h.subject_id, h.period_id, h.item, h.value, h.status
            FROM @workspace@.reading_history AS h
            WHERE EXISTS (SELECT FROM @workspace@.card AS gone WHERE gone.card IS NULL)
            ORDER BY h.subject_id, h.period_id, h.item, h.recorded_at DESC, h.reading_id DESC) AS r
      GROUP BY r.subject_id, r.period_id) AS x
WHERE c.card IS NULL AND x.subject_id = c.subject_id AND x.period_id = c.period_id;
