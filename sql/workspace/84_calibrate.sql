-- Calibrating: before a run is final, and never into a better tier than a veto, a
-- limit or a linkage leaves open.

-- The tier of a result as it stands, with adjustments and calibrations, and the
-- best that is open to it.
CREATE OR REPLACE FUNCTION @workspace@.tier_as_it_stands(run_id integer, subject_id bigint, OUT tier integer, OUT best integer, OUT tiers integer)
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
	SELECT coalesce(c.tier, CASE WHEN a.run_id IS NOT NULL THEN a.tier ELSE r.tier END),
		least(coalesce(greatest(perfeval.tier_cap(r.outcome::perfeval.scorecard), r.linkage_cap), 1), t.tiers), t.tiers
	FROM @workspace@.result AS r
		CROSS JOIN (SELECT max(x.tier) AS tiers FROM @workspace@.run_tier AS x WHERE x.run_id = $1) AS t
		LEFT JOIN @workspace@.adjusted_result AS a ON a.subject_id = r.subject_id AND a.run_id = r.run_id
		LEFT JOIN @workspace@.calibration_now AS c ON c.subject_id = r.subject_id AND c.run_id = r.run_id
	WHERE r.subject_id = $2 AND r.run_id = $1
$$;
COMMENT ON FUNCTION @workspace@.tier_as_it_stands(integer, bigint) IS 'tier of a result with adjustments and calibrations, and the best that is open to it (现行等次)';

CREATE OR REPLACE PROCEDURE @workspace@.calibrate(run_id integer, subject text, tier integer, reason text, panel text, evidence text DEFAULT NULL,
	INOUT calibration_id bigint DEFAULT NULL)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	actor constant text := @workspace@.require('calibrate', '{operator}');
	whose constant bigint := @workspace@.find_subject($2);
	this @workspace@.run;
	now record;
	last @workspace@.calibration;
BEGIN
	PERFORM @workspace@.lock_runs();
	this := @workspace@.check_adjustable($1);
	SELECT s.* INTO now FROM @workspace@.tier_as_it_stands($1, whose) AS s;
	IF coalesce(btrim($4), '') = '' OR coalesce(btrim($5), '') = '' THEN
		RAISE EXCEPTION 'a calibration needs % that decided it', CASE WHEN coalesce(btrim($4), '') = '' THEN 'a reason, and the panel' ELSE 'the panel' END
			USING ERRCODE = 'null_value_not_allowed', HINT = 'Both are shown beside the tier.';
	ELSIF now.tier IS NULL THEN
		RAISE EXCEPTION 'subject % has no tier in %', quote_literal($2), @workspace@.run_name($1)
			USING ERRCODE = 'no_data_found', HINT = 'View run_result lists results and tiers; who has no score has none.';
	ELSIF $3 NOT BETWEEN 1 AND now.tiers THEN
		RAISE EXCEPTION '% has no tier %', @workspace@.run_name($1), $3
			USING ERRCODE = 'numeric_value_out_of_range', HINT = format('Give 1, the best, to %s; NULL takes back what was calibrated.', now.tiers);
	ELSIF $3 < now.best THEN
		RAISE EXCEPTION 'subject % cannot be put into tier % of %: a veto, limit or linkage leaves it tier % at best', quote_literal($2), $3, @workspace@.run_name($1), now.best
			USING ERRCODE = 'check_violation', HINT = 'View run_tier_cause has the causes; what is wrong among them is corrected in the facts, and assessed again.';
	END IF;
	SELECT c.* INTO last FROM @workspace@.calibration AS c
	WHERE c.subject_id = whose AND c.run_id = $1 ORDER BY c.calibrated_at DESC, c.calibration_id DESC LIMIT 1;
	IF last.calibration_id IS NULL AND $3 IS NULL THEN
		RAISE EXCEPTION 'subject % has not been calibrated in %', quote_literal($2), @workspace@.run_name($1)
			USING ERRCODE = 'no_data_found', HINT = 'NULL takes back a calibration; give the tier that it should have.';
	ELSIF last.calibration_id IS NOT NULL AND (last.tier, last.reason, last.panel, last.evidence) IS NOT DISTINCT FROM ($3, $4, $5, $6) THEN
		calibration_id := last.calibration_id;
		RAISE NOTICE 'calibration % says so already', calibration_id;
		RETURN;
	END IF;
	INSERT INTO @workspace@.calibration AS c (subject_id, run_id, tier_before, tier, reason, panel, evidence, calibrated_at, calibrated_by)
	VALUES (whose, $1, now.tier, $3, $4, $5, $6, greatest(clock_timestamp(), last.calibrated_at + interval '1 microsecond'), actor)
	RETURNING c.calibration_id INTO calibration_id;
	PERFORM @workspace@.record_act('calibrate', @workspace@.run_name($1), $4,
		jsonb_build_object('calibration_id', calibration_id, 'subject', $2, 'tier_before', now.tier, 'tier', $3, 'panel', $5));
END
$$;
COMMENT ON PROCEDURE @workspace@.calibrate(integer, text, integer, text, text, text, bigint) IS
	'puts a result into another tier by the decision of a panel, with a reason; NULL takes that back (校准等次)';

-- A run that takes the place of another leaves none of its calibrations behind
-- by mistake, as with adjustments. Of each subject the last run that calibrated it counts.
CREATE OR REPLACE FUNCTION @workspace@.calibration_left_behind(run_id integer)
RETURNS TABLE (from_run integer, subject_id bigint, subject text, tier integer)
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
	SELECT l.run_id, l.subject_id, s.code, l.tier
	FROM (SELECT DISTINCT ON (c.subject_id) c.run_id, c.subject_id, c.tier, o.superseded_by
	      FROM @workspace@.run AS n
	          JOIN @workspace@.run AS o ON o.scheme_id = n.scheme_id AND o.period_id = n.period_id AND o.purpose = 'assessment' AND o.run_id < n.run_id
	          JOIN @workspace@.calibration AS c ON c.run_id = o.run_id
	      WHERE n.run_id = $1
	      ORDER BY c.subject_id, c.run_id DESC, c.calibrated_at DESC, c.calibration_id DESC) AS l
		JOIN @workspace@.subject AS s ON s.subject_id = l.subject_id
		LEFT JOIN @workspace@.result AS r ON r.subject_id = l.subject_id AND r.run_id = $1
	WHERE l.tier IS NOT NULL AND r.tier IS NOT NULL
		AND NOT EXISTS (SELECT FROM @workspace@.calibration AS x WHERE x.subject_id = l.subject_id AND x.run_id = $1)
	ORDER BY s.code COLLATE "C"
$$;
COMMENT ON FUNCTION @workspace@.calibration_left_behind(integer) IS
	'calibrations of earlier runs that a run would take the place of and has none for (未结转的等次校准)';

-- Whom a veto or linkage has shut out since is left: the panel has to decide anew.
CREATE OR REPLACE PROCEDURE @workspace@.carry_calibrations(from_run integer, to_run integer, INOUT carried bigint DEFAULT NULL)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	actor constant text := @workspace@.require('calibrate', '{operator}');
BEGIN
	PERFORM @workspace@.lock_runs();
	PERFORM @workspace@.check_carrying($1, $2, 'calibrations');
	INSERT INTO @workspace@.calibration (subject_id, run_id, tier_before, tier, reason, panel, evidence, calibrated_by)
	SELECT c.subject_id, $2, s.tier, c.tier, c.reason, c.panel, c.evidence, actor
	FROM @workspace@.calibration_now AS n
		JOIN @workspace@.calibration AS c ON c.subject_id = n.subject_id AND c.calibration_id = n.calibration_id
		CROSS JOIN LATERAL @workspace@.tier_as_it_stands($2, c.subject_id) AS s
	WHERE n.run_id = $1 AND s.tier IS NOT NULL AND c.tier BETWEEN s.best AND s.tiers
		AND NOT EXISTS (SELECT FROM @workspace@.calibration AS x WHERE x.subject_id = c.subject_id AND x.run_id = $2)
	ORDER BY c.calibrated_at, c.calibration_id;
	GET DIAGNOSTICS carried = ROW_COUNT;
	IF carried > 0 THEN
		PERFORM @workspace@.record_act('carry_calibrations', @workspace@.run_name($2), NULL, jsonb_build_object('from_run', $1, 'to_run', $2, 'carried', carried));
	END IF;
END
$$;
COMMENT ON PROCEDURE @workspace@.carry_calibrations(integer, integer, bigint) IS
	'calibrates a run as an earlier one of the same period was; who has been calibrated already, or is shut out since, is left as is (结转等次校准)';
