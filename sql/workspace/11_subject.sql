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
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	actor constant text := @workspace@.require('add subjects', '{operator}');
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
	IF added IS NOT NULL THEN
		PERFORM @workspace@.record_act('add_subject', $1, NULL, jsonb_strip_nulls(jsonb_build_object('kind', $4, 'supervising', supervising, 'from_day', from_day)));
	END IF;
END
$$;
COMMENT ON PROCEDURE @workspace@.add_subject(text, text, text, text, text, date, integer, integer, text) IS
	'adds a subject with its first state (添加考核对象)';

-- NULL keeps what was before; an empty code as supervising: none any more.
CREATE OR REPLACE PROCEDURE @workspace@.change_subject(code text, from_day date, supervising text DEFAULT NULL,
	headcount integer DEFAULT NULL, posts integer DEFAULT NULL, function_class text DEFAULT NULL)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	actor constant text := @workspace@.require('change subjects', '{operator}');
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
	PERFORM @workspace@.record_act('change_subject', $1, NULL, jsonb_strip_nulls(jsonb_build_object('from_day', from_day, 'supervising', supervising, 'headcount', $4, 'posts', $5, 'function_class', $6)));
END
$$;
COMMENT ON PROCEDURE @workspace@.change_subject(text, date, text, integer, integer, text) IS
	'what holds of a subject from a day on (考核对象变更)';

-- group_code NULL: from that day on in no group of that grouping.
CREATE OR REPLACE PROCEDURE @workspace@.assign_group(subject text, grouping_code text, group_code text, from_day date DEFAULT '1900-01-01')
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	actor constant text := @workspace@.require('assign groups', '{operator}');
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
		RETURN;
	ELSIF held.valid_from = from_day THEN
		UPDATE @workspace@.group_member AS m SET group_id = target
		WHERE m.subject_id = member AND m.grouping_id = way AND m.valid_from = from_day;
	ELSE
		UPDATE @workspace@.group_member AS m SET valid_to = from_day
		WHERE m.subject_id = member AND m.grouping_id = way AND m.valid_from = held.valid_from;
		INSERT INTO @workspace@.group_member (subject_id, grouping_id, valid_from, valid_to, group_id)
		VALUES (member, way, from_day, held.valid_to, target);
	END IF;
	PERFORM @workspace@.record_act('assign_group', subject, NULL, jsonb_strip_nulls(jsonb_build_object('grouping', grouping_code, 'group', group_code, 'from_day', from_day)));
END
$$;
COMMENT ON PROCEDURE @workspace@.assign_group(text, text, text, date) IS
	'puts a subject in a group from a day on (划入分组)';

-- A closed subject leaves its groups; what it did before stays.
CREATE OR REPLACE PROCEDURE @workspace@.close_subject(code text, on_day date)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	actor constant text := @workspace@.require('close subjects', '{operator}');
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
	PERFORM @workspace@.record_act('close_subject', $1, NULL, jsonb_strip_nulls(jsonb_build_object('on_day', on_day)));
END
$$;
COMMENT ON PROCEDURE @workspace@.close_subject(text, date) IS
	'a subject is no more from a day on (撤销考核对象)';

CREATE OR REPLACE PROCEDURE @workspace@.record_succession(predecessor text, successor text, kind text, on_day date,
	inherits_results boolean DEFAULT false, document text DEFAULT NULL)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	actor constant text := @workspace@.require('record successions', '{operator}');
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
	PERFORM @workspace@.record_act('record_succession', successor, document, jsonb_strip_nulls(jsonb_build_object('predecessor', predecessor, 'kind', $3, 'on_day', $4)));
END
$$;
COMMENT ON PROCEDURE @workspace@.record_succession(text, text, text, date, boolean, text) IS
	'records that a subject comes after another (登记承继关系)';

-- The successor may be one of the predecessors, which goes on, or another. What
-- is done leaves its traces: successions and closings.
CREATE OR REPLACE PROCEDURE @workspace@.merge_subjects(predecessors text[], successor text, on_day date,
	inherits_results boolean DEFAULT false, document text DEFAULT NULL)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	actor constant text := @workspace@.require('merge subjects', '{operator}');
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
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET jit = off
SET enable_mergejoin = off
SET work_mem = '64MB'
AS $$
DECLARE
	actor constant text := @workspace@.require('refresh the tree of subjects', '{operator}');
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
