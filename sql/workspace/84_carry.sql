-- A run that takes the place of another leaves none of its adjustments behind by
-- mistake: they are carried over, or taken back before.

-- Of each subject the last run before that adjusted it counts: published, or a
-- draft that a later one took the place of. A draft's adjustments cannot be taken
-- back any more, so they are asked for only where the run has a score to adjust.
CREATE OR REPLACE FUNCTION @workspace@.adjustment_left_behind(run_id integer)
RETURNS TABLE (from_run integer, subject_id bigint, subject text, points numeric)
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
	SELECT l.run_id, l.subject_id, s.code, l.points
	FROM (SELECT DISTINCT ON (a.subject_id) a.run_id, a.subject_id, a.points, o.superseded_by
	      FROM @workspace@.run AS n
	          JOIN @workspace@.run AS o ON o.scheme_id = n.scheme_id AND o.period_id = n.period_id AND o.purpose = 'assessment' AND o.run_id < n.run_id
	          JOIN @workspace@.adjustment_sum AS a ON a.run_id = o.run_id
	      WHERE n.run_id = $1
	      ORDER BY a.subject_id, a.run_id DESC) AS l
		JOIN @workspace@.subject AS s ON s.subject_id = l.subject_id
		LEFT JOIN @workspace@.result AS r ON r.subject_id = l.subject_id AND r.run_id = $1
	WHERE l.points <> 0 AND (l.superseded_by IS NULL OR r.score IS NOT NULL)
		AND NOT EXISTS (SELECT FROM @workspace@.adjustment AS x WHERE x.subject_id = l.subject_id AND x.run_id = $1)
	ORDER BY s.code COLLATE "C"
$$;
COMMENT ON FUNCTION @workspace@.adjustment_left_behind(integer) IS
	'adjustments of earlier runs that a run would take the place of and has none for (未结转的调整)';

CREATE OR REPLACE PROCEDURE @workspace@.carry_adjustments(from_run integer, to_run integer, INOUT carried bigint DEFAULT NULL)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	actor constant text := @workspace@.require('adjust', '{operator}');
BEGIN
	PERFORM @workspace@.lock_runs();
	PERFORM @workspace@.check_carrying($1, $2, 'adjustments');
	-- Whoever has been adjusted there already is left as is; so is who has no score there.
	INSERT INTO @workspace@.adjustment (subject_id, run_id, points, reason, evidence, adjusted_by, objection_id)
	SELECT a.subject_id, $2, a.points, a.reason, a.evidence, actor, a.objection_id
	FROM @workspace@.adjustment AS a
		JOIN @workspace@.result AS r ON r.subject_id = a.subject_id AND r.run_id = $2 AND r.score IS NOT NULL
	WHERE a.run_id = $1 AND a.cancels IS NULL
		AND NOT EXISTS (SELECT FROM @workspace@.adjustment AS c WHERE c.subject_id = a.subject_id AND c.cancels = a.adjustment_id)
		AND NOT EXISTS (SELECT FROM @workspace@.adjustment AS x WHERE x.subject_id = a.subject_id AND x.run_id = $2)
	ORDER BY a.adjustment_id;
	GET DIAGNOSTICS carried = ROW_COUNT;
	IF carried > 0 THEN
		PERFORM @workspace@.rank_adjusted($2);
		PERFORM @workspace@.record_act('carry_adjustments', @workspace@.run_name($2), NULL, jsonb_build_object('from_run', $1, 'to_run', $2, 'carried', carried));
	END IF;
END
$$;
COMMENT ON PROCEDURE @workspace@.carry_adjustments(integer, integer, bigint) IS
	'adjusts a run as an earlier one of the same period was; who has been adjusted already is left as is (结转调整)';
