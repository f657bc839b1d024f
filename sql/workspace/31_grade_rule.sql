-- Grades of shorter periods that decide about the best tier of a longer one:
-- six months "good" and none "fail", or the year is not excellent (月度等次与
-- 年度评优). The shorter periods have tiers of their own, by another scheme or by
-- another version of the same one; this rule belongs to the longer one's version.

CREATE TABLE IF NOT EXISTS @workspace@.grade_rule (
	version_id integer PRIMARY KEY REFERENCES @workspace@.scheme_version,
	source_id integer NOT NULL REFERENCES @workspace@.scheme,
	period_kind text NOT NULL DEFAULT 'month' CHECK (period_kind IN ('half_year', 'quarter', 'month', 'week')),
	good text NOT NULL CHECK (good <> ''),
	fail text CHECK (fail <> ''),
	goods integer NOT NULL CHECK (goods >= 0),
	periods_min integer CHECK (periods_min >= 0),
	tier integer NOT NULL DEFAULT 1 CHECK (tier > 0),
	taken_by integer REFERENCES @workspace@.indicator,
	taken_kind text CHECK (taken_kind IN ('year', 'half_year', 'quarter', 'month', 'week')),
	taken_until text CHECK (taken_until IN ('decided', 'rejected')),
	CHECK (taken_by IS NOT NULL OR taken_kind IS NULL AND taken_until IS NULL)
);
COMMENT ON TABLE @workspace@.grade_rule IS 'which grades of shorter periods the best tier of a version asks for (评优所需平时等次)';
COMMENT ON COLUMN @workspace@.grade_rule.version_id IS 'version that assesses the longer period (方案版本)';
COMMENT ON COLUMN @workspace@.grade_rule.source_id IS 'scheme that the grades are from (等次来源方案)';
COMMENT ON COLUMN @workspace@.grade_rule.period_kind IS 'kind of the shorter periods: half_year, quarter, month or week (短周期种类)';
COMMENT ON COLUMN @workspace@.grade_rule.good IS 'code of the tier that is good; better ones are too (良好等次代码)';
COMMENT ON COLUMN @workspace@.grade_rule.fail IS 'code of the tier that is a fail; worse ones are too; NULL: nothing is (不合格等次代码)';
COMMENT ON COLUMN @workspace@.grade_rule.goods IS 'how many goods are needed (须达良好次数)';
COMMENT ON COLUMN @workspace@.grade_rule.periods_min IS 'how many periods must have been graded (最少参评周期数)';
COMMENT ON COLUMN @workspace@.grade_rule.tier IS 'tier that is closed to others, and the better ones with it (所限等次)';
COMMENT ON COLUMN @workspace@.grade_rule.taken_by IS 'events that take the goods around them, such as pre-deductions (取消良好的事件指标)';
COMMENT ON COLUMN @workspace@.grade_rule.taken_kind IS 'those of the year, half_year, quarter, month or week of the event (取消范围)';
COMMENT ON COLUMN @workspace@.grade_rule.taken_until IS
	'decided: as long as the event is pending; rejected: a valid one takes them for good (取消至何时)';

-- goods and fails are of the periods graded. A function, so that everybody works it out the same way.
CREATE OR REPLACE FUNCTION @workspace@.eligible_excellent(goods bigint, fails bigint, graded bigint, goods_needed integer, periods_min integer)
RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN $1 >= $4 AND $2 = 0 AND $3 >= $5;
COMMENT ON FUNCTION @workspace@.eligible_excellent(bigint, bigint, bigint, integer, integer) IS
	'whether goods, fails and graded periods open the best tier: enough goods, no fail, enough periods (是否具备评优资格)';

CREATE OR REPLACE FUNCTION @workspace@.grade_document(version_id integer) RETURNS jsonb
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
	SELECT coalesce((
		SELECT jsonb_build_object('grades', jsonb_strip_nulls(jsonb_build_object('scheme', s.code, 'period_kind', g.period_kind,
			'good', g.good, 'fail', g.fail, 'goods', g.goods, 'periods_min', g.periods_min, 'tier', g.tier, 'taken_by', g.taken_by,
			'taken_kind', g.taken_kind, 'taken_until', g.taken_until)))
		FROM @workspace@.grade_rule AS g JOIN @workspace@.scheme AS s ON s.scheme_id = g.source_id
		WHERE g.version_id = $1), '{}')
$$;
COMMENT ON FUNCTION @workspace@.grade_document(integer) IS
	'support function of version_document: "grades", if the version has such a rule (方案文档中的平时等次规则)';

CREATE OR REPLACE PROCEDURE @workspace@.import_grades(entry jsonb, version_id integer)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	PERFORM @workspace@.check_keys($1, '{scheme,period_kind,good,goods,tier}', '{fail,periods_min,taken_by,taken_kind,taken_until}');
	INSERT INTO @workspace@.grade_rule (version_id, source_id, period_kind, good, fail, goods, periods_min, tier, taken_by, taken_kind, taken_until)
	VALUES ($2, @workspace@.find_scheme($1 ->> 'scheme'), $1 ->> 'period_kind', $1 ->> 'good', $1 ->> 'fail', ($1 ->> 'goods')::integer,
		($1 ->> 'periods_min')::integer, ($1 ->> 'tier')::integer, ($1 ->> 'taken_by')::integer, $1 ->> 'taken_kind', $1 ->> 'taken_until');
END
$$;
COMMENT ON PROCEDURE @workspace@.import_grades(jsonb, integer) IS
	'support procedure of import_scheme: the rule about grades (导入平时等次规则)';

CREATE OR REPLACE FUNCTION @workspace@.grade_lint(version_id integer,
	OUT severity text, OUT path text, OUT code text, OUT message text, OUT hint text)
RETURNS SETOF record
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
SET jit = off
AS $$
	WITH rule AS (
		SELECT g.*, v.period_kinds, v.in_force_from, s.code AS source
		FROM @workspace@.grade_rule AS g
			JOIN @workspace@.scheme_version AS v ON v.version_id = g.version_id
			JOIN @workspace@.scheme AS s ON s.scheme_id = g.source_id
		WHERE g.version_id = $1
	), part (whole, kind, most) AS (
		VALUES ('year', 'half_year', 2), ('year', 'quarter', 4), ('year', 'month', 12), ('year', 'week', 53), ('half_year', 'quarter', 2),
			('half_year', 'month', 6), ('half_year', 'week', 27), ('quarter', 'month', 3), ('quarter', 'week', 14), ('month', 'week', 5)
	), graded AS (
		-- The versions that the grades will be from, as far as they are sealed.
		SELECT v.version_id, v.number,
			(SELECT t.tier FROM @workspace@.tier AS t WHERE t.version_id = v.version_id AND t.code = r.good) AS good,
			(SELECT t.tier FROM @workspace@.tier AS t WHERE t.version_id = v.version_id AND t.code = r.fail) AS fail
		FROM rule AS r JOIN @workspace@.scheme_version AS v ON v.scheme_id = r.source_id
		WHERE v.state = 'sealed' AND r.period_kind = ANY (v.period_kinds) AND v.version_id <> $1
			AND NOT EXISTS (
				SELECT FROM @workspace@.scheme_version AS newer
				WHERE newer.scheme_id = v.scheme_id AND newer.state = 'sealed' AND newer.version_id <> $1
					AND newer.in_force_from <= r.in_force_from AND r.period_kind = ANY (newer.period_kinds)
					AND (newer.in_force_from, newer.number) > (v.in_force_from, v.number))
	)
	SELECT x.severity, '/grades', x.code, x.message, x.hint
	FROM rule AS r CROSS JOIN LATERAL (
		SELECT 'choice', 'grade_periods', 'how many periods must have been graded is not stated', 'Set periods_min; 0 asks for none.'
		WHERE r.periods_min IS NULL
		UNION ALL
		SELECT 'choice', 'grade_taken', 'what an event takes the goods of is not stated', 'Set taken_kind, such as quarter.'
		WHERE r.taken_by IS NOT NULL AND r.taken_kind IS NULL
		UNION ALL
		SELECT 'choice', 'grade_taken', 'whether goods come back when an event is decided as valid is not stated',
			'Set taken_until to decided (they do) or rejected (only if it is rejected or tolerated).'
		WHERE r.taken_by IS NOT NULL AND r.taken_until IS NULL
		UNION ALL
		SELECT 'error', 'grade_kind', format('it assesses periods of kind %s, which have no parts of kind %s', k.kind, r.period_kind),
			'Set period_kinds to longer periods only, such as {year}.'
		FROM unnest(r.period_kinds) AS k (kind)
		WHERE NOT EXISTS (SELECT FROM part AS p WHERE p.whole = k.kind AND p.kind = r.period_kind)
		UNION ALL
		SELECT 'error', 'grade_kind', format('a period of kind %s is shorter than one of kind %s', r.taken_kind, r.period_kind),
			'Set taken_kind to the same kind or a longer one.'
		WHERE EXISTS (SELECT FROM part AS p WHERE p.whole = r.period_kind AND p.kind = r.taken_kind)
		UNION ALL
		SELECT 'error', 'grade_reach', format('%s periods of kind %s are asked for, and a period of kind %s has %s',
				greatest(r.goods, r.periods_min), r.period_kind, p.whole, p.most), 'Lower goods or periods_min.'
		FROM part AS p WHERE p.whole = ANY (r.period_kinds) AND p.kind = r.period_kind AND greatest(r.goods, r.periods_min) > p.most
		UNION ALL
		SELECT 'error', 'grade_tier', format('tier %s is to be closed, and there are %s tiers', r.tier, t.tiers), 'There has to be a worse tier for the others.'
		FROM (SELECT count(*) AS tiers FROM @workspace@.tier AS t WHERE t.version_id = $1) AS t WHERE r.tier >= t.tiers
		UNION ALL
		SELECT 'error', 'grade_tier', format('version %s of scheme "%s" has no tier "%s"', v.number, r.source, c.code), 'Name one of its tiers by its code.'
		FROM graded AS v, LATERAL (VALUES (r.good, v.good), (r.fail, v.fail)) AS c (code, tier) WHERE c.code IS NOT NULL AND c.tier IS NULL
		UNION ALL
		SELECT 'error', 'grade_tier', format('in version %s of scheme "%s", "%s" is no worse than "%s"', v.number, r.source, r.fail, r.good), NULL
		FROM graded AS v WHERE v.fail <= v.good
		UNION ALL
		SELECT 'warning', 'grade_source', format('no sealed version of scheme "%s" assesses periods of kind %s', r.source, r.period_kind), NULL
		WHERE NOT EXISTS (SELECT FROM graded)
		UNION ALL
		SELECT 'error', 'grade_events', format('indicator %s is not counted from events', i.code), 'Name one with fact ''event'' in taken_by.'
		FROM @workspace@.indicator AS i WHERE i.item = r.taken_by AND i.fact <> 'event'
		UNION ALL
		SELECT 'error', 'grade_events', format('indicator %s counts the pending events of another', i.code), format('Name that one, %s, in taken_by.', i.pending_of)
		FROM @workspace@.indicator AS i WHERE i.item = r.taken_by AND i.pending_of IS NOT NULL
	) AS x (severity, code, message, hint)
$$;
COMMENT ON FUNCTION @workspace@.grade_lint(integer) IS 'findings about the rule about grades of a version (平时等次规则检查)';
