-- Recognition (认同度): experts judge how difficult and how precise a unit's goals
-- are. Their judgements come to a coefficient, which multiplies what the unit
-- achieved: so a small unit with sensible, well-done goals scores as high as a
-- large one. The coefficient is an item like any other; a node with rule
-- coefficient reads it, and its effect is a line of its own.

CREATE OR REPLACE FUNCTION @workspace@.import_recognition(item integer, entry jsonb) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	had @workspace@.recognition_rule;
	wanted @workspace@.recognition_rule;
BEGIN
	PERFORM @workspace@.check_keys($2, '{difficulty_item,precision_item,difficulty_share,low,high,drop_each,min_experts}', '{}');
	wanted := jsonb_populate_record(NULL::@workspace@.recognition_rule, $2 || jsonb_build_object('item', $1));
	SELECT q.* INTO had FROM @workspace@.recognition_rule AS q WHERE q.item = $1;
	IF had.item IS NULL THEN
		INSERT INTO @workspace@.recognition_rule SELECT (wanted).*;
	ELSIF had <> wanted THEN
		RAISE EXCEPTION 'indicator % has another rule of recognition: %', $1, to_jsonb(had) - 'item'
			USING ERRCODE = 'invalid_parameter_value', HINT = 'Give the indicator of the document another item and code.';
	END IF;
END
$$;
COMMENT ON FUNCTION @workspace@.import_recognition(integer, jsonb) IS
	'support function of import_scheme: the rule of a coefficient of recognition (导入认同度规则)';

CREATE OR REPLACE FUNCTION @workspace@.recognition_lint(version_id integer, group_id integer, items integer[],
	OUT severity text, OUT code text, OUT message text, OUT hint text)
RETURNS SETOF record
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
	WITH used AS (
		SELECT i.item, i.code, q.difficulty_item, q.precision_item, q.low, q.high, d.rater_role AS difficulty_role, p.rater_role AS precision_role,
			greatest(d.min_raters, p.min_raters) AS min_raters, q.item IS NOT NULL AS has_rule
		FROM @workspace@.indicator AS i
			LEFT JOIN @workspace@.recognition_rule AS q ON q.item = i.item
			LEFT JOIN @workspace@.indicator AS d ON d.item = q.difficulty_item AND d.fact = 'rating'
			LEFT JOIN @workspace@.indicator AS p ON p.item = q.precision_item AND p.fact = 'rating'
		WHERE i.fact = 'recognition' AND i.item = ANY ($3)
	), node AS (
		SELECT n.node, u.*, n.spec
		FROM @workspace@.stated_node AS n JOIN used AS u ON n.spec -> 'coefficient' -> 'item' = to_jsonb(u.item)
		WHERE n.version_id = $1 AND n.group_id = $2 AND u.has_rule
	)
	SELECT 'error', 'recognition_rule', format('indicator %s %s has no rule of recognition', u.item, u.code), 'Add a row to recognition_rule.'
	FROM used AS u WHERE NOT u.has_rule
	UNION ALL
	SELECT 'error', 'recognition_panel', format('the experts of coefficient %s %s do not rate both difficulty and precision', u.item, u.code),
		'The two indicators of its rule have fact ''rating'' and the same rater_role.'
	FROM used AS u WHERE u.has_rule AND u.difficulty_role IS DISTINCT FROM u.precision_role OR u.has_rule AND u.difficulty_role IS NULL
	UNION ALL
	SELECT 'error', 'recognition_anonymous', format('coefficient %s %s rests on an anonymous panel, whose marks it would tell', u.item, u.code),
		'Give the two indicators that experts rate min_raters 1.'
	FROM used AS u WHERE u.min_raters > 1
	UNION ALL
	SELECT 'error', 'recognition_bounds',
		format('node %s takes coefficients from %s to %s, and %s %s is from %s to %s', n.node, coalesce(n.spec ->> 'low', 'anywhere'),
			coalesce(n.spec ->> 'high', 'anywhere'), n.item, n.code, n.low, n.high),
		'State the same "low" and "high" as recognition_rule.'
	FROM node AS n
	WHERE (n.spec -> 'low', n.spec -> 'high') IS DISTINCT FROM (to_jsonb(n.low), to_jsonb(n.high))
	UNION ALL
	SELECT 'error', 'recognition_default', format('node %s does not say that the coefficient is 1 with too few experts', n.node), 'State "otherwise": 1.'
	FROM node AS n WHERE n.spec -> 'otherwise' IS DISTINCT FROM '1'
$$;
COMMENT ON FUNCTION @workspace@.recognition_lint(integer, integer, integer[]) IS
	'findings about the coefficients of recognition in the tree of a group (认同度检查)';

-- What each expert said: who has rated one of the two alone says nothing yet.
-- Marks beyond 0 to 100, which rate refuses, do not count.
CREATE OR REPLACE VIEW @workspace@.recognition_mark AS
SELECT d.subject_id, d.period_id, q.item, d.rater_id, d.value AS difficulty, p.value AS precision, greatest(d.rated_at, p.rated_at) AS rated_at
FROM @workspace@.recognition_rule AS q
	JOIN @workspace@.indicator AS c ON c.item = q.item AND c.fact = 'recognition'
	JOIN @workspace@.indicator AS i ON i.item = q.difficulty_item
	JOIN @workspace@.indicator AS j ON j.item = q.precision_item
	JOIN @workspace@.counted_rating AS d ON d.criterion = i.criterion AND d.rater_role = i.rater_role
	JOIN @workspace@.counted_rating AS p ON p.subject_id = d.subject_id AND p.period_id = d.period_id AND p.rater_id = d.rater_id
		AND p.criterion = j.criterion AND p.rater_role = j.rater_role
WHERE d.value BETWEEN 0 AND 100 AND p.value BETWEEN 0 AND 100;
COMMENT ON VIEW @workspace@.recognition_mark IS 'what each expert says of the goals of a unit (专家对目标的评价)';

CREATE OR REPLACE FUNCTION @workspace@.recognition_reading_as_of(known timestamptz, of_period integer)
RETURNS TABLE (subject_id bigint, period_id integer, item integer, value numeric)
LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT m.subject_id, m.period_id, m.item,
		perfeval.recognition_coefficient(m.difficulty, m.precision, m.low, m.high, m.drop_each, m.difficulty_share) FILTER (WHERE m.experts >= m.min_experts)
	FROM (SELECT q.*, d.subject_id, d.period_id, d.value AS difficulty, p.value AS precision,
	          count(*) OVER (PARTITION BY d.subject_id, d.period_id, q.item) AS experts
	      FROM @workspace@.recognition_rule AS q
	          JOIN @workspace@.indicator AS c ON c.item = q.item AND c.fact = 'recognition'
	          JOIN @workspace@.indicator AS i ON i.item = q.difficulty_item
	          JOIN @workspace@.indicator AS j ON j.item = q.precision_item
	          JOIN @workspace@.counted_rating_as_of($1, $2) AS d ON d.criterion = i.criterion AND d.rater_role = i.rater_role
	          JOIN @workspace@.counted_rating_as_of($1, $2) AS p ON p.subject_id = d.subject_id AND p.period_id = d.period_id AND p.rater_id = d.rater_id
	              AND p.criterion = j.criterion AND p.rater_role = j.rater_role
	      WHERE d.value BETWEEN 0 AND 100 AND p.value BETWEEN 0 AND 100) AS m
	GROUP BY m.subject_id, m.period_id, m.item;
END;
COMMENT ON FUNCTION @workspace@.recognition_reading_as_of(timestamptz, integer) IS
	'coefficients of recognition, as they were known at a time (历史时点的认同系数)';

CREATE OR REPLACE VIEW @workspace@.recognition_reading WITH (security_barrier = true) AS
SELECT m.subject_id, m.period_id, m.item, count(*) AS experts, q.min_experts,
	perfeval.recognition_coefficient(m.difficulty, m.precision, q.low, q.high, q.drop_each, q.difficulty_share)
		FILTER (WHERE m.experts >= q.min_experts) AS coefficient,
	count(*) < q.min_experts AS too_few, max(m.rated_at) AS recorded_at
FROM (SELECT r.*, count(*) OVER (PARTITION BY r.subject_id, r.period_id, r.item) AS experts
      FROM @workspace@.recognition_mark AS r
      WHERE (SELECT @workspace@.sees_all()) OR r.subject_id = ANY ((SELECT @workspace@.visible_subjects())::bigint[])) AS m
	JOIN @workspace@.recognition_rule AS q ON q.item = m.item
GROUP BY m.subject_id, m.period_id, q.item, m.item;
COMMENT ON VIEW @workspace@.recognition_reading IS 'coefficients of recognition and how many experts they rest on (认同系数及专家数)';
COMMENT ON COLUMN @workspace@.recognition_reading.subject_id IS 'whose goals (考核对象)';
COMMENT ON COLUMN @workspace@.recognition_reading.period_id IS 'period (周期)';
COMMENT ON COLUMN @workspace@.recognition_reading.item IS 'indicator (指标编号)';
COMMENT ON COLUMN @workspace@.recognition_reading.experts IS 'experts who have rated both difficulty and precision (专家数)';
COMMENT ON COLUMN @workspace@.recognition_reading.min_experts IS 'how many it takes (最少专家数)';
COMMENT ON COLUMN @workspace@.recognition_reading.coefficient IS 'what they come to, NULL with too few of them: 1 counts then (认同系数)';
COMMENT ON COLUMN @workspace@.recognition_reading.too_few IS 'whether there are too few (专家不足)';
COMMENT ON COLUMN @workspace@.recognition_reading.recorded_at IS 'last rating (最近评分时间)';
