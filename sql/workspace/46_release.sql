-- Anonymity. The mean of an indicator with min_raters k > 1 counts for nobody
-- before it is released, and for everybody as it was released: operators see the
-- marks, but standings are the same whoever asks. A release is a reading, like
-- any other from then on: it is folded, and the past knows it.
--
-- What is shown is of k marks, and differs from everything that was shown before
-- in the marks of k raters, or in none: so nobody can tell one rater's mark from
-- two looks.

CREATE TABLE IF NOT EXISTS @workspace@.rating_release (
	subject_id bigint NOT NULL REFERENCES @workspace@.subject,
	period_id integer NOT NULL REFERENCES @workspace@.period,
	item integer NOT NULL REFERENCES @workspace@.indicator,
	release_id bigint NOT NULL DEFAULT nextval('@workspace:literal@.fact_id'),
	value numeric,
	raters integer NOT NULL,
	ratings bigint[] NOT NULL,
	released_at timestamptz NOT NULL DEFAULT clock_timestamp(),
	released_by text NOT NULL DEFAULT session_user,
	PRIMARY KEY (subject_id, period_id, item, release_id),
	CHECK ((value IS NULL) = (raters = 0)),
	CHECK (raters = cardinality(ratings))
);
COMMENT ON TABLE @workspace@.rating_release IS 'means of ratings as they were released; the last one counts (评价结果披露)';
COMMENT ON COLUMN @workspace@.rating_release.subject_id IS 'whose (考核对象)';
COMMENT ON COLUMN @workspace@.rating_release.period_id IS 'period (周期)';
COMMENT ON COLUMN @workspace@.rating_release.item IS 'indicator of the criterion and role (指标编号)';
COMMENT ON COLUMN @workspace@.rating_release.release_id IS 'number (编号)';
COMMENT ON COLUMN @workspace@.rating_release.value IS 'mean, NULL: withdrawn, as a rater in it is recused (均值)';
COMMENT ON COLUMN @workspace@.rating_release.raters IS 'raters (评分人数)';
COMMENT ON COLUMN @workspace@.rating_release.ratings IS 'ratings that it is of (所含打分)';
COMMENT ON COLUMN @workspace@.rating_release.released_at IS 'when (时间)';
COMMENT ON COLUMN @workspace@.rating_release.released_by IS 'who (经办人)';

-- One release after the other: each looks at all that was shown before.
CREATE OR REPLACE FUNCTION @workspace@.lock_releases() RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	IF current_setting('transaction_isolation') <> 'read committed' THEN
		RAISE EXCEPTION 'ratings cannot be released or recused in a transaction of isolation level %', current_setting('transaction_isolation')
			USING ERRCODE = 'invalid_transaction_state', HINT = 'BEGIN ISOLATION LEVEL READ COMMITTED.';
	END IF;
	LOCK TABLE @workspace@.rating_release IN SHARE ROW EXCLUSIVE MODE;
END
$$;
COMMENT ON FUNCTION @workspace@.lock_releases() IS 'support function: keeps others from releasing meanwhile (披露加锁)';

-- The last release of each panel, a mean or a withdrawal.
CREATE OR REPLACE VIEW @workspace@.released_rating AS
SELECT e.subject_id, e.period_id, e.item, e.release_id, e.value, e.raters, e.ratings, e.released_at
FROM @workspace@.rating_release AS e
WHERE NOT EXISTS (
	SELECT FROM @workspace@.rating_release AS later
	WHERE later.subject_id = e.subject_id AND later.period_id = e.period_id AND later.item = e.item AND later.release_id > e.release_id);
COMMENT ON VIEW @workspace@.released_rating IS 'means of ratings as they are shown (当前披露的评价结果)';

-- Marks that count in panels whose means are released.
CREATE OR REPLACE VIEW @workspace@.anonymous_rating AS
SELECT s.subject_id, s.period_id, i.item, s.rater_id, s.rating_id, s.value, i.min_raters, i.drop_each, i.mean_digits, i.mean_mode
FROM @workspace@.counted_rating AS s
	JOIN @workspace@.indicator AS i ON i.fact = 'rating' AND i.criterion = s.criterion AND i.rater_role = s.rater_role
WHERE i.min_raters > 1;
COMMENT ON VIEW @workspace@.anonymous_rating IS 'marks that count in anonymous panels (匿名评价的有效打分)';

-- In how many raters' marks the present differs from each mean that was shown.
CREATE OR REPLACE VIEW @workspace@.release_change AS
SELECT x.subject_id, x.period_id, x.item, x.release_id, count(*) FILTER (WHERE x.then_value IS DISTINCT FROM x.now_value) AS raters
FROM (SELECT k.subject_id, k.period_id, k.item, k.release_id, k.rater_id,
          max(k.value) FILTER (WHERE k.former) AS then_value, max(k.value) FILTER (WHERE NOT k.former) AS now_value
      FROM (SELECT e.subject_id, e.period_id, e.item, e.release_id, r.rater_id, r.value, true AS former
            FROM @workspace@.rating_release AS e
                CROSS JOIN LATERAL unnest(e.ratings) AS u (rating_id)
                JOIN @workspace@.rating AS r ON r.subject_id = e.subject_id AND r.rating_id = u.rating_id
            UNION ALL
            SELECT e.subject_id, e.period_id, e.item, e.release_id, m.rater_id, m.value, false
            FROM @workspace@.rating_release AS e
                JOIN @workspace@.anonymous_rating AS m ON m.subject_id = e.subject_id AND m.period_id = e.period_id AND m.item = e.item
            WHERE e.value IS NOT NULL) AS k
      GROUP BY k.subject_id, k.period_id, k.item, k.release_id, k.rater_id) AS x
GROUP BY x.subject_id, x.period_id, x.item, x.release_id;
COMMENT ON VIEW @workspace@.release_change IS 'raters whose marks differ between what was shown and now (披露后变动的评分人数)';

-- What has the mark of a recused rater in it is shown no longer: not even without
-- that mark, as the difference would tell it. A release and a withdrawal are
-- readings too; who is behind them, the table of acts knows.
CREATE OR REPLACE FUNCTION @workspace@.withdraw_releases(of_subject bigint DEFAULT NULL) RETURNS bigint
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	withdrawn bigint;
BEGIN
	WITH made AS (
		INSERT INTO @workspace@.rating_release (subject_id, period_id, item, value, raters, ratings, released_by)
		SELECT e.subject_id, e.period_id, e.item, NULL, 0, '{}', @workspace@.actor()
		FROM @workspace@.released_rating AS e
		WHERE e.value IS NOT NULL AND ($1 IS NULL OR e.subject_id = $1) AND EXISTS (
			SELECT FROM @workspace@.rating AS r
				JOIN @workspace@.recused_rater AS q ON q.subject_id = r.subject_id AND q.rater_id = r.rater_id AND q.period_id = r.period_id
			WHERE r.subject_id = e.subject_id AND r.rating_id = ANY (e.ratings))
		RETURNING *
	)
	INSERT INTO @workspace@.reading (subject_id, period_id, item, status, recorded_at, recorded_by, evidence)
	SELECT m.subject_id, m.period_id, m.item, 'missing', m.released_at, 'release_ratings', 'withdrawn'
	FROM made AS m;
	GET DIAGNOSTICS withdrawn = ROW_COUNT;
	RETURN withdrawn;
END
$$;
COMMENT ON FUNCTION @workspace@.withdraw_releases(bigint) IS 'support function: takes back what has marks of recused raters in it (撤回含回避人打分的披露)';

CREATE OR REPLACE PROCEDURE @workspace@.release_ratings(period text, INOUT released bigint DEFAULT NULL)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET jit = off
SET plan_cache_mode = force_custom_plan
AS $$
DECLARE
	actor constant text := @workspace@.require('release ratings', '{operator}');
	of_period constant integer := @workspace@.find_period($1);
	parts constant integer[] := ARRAY(SELECT pp.part_id FROM @workspace@.period_part AS pp WHERE pp.period_id = of_period);
	withdrawn bigint;
BEGIN
	PERFORM @workspace@.lock_releases();
	WITH mark AS (
		SELECT m.*, count(*) OVER (PARTITION BY m.subject_id, m.period_id, m.item) - 2 * m.drop_each AS kept
		FROM @workspace@.anonymous_rating AS m WHERE m.period_id = ANY (parts)
	), panel AS (
		SELECT m.subject_id, m.period_id, m.item, m.min_raters,
			trim_scale(round(@workspace@.round_mean(perfeval.trimmed_mean(@workspace@.to_be_meant(m.value, m.mean_digits), m.drop_each), m.mean_digits, m.mean_mode), 18)) AS value,
			count(*) AS raters, array_agg(m.rating_id ORDER BY m.rating_id) AS ratings
		FROM mark AS m WHERE m.kept >= m.min_raters
		GROUP BY m.subject_id, m.period_id, m.item, m.min_raters, m.drop_each, m.mean_digits, m.mean_mode
	), change AS (
		-- The least that it differs from what was shown, and whether from what is shown.
		SELECT c.subject_id, c.period_id, c.item, min(c.raters) FILTER (WHERE c.raters > 0) AS raters,
			bool_or(c.raters = 0 AND e.release_id IS NOT NULL) AS is_shown
		FROM @workspace@.release_change AS c
			LEFT JOIN @workspace@.released_rating AS e ON e.subject_id = c.subject_id AND e.period_id = c.period_id AND e.item = c.item
				AND e.release_id = c.release_id
		WHERE c.period_id = ANY (parts)
		GROUP BY c.subject_id, c.period_id, c.item
	), made AS (
		INSERT INTO @workspace@.rating_release (subject_id, period_id, item, value, raters, ratings, released_by)
		SELECT p.subject_id, p.period_id, p.item, p.value, p.raters, p.ratings, actor
		FROM panel AS p
			LEFT JOIN change AS c ON c.subject_id = p.subject_id AND c.period_id = p.period_id AND c.item = p.item
		WHERE c.is_shown IS NOT TRUE AND coalesce(c.raters >= p.min_raters, true)
		RETURNING *
	)
	INSERT INTO @workspace@.reading (subject_id, period_id, item, value, recorded_at, recorded_by, evidence)
	SELECT m.subject_id, m.period_id, m.item, m.value, m.released_at, 'release_ratings', 'mean of ' || m.raters || ' marks'
	FROM made AS m;
	GET DIAGNOSTICS released = ROW_COUNT;
	withdrawn := @workspace@.withdraw_releases();
	IF released > 0 OR withdrawn > 0 THEN
		PERFORM @workspace@.record_act('release_ratings', $1, NULL, jsonb_build_object('released', released, 'withdrawn', withdrawn));
	END IF;
END
$$;
COMMENT ON PROCEDURE @workspace@.release_ratings(text, bigint) IS
	'shows the means of anonymous panels of a period and its parts: those of min_raters marks or more, and anew those in which as many have changed (披露评价结果)';

-- ---- ratings as readings

CREATE OR REPLACE VIEW @workspace@.rating_reading WITH (security_barrier = true) AS
SELECT r.subject_id, r.period_id, i.item,
	@workspace@.round_mean(perfeval.trimmed_mean(@workspace@.to_be_meant(r.value, i.mean_digits), i.drop_each) FILTER (WHERE r.raters > 2 * i.drop_each),
		i.mean_digits, i.mean_mode) AS value,
	count(*) AS raters, max(r.rated_at) AS recorded_at
FROM (SELECT s.subject_id, s.period_id, s.criterion, s.rater_role, s.value, s.rated_at,
          count(*) OVER (PARTITION BY s.subject_id, s.period_id, s.criterion, s.rater_role) AS raters
      FROM @workspace@.counted_rating AS s
      WHERE (SELECT @workspace@.sees_all()) OR s.subject_id = ANY ((SELECT @workspace@.visible_subjects())::bigint[])) AS r
	JOIN @workspace@.indicator AS i ON i.criterion = r.criterion AND i.rater_role = r.rater_role AND i.fact = 'rating'
WHERE i.min_raters = 1
GROUP BY r.subject_id, r.period_id, i.item, i.drop_each, i.mean_digits, i.mean_mode
UNION ALL
SELECT e.subject_id, e.period_id, e.item, e.value, e.raters, e.released_at
FROM @workspace@.released_rating AS e
WHERE (SELECT @workspace@.sees_all()) OR e.subject_id = ANY ((SELECT @workspace@.visible_subjects())::bigint[]);
COMMENT ON VIEW @workspace@.rating_reading IS 'ratings as readings: the mean of each role, of anonymous ones as released (评价形成的读数)';
COMMENT ON COLUMN @workspace@.rating_reading.subject_id IS 'whose (考核对象)';
COMMENT ON COLUMN @workspace@.rating_reading.period_id IS 'period (周期)';
COMMENT ON COLUMN @workspace@.rating_reading.item IS 'indicator of the criterion and role (指标编号)';
COMMENT ON COLUMN @workspace@.rating_reading.value IS 'mean, NULL with too few raters to trim, or withdrawn (均值)';
COMMENT ON COLUMN @workspace@.rating_reading.raters IS 'raters (评分人数)';
COMMENT ON COLUMN @workspace@.rating_reading.recorded_at IS 'last rating, or when it was released (最近评分或披露时间)';
