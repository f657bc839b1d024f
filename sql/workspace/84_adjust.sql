-- Objections to what was published, and adjustments that come of them: lines of
-- their own, with reason, actor and evidence. The ranks of the group follow.

CREATE OR REPLACE PROCEDURE @workspace@.raise_objection(run_id integer, subject text, statement text, evidence text DEFAULT NULL,
	node integer DEFAULT NULL, INOUT objection_id bigint DEFAULT NULL)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	whose constant bigint := @workspace@.find_subject($2);
	actor constant text := @workspace@.require('raise an objection', '{unit,supervising,operator}', whose);
	this @workspace@.run;
	until date;
BEGIN
	PERFORM @workspace@.lock_runs();
	this := @workspace@.find_run($1);
	SELECT max(p.objections_until) INTO until FROM @workspace@.publication AS p WHERE p.run_id = $1 AND p.kind = 'preliminary';
	IF this.state <> 'published' OR this.superseded_by IS NOT NULL THEN
		RAISE EXCEPTION '% takes no objections: it is %', @workspace@.run_name($1),
				CASE WHEN this.superseded_by IS NOT NULL THEN 'superseded by run ' || this.superseded_by ELSE this.state END
			USING ERRCODE = 'object_not_in_prerequisite_state', HINT = 'Objections are raised to what is on display: view publication_status.';
	ELSIF @workspace@.today() > until THEN
		RAISE EXCEPTION '% took objections until %', @workspace@.run_name($1), until
			USING ERRCODE = 'object_not_in_prerequisite_state', HINT = 'Ask the assessment office to publish it again.';
	ELSIF coalesce(btrim(statement), '') = '' THEN
		RAISE EXCEPTION 'an objection needs a statement' USING ERRCODE = 'null_value_not_allowed';
	ELSIF NOT EXISTS (SELECT FROM @workspace@.result AS r WHERE r.subject_id = whose AND r.run_id = $1) THEN
		RAISE EXCEPTION 'subject % has no result in %', quote_literal($2), @workspace@.run_name($1) USING ERRCODE = 'no_data_found';
	END IF;
	INSERT INTO @workspace@.objection AS o (subject_id, run_id, node, statement, evidence, raised_by, due_on)
	VALUES (whose, $1, $5, $3, $4, actor, @workspace@.add_working_days(@workspace@.today(), 10))
	RETURNING o.objection_id INTO objection_id;
	PERFORM @workspace@.record_act('raise_objection', @workspace@.run_name($1), $3, jsonb_build_object('objection_id', objection_id, 'subject', $2));
END
$$;
COMMENT ON PROCEDURE @workspace@.raise_objection(integer, text, text, text, integer, bigint) IS
	'contests a published result; to be answered within 10 working days (提出异议)';

CREATE OR REPLACE PROCEDURE @workspace@.answer_objection(objection_id bigint, state text, answer text, corrected_run integer DEFAULT NULL)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	actor constant text := @workspace@.require('answer an objection', '{operator}');
	this @workspace@.objection;
BEGIN
	PERFORM @workspace@.lock_runs();
	SELECT o.* INTO this FROM @workspace@.objection AS o WHERE o.objection_id = $1;
	IF this.objection_id IS NULL THEN
		RAISE EXCEPTION 'there is no objection %', coalesce($1::text, 'NULL')
			USING ERRCODE = 'no_data_found', HINT = 'View objection_status lists them.';
	ELSIF this.state <> 'open' THEN
		RAISE EXCEPTION 'objection % is % already', $1, this.state USING ERRCODE = 'object_not_in_prerequisite_state';
	ELSIF $2 IS NULL OR $2 NOT IN ('upheld', 'rejected', 'withdrawn') THEN
		RAISE EXCEPTION 'an objection cannot be answered as %', coalesce(quote_literal($2), 'NULL')
			USING ERRCODE = 'invalid_parameter_value', HINT = 'It may be upheld, rejected or withdrawn.';
	ELSIF $2 <> 'withdrawn' AND coalesce(btrim($3), '') = '' THEN
		RAISE EXCEPTION 'an objection that is % needs an answer', $2 USING ERRCODE = 'null_value_not_allowed';
	END IF;
	UPDATE @workspace@.objection AS o
	SET state = $2, answer = $3, answered_at = clock_timestamp(), answered_by = actor, corrected_run = $4
	WHERE o.subject_id = this.subject_id AND o.objection_id = $1;
	PERFORM @workspace@.record_act('answer_objection', @workspace@.run_name(this.run_id), $3, jsonb_build_object('objection_id', $1, 'state', $2));
END
$$;
COMMENT ON PROCEDURE @workspace@.answer_objection(bigint, text, text, integer) IS
	'answers an objection: upheld, rejected or withdrawn (答复异议)';

-- Ranks and tiers of the groups that have adjustments.
CREATE OR REPLACE FUNCTION @workspace@.rank_adjusted(run_id integer) RETURNS void
LANGUAGE sql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $$
	DELETE FROM @workspace@.adjusted_result AS a WHERE a.run_id = $1;
	INSERT INTO @workspace@.adjusted_result (subject_id, run_id, adjustment, score, rank_basis, rank, quota_tier, tier)
	SELECT x.subject_id, $1, x.adjustment, x.score, x.rank_basis, x.rank, x.quota_tier, x.tier
	FROM @workspace@.run_ranked($1, false, true) AS x
	WHERE x.group_id IN (SELECT r.group_id FROM @workspace@.adjustment AS a
		JOIN @workspace@.result AS r ON r.subject_id = a.subject_id AND r.run_id = a.run_id WHERE a.run_id = $1);
$$;
COMMENT ON FUNCTION @workspace@.rank_adjusted(integer) IS 'ranks the groups with adjustments again (调整后重新排名)';

CREATE OR REPLACE PROCEDURE @workspace@.adjust(run_id integer, subject text, points numeric, reason text, evidence text DEFAULT NULL,
	objection_id bigint DEFAULT NULL, INOUT adjustment_id bigint DEFAULT NULL)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	actor constant text := @workspace@.require('adjust', '{operator}');
	whose constant bigint := @workspace@.find_subject($2);
	this @workspace@.run;
	had numeric;
BEGIN
	PERFORM @workspace@.lock_runs();
	this := @workspace@.find_run($1);
	IF this.state = 'final' OR this.superseded_by IS NOT NULL OR this.purpose <> 'assessment' THEN
		RAISE EXCEPTION '% cannot be adjusted: it is %', @workspace@.run_name($1),
				CASE WHEN this.superseded_by IS NOT NULL THEN 'superseded by run ' || this.superseded_by
				     WHEN this.purpose <> 'assessment' THEN 'a rerun' ELSE 'final' END
			USING ERRCODE = 'object_not_in_prerequisite_state', HINT = 'Adjustments come before a run is final.';
	ELSIF coalesce(btrim(reason), '') = '' THEN
		RAISE EXCEPTION 'an adjustment needs a reason' USING ERRCODE = 'null_value_not_allowed';
	ELSIF points IS NULL OR NOT (points <> 0 AND points > -1e12 AND points < 1e12)
		OR min_scale(points) > coalesce(this.digits, 12)
	THEN
		RAISE EXCEPTION 'an adjustment cannot be % points', coalesce(points::text, 'NULL')
			USING ERRCODE = 'numeric_value_out_of_range',
				HINT = format('Give a number other than 0 with up to %s decimals, as the scores have.', coalesce(this.digits, 12));
	END IF;
	SELECT r.score INTO had FROM @workspace@.result AS r WHERE r.subject_id = whose AND r.run_id = $1;
	IF had IS NULL THEN
		RAISE EXCEPTION 'subject % has no score in %', quote_literal($2), @workspace@.run_name($1)
			USING ERRCODE = 'no_data_found', HINT = 'Enter what is missing and CALL assess again.';
	ELSIF $6 IS NOT NULL AND NOT EXISTS (
		SELECT FROM @workspace@.objection AS o WHERE o.subject_id = whose AND o.objection_id = $6)
	THEN
		RAISE EXCEPTION 'subject % has raised no objection %', quote_literal($2), $6
			USING ERRCODE = 'no_data_found', HINT = 'View objection_status lists them.';
	END IF;
	INSERT INTO @workspace@.adjustment AS a (subject_id, run_id, points, reason, evidence, adjusted_by, objection_id)
	VALUES (whose, $1, $3, $4, $5, actor, $6)
	RETURNING a.adjustment_id INTO adjustment_id;
	PERFORM @workspace@.rank_adjusted($1);
	PERFORM @workspace@.record_act('adjust', @workspace@.run_name($1), $4, jsonb_build_object('adjustment_id', adjustment_id, 'subject', $2, 'points', $3));
END
$$;
COMMENT ON PROCEDURE @workspace@.adjust(integer, text, numeric, text, text, bigint, bigint) IS
	'adds points to a result, or takes some, with a reason; the group is ranked again (调整得分)';
