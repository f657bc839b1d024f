-- Objections to what was published, and adjustments that come of them: lines of
-- their own, with reason, actor and evidence. The ranks of the group follow;
-- the results themselves stay as they were assessed.

-- ---- objections

CREATE OR REPLACE PROCEDURE @workspace@.raise_objection(run_id integer, subject text, statement text, evidence text DEFAULT NULL,
	node integer DEFAULT NULL, INOUT objection_id bigint DEFAULT NULL)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	actor constant text := @workspace@.require('raise an objection', '{unit,supervising,operator}', (SELECT s.subject_id FROM @workspace@.subject AS s WHERE s.code = $2));
	whose constant bigint := @workspace@.find_subject($2);
	this @workspace@.run;
	display @workspace@.publication;
	groups integer;
BEGIN
	PERFORM @workspace@.lock_runs();
	this := @workspace@.find_run($1);
	-- What is not on display is not there, for those who do not see all: said in the words of find_run.
	IF NOT EXISTS (SELECT FROM @workspace@.published_run AS r WHERE r.run_id = $1) AND NOT @workspace@.has_kind(actor, '{operator,auditor}') THEN
		RAISE EXCEPTION 'there is no run %', $1
			USING ERRCODE = 'no_data_found', HINT = 'View run_status lists them; CALL assess makes one.';
	END IF;
	SELECT p.* INTO display FROM @workspace@.publication AS p WHERE p.run_id = $1 AND p.kind = 'preliminary';
	IF this.state <> 'published' OR this.superseded_by IS NOT NULL
		AND NOT EXISTS (SELECT FROM @workspace@.run_on_display AS d WHERE d.run_id = $1 AND d.current)
	THEN
		RAISE EXCEPTION '% takes no objections: it is %', @workspace@.run_name($1),
				CASE WHEN this.superseded_by IS NOT NULL THEN 'superseded by run ' || this.superseded_by ELSE this.state END
			USING ERRCODE = 'object_not_in_prerequisite_state', HINT = 'Objections are raised to what is on display: view publication_status.';
	ELSIF @workspace@.today() NOT BETWEEN display.published_from AND display.objections_until THEN
		RAISE EXCEPTION '% takes objections from % until %', @workspace@.run_name($1), display.published_from, display.objections_until
			USING ERRCODE = 'object_not_in_prerequisite_state', HINT = 'The assessment office can correct, assess and publish again.';
	ELSIF coalesce(btrim($3), '') = '' THEN
		RAISE EXCEPTION 'an objection needs a statement'
			USING ERRCODE = 'null_value_not_allowed', HINT = 'Say what is wrong, and if you can what proves it.';
	END IF;
	SELECT r.group_id INTO groups FROM @workspace@.result AS r WHERE r.subject_id = whose AND r.run_id = $1;
	IF groups IS NULL THEN
		RAISE EXCEPTION 'subject % has no result in %', quote_literal($2), @workspace@.run_name($1)
			USING ERRCODE = 'no_data_found', HINT = 'View run_result lists its results.';
	ELSIF $5 IS NOT NULL AND NOT EXISTS (SELECT FROM @workspace@.sealed_node AS n
		WHERE n.version_id = this.version_id AND n.group_id = groups AND n.node = $5)
	THEN
		RAISE EXCEPTION 'the rubric of subject % has no node %', quote_literal($2), $5
			USING ERRCODE = 'no_data_found', HINT = 'Column node of view result_line has them; NULL contests the result as a whole.';
	END IF;

	-- The same once more is the same objection.
	SELECT o.objection_id INTO objection_id FROM @workspace@.objection AS o
	WHERE o.subject_id = whose AND o.run_id = $1 AND o.statement = $3 AND o.state = 'open'
		AND (o.evidence, o.node, o.raised_by) IS NOT DISTINCT FROM ($4, $5, actor);
	IF objection_id IS NOT NULL THEN
		RAISE NOTICE 'objection % says so already', objection_id;
		RETURN;
	END IF;
	INSERT INTO @workspace@.objection AS o (subject_id, run_id, node, statement, evidence, raised_by, due_on)
	SELECT whose, $1, $5, $3, $4, actor, @workspace@.add_working_days(@workspace@.today(), w.answer_within) FROM @workspace@.workspace AS w
	RETURNING o.objection_id INTO objection_id;
	PERFORM @workspace@.record_act('raise_objection', @workspace@.run_name($1), $3, jsonb_build_object('objection_id', objection_id, 'subject', $2));
END
$$;
COMMENT ON PROCEDURE @workspace@.raise_objection(integer, text, text, text, integer, bigint) IS
	'contests a published result; to be answered within the workspace''s term, 10 working days unless it says otherwise (提出异议)';

CREATE OR REPLACE FUNCTION @workspace@.find_objection(objection_id bigint) RETURNS @workspace@.objection
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	found @workspace@.objection;
BEGIN
	SELECT o.* INTO found FROM @workspace@.objection AS o WHERE o.objection_id = $1;
	IF found.objection_id IS NULL THEN
		RAISE EXCEPTION 'there is no objection %', coalesce($1::text, 'NULL')
			USING ERRCODE = 'no_data_found', HINT = 'View objection_status lists them.';
	END IF;
	RETURN found;
END
$$;
COMMENT ON FUNCTION @workspace@.find_objection(bigint) IS 'an objection, or an error (查异议)';

-- What is upheld is put right by adjust, or by correcting the facts and
-- assessing again: corrected_run says which run that gave.
CREATE OR REPLACE PROCEDURE @workspace@.answer_objection(objection_id bigint, state text, answer text, corrected_run integer DEFAULT NULL)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	actor constant text := @workspace@.require('answer an objection', '{operator}');
	this @workspace@.objection;
	corrected @workspace@.run;
BEGIN
	PERFORM @workspace@.lock_runs();
	this := @workspace@.find_objection($1);
	IF (this.state, this.answer, this.corrected_run) IS NOT DISTINCT FROM ($2, $3, $4) THEN
		RAISE NOTICE 'objection % is % already', $1, $2;
		RETURN;
	ELSIF this.state <> 'open' THEN
		RAISE EXCEPTION 'objection % is % already', $1, this.state
			USING ERRCODE = 'object_not_in_prerequisite_state', HINT = 'An answer is given once; view objection_status has it.';
	ELSIF $2 IS NULL OR $2 NOT IN ('upheld', 'rejected') THEN
		RAISE EXCEPTION 'an objection cannot be answered as %', coalesce(quote_literal($2), 'NULL')
			USING ERRCODE = 'invalid_parameter_value',
				HINT = 'It may be upheld or rejected; whoever raised it can withdraw it: CALL withdraw_objection.';
	ELSIF coalesce(btrim($3), '') = '' THEN
		RAISE EXCEPTION 'an objection that is % needs an answer', $2
			USING ERRCODE = 'null_value_not_allowed', HINT = 'Say why, for whoever raised it.';
	ELSIF $4 IS NOT NULL THEN
		corrected := @workspace@.find_run($4);
		IF $2 <> 'upheld' THEN
			RAISE EXCEPTION 'an objection that is % has no corrected run', $2
				USING ERRCODE = 'invalid_parameter_value', HINT = 'Leave corrected_run out, or uphold it.';
		ELSIF corrected.purpose <> 'assessment' OR corrected.run_id <= this.run_id
			OR NOT EXISTS (SELECT FROM @workspace@.run AS r WHERE r.run_id = this.run_id
				AND r.scheme_id = corrected.scheme_id AND r.period_id = corrected.period_id)
			OR NOT EXISTS (SELECT FROM @workspace@.result AS r WHERE r.subject_id = this.subject_id AND r.run_id = $4)
		THEN
			RAISE EXCEPTION '% does not correct what objection % contests: %', @workspace@.run_name($4), $1, @workspace@.run_name(this.run_id)
				USING ERRCODE = 'invalid_parameter_value',
					HINT = 'Correct the facts, CALL assess for the same scheme and period, and give the run that it makes.';
		END IF;
	END IF;
	UPDATE @workspace@.objection AS o
	SET state = $2, answer = $3, answered_at = clock_timestamp(), answered_by = actor, corrected_run = $4
	WHERE o.subject_id = this.subject_id AND o.objection_id = $1;
	PERFORM @workspace@.record_act('answer_objection', @workspace@.run_name(this.run_id), $3,
		jsonb_strip_nulls(jsonb_build_object('objection_id', $1, 'state', $2, 'corrected_run', $4)));
END
$$;
COMMENT ON PROCEDURE @workspace@.answer_objection(bigint, text, text, integer) IS
	'answers an objection, once: upheld, with the run made from corrected facts if there is one, or rejected (异议复核答复)';

-- Nobody else can take an objection back, the assessment office least of all.
CREATE OR REPLACE PROCEDURE @workspace@.withdraw_objection(objection_id bigint, reason text DEFAULT NULL)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	actor constant text := @workspace@.require('withdraw this objection', '{unit,supervising,operator}',
		-- Whose it is, is not told to others.
		(SELECT o.subject_id FROM @workspace@.objection AS o
		 WHERE o.objection_id = $1 AND @workspace@.has_kind(@workspace@.actor(), '{unit,supervising,operator}', o.subject_id)));
	this constant @workspace@.objection := @workspace@.find_objection($1);
BEGIN
	PERFORM @workspace@.lock_runs();
	IF actor <> this.raised_by AND NOT coalesce(
		(SELECT pg_has_role(actor, r.oid, 'USAGE') AND NOT s.rolsuper FROM pg_roles AS r, pg_roles AS s WHERE r.rolname = this.raised_by AND s.rolname = actor), false)
	THEN
		RAISE EXCEPTION 'objection % was raised by "%", not by "%"', $1, this.raised_by, actor
			USING ERRCODE = 'insufficient_privilege', HINT = 'Whoever raised it withdraws it; the assessment office answers it.';
	END IF;
	CASE (SELECT o.state FROM @workspace@.objection AS o WHERE o.subject_id = this.subject_id AND o.objection_id = $1)
		WHEN 'withdrawn' THEN
			RAISE NOTICE 'objection % is withdrawn already', $1;
			RETURN;
		WHEN 'open' THEN NULL;
		ELSE
			RAISE EXCEPTION 'objection % is answered already', $1
				USING ERRCODE = 'object_not_in_prerequisite_state', HINT = 'View objection_status has the answer.';
	END CASE;
	UPDATE @workspace@.objection AS o
	SET state = 'withdrawn', answer = $2, answered_at = clock_timestamp(), answered_by = actor
	WHERE o.subject_id = this.subject_id AND o.objection_id = $1;
	PERFORM @workspace@.record_act('withdraw_objection', @workspace@.run_name(this.run_id), $2, jsonb_build_object('objection_id', $1));
END
$$;
COMMENT ON PROCEDURE @workspace@.withdraw_objection(bigint, text) IS
	'takes back an objection that nobody has answered; whoever raised it can (撤回异议)';

-- An objection stays as it was raised, and gets its answer once.
CREATE OR REPLACE FUNCTION @workspace@.guard_objection() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	answered constant text[] := '{state,answer,answered_at,answered_by,corrected_run}';
BEGIN
	IF TG_OP = 'UPDATE' AND OLD.state = 'open' AND NEW.state <> 'open' AND to_jsonb(OLD) - answered = to_jsonb(NEW) - answered THEN
		RETURN NEW;
	END IF;
	RAISE EXCEPTION 'objection % is not changed or deleted: it is %', OLD.objection_id, OLD.state
		USING ERRCODE = 'object_not_in_prerequisite_state', HINT = 'CALL answer_objection or withdraw_objection, once.';
END
$$;
COMMENT ON FUNCTION @workspace@.guard_objection() IS 'guard of objections: they get an answer, once, and stay (异议保护)';
CREATE OR REPLACE TRIGGER guard BEFORE UPDATE OR DELETE ON @workspace@.objection
	FOR EACH ROW EXECUTE FUNCTION @workspace@.guard_objection();

-- ---- adjustments

-- Ranks and tiers of the groups that have adjustments: of a subject's group, or of all.
CREATE OR REPLACE FUNCTION @workspace@.rank_adjusted(run_id integer, of_subject bigint DEFAULT NULL) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	had constant bigint := (SELECT count(*) FROM @workspace@.adjusted_result AS a WHERE a.run_id = $1);
	adjusted_group integer;
BEGIN
	FOR adjusted_group IN
		SELECT DISTINCT r.group_id FROM @workspace@.adjustment AS a
			JOIN @workspace@.result AS r ON r.subject_id = a.subject_id AND r.run_id = a.run_id
		WHERE a.run_id = $1 AND ($2 IS NULL
			OR r.group_id = (SELECT s.group_id FROM @workspace@.result AS s WHERE s.subject_id = $2 AND s.run_id = $1))
	LOOP
		INSERT INTO @workspace@.adjusted_result AS a (subject_id, run_id, adjustment, score, rank_basis, rank, quota_tier, tier)
		SELECT x.subject_id, $1, x.adjustment, x.score, x.rank_basis, x.rank, x.quota_tier, x.tier
		FROM @workspace@.run_ranked($1, false, true, false, adjusted_group) AS x
		ON CONFLICT (subject_id, run_id) DO UPDATE
		SET adjustment = excluded.adjustment, score = excluded.score, rank_basis = excluded.rank_basis, rank = excluded.rank,
			quota_tier = excluded.quota_tier, tier = excluded.tier
		WHERE (a.adjustment, a.score, a.rank_basis, a.rank, a.quota_tier, a.tier) IS DISTINCT FROM
			(excluded.adjustment, excluded.score, excluded.rank_basis, excluded.rank, excluded.quota_tier, excluded.tier);
	END LOOP;
	-- Views join these rows: the planner should know that there are any.
	IF (SELECT count(*) FROM @workspace@.adjusted_result AS a WHERE a.run_id = $1) > had THEN
		ANALYZE @workspace@.adjusted_result;
	END IF;
END
$$;
COMMENT ON FUNCTION @workspace@.rank_adjusted(integer, bigint) IS 'ranks the groups with adjustments again, or that of a subject (调整后重新排名)';

CREATE OR REPLACE FUNCTION @workspace@.check_adjustable(run_id integer) RETURNS @workspace@.run
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	this constant @workspace@.run := @workspace@.find_run($1);
	wrong constant text := CASE WHEN this.superseded_by IS NOT NULL THEN 'superseded by run ' || this.superseded_by
		WHEN this.purpose <> 'assessment' THEN 'a rerun' WHEN this.state = 'final' THEN 'final' END;
BEGIN
	IF wrong IS NOT NULL THEN
		RAISE EXCEPTION '% cannot be adjusted: it is %', @workspace@.run_name($1), wrong
			USING ERRCODE = 'object_not_in_prerequisite_state', HINT = 'Adjustments come before a run is final, to the one that counts: view run_status.';
	END IF;
	RETURN this;
END
$$;
COMMENT ON FUNCTION @workspace@.check_adjustable(integer) IS 'a run whose results can be adjusted, or an error (检查批次可否调整)';

-- What was said of a run's results goes along to a later one of the same period.
CREATE OR REPLACE FUNCTION @workspace@.check_carrying(from_run integer, to_run integer, what text) RETURNS void
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	old constant @workspace@.run := @workspace@.find_run($1);
	new constant @workspace@.run := @workspace@.check_adjustable($2);
BEGIN
	IF (old.scheme_id, old.period_id) <> (new.scheme_id, new.period_id) OR old.run_id >= new.run_id THEN
		RAISE EXCEPTION '% takes no % from %', @workspace@.run_name($2), $3, @workspace@.run_name($1)
			USING ERRCODE = 'invalid_parameter_value', HINT = 'Name an earlier run of the same scheme and period first.';
	END IF;
END
$$;
COMMENT ON FUNCTION @workspace@.check_carrying(integer, integer, text) IS 'whether a run takes adjustments or calibrations of another, or an error (检查结转)';

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
	contested @workspace@.objection;
	most integer;
BEGIN
	PERFORM @workspace@.lock_runs();
	this := @workspace@.check_adjustable($1);
	most := least(coalesce(this.digits, 12), 12);
	IF coalesce(btrim($4), '') = '' THEN
		RAISE EXCEPTION 'an adjustment needs a reason'
			USING ERRCODE = 'null_value_not_allowed', HINT = 'It is shown beside the points.';
	ELSIF $3 IS NULL OR NOT ($3 <> 0 AND $3 > -1e12 AND $3 < 1e12) OR min_scale($3) > most THEN
		RAISE EXCEPTION 'an adjustment cannot be % points', coalesce($3::text, 'NULL')
			USING ERRCODE = 'numeric_value_out_of_range', HINT = format('Give a number other than 0 with up to %s decimals, as the scores have.', most);
	ELSIF (SELECT r.score FROM @workspace@.result AS r WHERE r.subject_id = whose AND r.run_id = $1) IS NULL THEN
		RAISE EXCEPTION 'subject % has no score in %', quote_literal($2), @workspace@.run_name($1)
			USING ERRCODE = 'no_data_found', HINT = 'Enter what is missing and CALL assess again.';
	ELSIF $6 IS NOT NULL THEN
		contested := @workspace@.find_objection($6);
		IF contested.subject_id <> whose OR NOT EXISTS (SELECT FROM @workspace@.run AS r
			WHERE r.run_id = contested.run_id AND r.scheme_id = this.scheme_id AND r.period_id = this.period_id)
		THEN
			RAISE EXCEPTION 'objection % is not about subject % in %', $6, quote_literal($2), @workspace@.run_name($1)
				USING ERRCODE = 'invalid_parameter_value', HINT = 'View objection_status lists objections with subject and run.';
		ELSIF contested.state NOT IN ('open', 'upheld') THEN
			RAISE EXCEPTION 'objection % is %: nothing is adjusted for it', $6, contested.state
				USING ERRCODE = 'object_not_in_prerequisite_state', HINT = 'Leave objection_id out to adjust for another reason.';
		END IF;
	END IF;

	-- The same once more is the same adjustment, unless it was taken back.
	SELECT a.adjustment_id INTO adjustment_id FROM @workspace@.adjustment AS a
	WHERE a.subject_id = whose AND a.run_id = $1 AND a.points = $3 AND a.reason = $4
		AND (a.evidence, a.objection_id) IS NOT DISTINCT FROM ($5, $6) AND a.cancels IS NULL
		AND NOT EXISTS (SELECT FROM @workspace@.adjustment AS c WHERE c.subject_id = whose AND c.cancels = a.adjustment_id);
	IF adjustment_id IS NOT NULL THEN
		RAISE NOTICE 'adjustment % says so already; another one needs a reason or evidence of its own', adjustment_id;
		RETURN;
	END IF;
	INSERT INTO @workspace@.adjustment AS a (subject_id, run_id, points, reason, evidence, adjusted_by, objection_id)
	VALUES (whose, $1, $3, $4, $5, actor, $6)
	RETURNING a.adjustment_id INTO adjustment_id;
	PERFORM @workspace@.rank_adjusted($1, whose);
	PERFORM @workspace@.record_act('adjust', @workspace@.run_name($1), $4, jsonb_build_object('adjustment_id', adjustment_id, 'subject', $2, 'points', $3));
END
$$;
COMMENT ON PROCEDURE @workspace@.adjust(integer, text, numeric, text, text, bigint, bigint) IS
	'adds points to a result, or takes some, with a reason; the group is ranked again (调整得分)';

-- An adjustment stays; another one takes its points back.
CREATE OR REPLACE PROCEDURE @workspace@.cancel_adjustment(adjustment_id bigint, reason text, evidence text DEFAULT NULL,
	INOUT cancelled_by bigint DEFAULT NULL)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	actor constant text := @workspace@.require('adjust', '{operator}');
	first @workspace@.adjustment;
	this @workspace@.run;
BEGIN
	PERFORM @workspace@.lock_runs();
	SELECT a.* INTO first FROM @workspace@.adjustment AS a WHERE a.adjustment_id = $1;
	IF first.adjustment_id IS NULL THEN
		RAISE EXCEPTION 'there is no adjustment %', coalesce($1::text, 'NULL')
			USING ERRCODE = 'no_data_found', HINT = 'Column adjustment_id of view result_line has them.';
	ELSIF first.cancels IS NOT NULL THEN
		RAISE EXCEPTION 'adjustment % takes back another one, and is not taken back itself', $1
			USING ERRCODE = 'invalid_parameter_value', HINT = 'CALL adjust once more, with a reason.';
	END IF;
	SELECT a.adjustment_id INTO cancelled_by FROM @workspace@.adjustment AS a WHERE a.subject_id = first.subject_id AND a.cancels = $1;
	IF cancelled_by IS NOT NULL THEN
		RAISE NOTICE 'adjustment % takes it back already', cancelled_by;
		RETURN;
	END IF;
	this := @workspace@.check_adjustable(first.run_id);
	IF coalesce(btrim($2), '') = '' THEN
		RAISE EXCEPTION 'taking back an adjustment needs a reason'
			USING ERRCODE = 'null_value_not_allowed', HINT = 'It is shown beside the points.';
	END IF;
	INSERT INTO @workspace@.adjustment AS a (subject_id, run_id, points, reason, evidence, adjusted_by, objection_id, cancels)
	VALUES (first.subject_id, first.run_id, -first.points, $2, $3, actor, first.objection_id, $1)
	RETURNING a.adjustment_id INTO cancelled_by;
	PERFORM @workspace@.rank_adjusted(first.run_id, first.subject_id);
	PERFORM @workspace@.record_act('cancel_adjustment', @workspace@.run_name(first.run_id), $2,
		jsonb_build_object('adjustment_id', $1, 'cancelled_by', cancelled_by, 'points', -first.points));
END
$$;
COMMENT ON PROCEDURE @workspace@.cancel_adjustment(bigint, text, text, bigint) IS
	'takes an adjustment back, by a line of its own; the group is ranked again (撤销调整)';
