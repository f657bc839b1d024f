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
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	actor constant text := @workspace@.require('begin versions', '{operator}');
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
		round_mode, rank_basis, ties, tie_chain, max_indicators, common_limit, capped_seat, promotion_consumes, carry_over,
		parameters, note, drafted_by)
	SELECT owner.scheme_id, (SELECT coalesce(max(n.number), 0) + 1 FROM @workspace@.scheme_version AS n WHERE n.scheme_id = owner.scheme_id),
		source, coalesce($3, o.in_force_from), coalesce(o.period_kinds, '{year,half_year,quarter,month,week}'), coalesce(o.quorum, 0),
		o.round_at, o.round_digits, o.round_mode, o.rank_basis, o.ties, o.tie_chain, o.max_indicators, o.common_limit,
		o.capped_seat, o.promotion_consumes, o.carry_over,
		coalesce(o.parameters, '{}'), NULL, actor
	FROM (SELECT) AS one LEFT JOIN @workspace@.scheme_version AS o ON o.version_id = source
	RETURNING v.version_id INTO version_id;
	IF source IS NOT NULL THEN
		CALL @workspace@.copy_parts(source, version_id);
	END IF;
	PERFORM @workspace@.record_act('new_version', @workspace@.version_name(version_id), NULL, jsonb_build_object('version_id', version_id, 'based_on', $2));
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
	INSERT INTO @workspace@.tier (version_id, tier, code, label, label_zh, share, bound, preference, cap, coefficient, cut)
	SELECT $2, t.tier, t.code, t.label, t.label_zh, t.share, t.bound, t.preference, t.cap, t.coefficient, t.cut
	FROM @workspace@.tier AS t WHERE t.version_id = $1;
	INSERT INTO @workspace@.rater_role (version_id, criterion, role, weight, position, label)
	SELECT $2, r.criterion, r.role, r.weight, r.position, r.label FROM @workspace@.rater_role AS r WHERE r.version_id = $1;
	INSERT INTO @workspace@.grade_rule (version_id, source_id, period_kind, good, fail, goods, periods_min, tier, taken_by, taken_kind, taken_until)
	SELECT $2, g.source_id, g.period_kind, g.good, g.fail, g.goods, g.periods_min, g.tier, g.taken_by, g.taken_kind, g.taken_until
	FROM @workspace@.grade_rule AS g WHERE g.version_id = $1;
	INSERT INTO @workspace@.linkage_rule (version_id, rule, kind, department_scheme_id, grades, tier, item, label, label_zh)
	SELECT $2, l.rule, l.kind, l.department_scheme_id, l.grades, l.tier, l.item, l.label, l.label_zh
	FROM @workspace@.linkage_rule AS l WHERE l.version_id = $1;
	INSERT INTO @workspace@.version_part (version_id, slot, part_id, hash)
	SELECT $2, p.slot, p.part_id, p.hash FROM @workspace@.version_part AS p WHERE p.version_id = $1;
	INSERT INTO @workspace@.version_reviewer (version_id, office_id)
	SELECT $2, r.office_id FROM @workspace@.version_reviewer AS r WHERE r.version_id = $1;
$$;
COMMENT ON PROCEDURE @workspace@.copy_parts(integer, integer) IS
	'support procedure: copies nodes, weights, tiers, raters, linkages and reviewers of a version (复制方案内容)';

CREATE OR REPLACE PROCEDURE @workspace@.review_version(version_id integer, office text, decision text, note text DEFAULT NULL)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	actor constant text := @workspace@.require('review versions', '{office}', (SELECT s.subject_id FROM @workspace@.subject AS s WHERE s.code = office));
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
	INSERT INTO @workspace@.version_review (version_id, office_id, decision, note, hash, decided_by)
	VALUES ($1, reviewer, $3, $4, @workspace@.document_hash($1), actor);
	UPDATE @workspace@.scheme_version AS v SET state = x.state
	FROM (SELECT CASE WHEN @workspace@.is_agreed($1) THEN 'reviewed' ELSE 'draft' END AS state) AS x
	WHERE v.version_id = $1 AND v.state <> x.state;
	PERFORM @workspace@.record_act('review_version', @workspace@.version_name($1), $4, jsonb_build_object('version_id', $1, 'office', $2, 'decision', $3));
END
$$;
COMMENT ON PROCEDURE @workspace@.review_version(integer, text, text, text) IS
	'an office agrees or objects; with the quorum and no objection the draft is reviewed, with an objection it is a draft again (方案会审)';

CREATE OR REPLACE PROCEDURE @workspace@.return_to_draft(version_id integer)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	actor constant text := @workspace@.require('return versions to draft', '{operator}');
	version @workspace@.scheme_version := @workspace@.lock_version($1);
BEGIN
	IF version.state = 'sealed' THEN
		PERFORM @workspace@.refuse_change($1, version.state, 'state');
	END IF;
	UPDATE @workspace@.scheme_version AS v SET state = 'draft' WHERE v.version_id = $1 AND v.state = 'reviewed';
	PERFORM @workspace@.record_act('return_to_draft', @workspace@.version_name($1), NULL, jsonb_build_object('version_id', $1));
END
$$;
COMMENT ON PROCEDURE @workspace@.return_to_draft(integer) IS
	'makes a reviewed version a draft again, so that it can be edited; what was agreed to the text before an edit is void (退回起草)';

CREATE OR REPLACE PROCEDURE @workspace@.discard_version(version_id integer)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	actor constant text := @workspace@.require('discard versions', '{operator}');
	version @workspace@.scheme_version := @workspace@.lock_version($1);
	name constant text := @workspace@.version_name($1);
BEGIN
	IF version.state <> 'draft' THEN
		PERFORM @workspace@.refuse_change($1, version.state, 'rows');
	END IF;
	DELETE FROM @workspace@.version_review AS x WHERE x.version_id = $1;
	DELETE FROM @workspace@.version_reviewer AS x WHERE x.version_id = $1;
	DELETE FROM @workspace@.version_part AS x WHERE x.version_id = $1;
	DELETE FROM @workspace@.rater_role AS x WHERE x.version_id = $1;
	DELETE FROM @workspace@.grade_rule AS x WHERE x.version_id = $1;
	DELETE FROM @workspace@.linkage_rule AS x WHERE x.version_id = $1;
	DELETE FROM @workspace@.tier AS x WHERE x.version_id = $1;
	DELETE FROM @workspace@.group_profile AS x WHERE x.version_id = $1;
	DELETE FROM @workspace@.weight_profile AS x WHERE x.version_id = $1;
	DELETE FROM @workspace@.node AS x WHERE x.version_id = $1;
	DELETE FROM @workspace@.scheme_version AS x WHERE x.version_id = $1;
	PERFORM @workspace@.record_act('discard_version', name, NULL, jsonb_build_object('version_id', $1));
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
