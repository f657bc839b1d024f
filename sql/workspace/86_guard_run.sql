-- Guards of runs: they refuse, and never compute. A plain mistake is an ERROR,
-- for the owner as well. None of them looks at rows that are added, so that a
-- dump can be restored table by table.

ALTER TABLE @workspace@.run ADD COLUMN IF NOT EXISTS discarded_at timestamptz;
COMMENT ON COLUMN @workspace@.run.discarded_at IS 'set while discard_run removes it (作废时间)';

-- What a run holds goes with the run, or not at all.
CREATE OR REPLACE FUNCTION @workspace@.guard_run_row() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	IF TG_OP = 'DELETE' AND EXISTS (SELECT FROM @workspace@.run AS r WHERE r.run_id = OLD.run_id AND r.discarded_at IS NOT NULL) THEN
		RETURN OLD;
	END IF;
	RAISE EXCEPTION '%: rows of table % are not changed or deleted', @workspace@.run_name(OLD.run_id), TG_TABLE_NAME
		USING ERRCODE = 'object_not_in_prerequisite_state',
			HINT = 'CALL assess again, or adjust; discard_run removes a draft that was superseded.';
END
$$;
COMMENT ON FUNCTION @workspace@.guard_run_row() IS 'guard of what runs hold (批次内容保护)';

-- What was published or made final, and what was said and done about it, stays.
CREATE OR REPLACE FUNCTION @workspace@.guard_kept() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	RAISE EXCEPTION 'rows of table % are not changed or deleted', TG_TABLE_NAME
		USING ERRCODE = 'object_not_in_prerequisite_state',
			DETAIL = format('It is the row %s.', left(to_jsonb(OLD)::text, 200)),
			HINT = 'What is to be put right is put right by another row.';
END
$$;
COMMENT ON FUNCTION @workspace@.guard_kept() IS 'guard of what only grows (只增不改保护)';

-- A run itself: draft, published, final, and superseded once.
CREATE OR REPLACE FUNCTION @workspace@.guard_run() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	step constant text[] := '{state,superseded_by,finalized_at,final_hash,discarded_at}';
	wrong text;
BEGIN
	IF TG_OP = 'DELETE' THEN
		wrong := CASE WHEN OLD.discarded_at IS NULL THEN 'it is not deleted' END;
	ELSIF OLD.hash IS NOT NULL THEN
		wrong := CASE
			WHEN to_jsonb(OLD) - step <> to_jsonb(NEW) - step THEN 'what was assessed is not changed'
			WHEN (OLD.state, NEW.state) NOT IN (('draft', 'draft'), ('draft', 'published'), ('published', 'published'), ('published', 'final'), ('final', 'final'))
				THEN format('it is %s, and cannot become %s', OLD.state, NEW.state)
			WHEN NEW.state <> OLD.state AND NEW.purpose <> 'assessment' THEN 'a rerun is not published'
			WHEN (OLD.finalized_at, OLD.final_hash) IS DISTINCT FROM (NEW.finalized_at, NEW.final_hash) AND NOT (OLD.state = 'published' AND NEW.state = 'final')
				THEN 'its final hash is not changed'
			WHEN (NEW.state = 'final') <> (NEW.final_hash IS NOT NULL) THEN 'what is final has a final hash, and nothing else has'
			-- A run that took another's place and is discarded hands on to the one that took its own.
			WHEN OLD.superseded_by IS DISTINCT FROM NEW.superseded_by AND (NEW.superseded_by IS NULL OR NEW.state = 'final'
				OR OLD.superseded_by IS NOT NULL AND NOT EXISTS (SELECT FROM @workspace@.run AS r
					WHERE r.run_id = OLD.superseded_by AND r.discarded_at IS NOT NULL AND r.superseded_by = NEW.superseded_by))
				THEN 'what superseded it is not changed'
			WHEN OLD.discarded_at IS DISTINCT FROM NEW.discarded_at
				AND (NEW.state <> 'draft' OR OLD.discarded_at IS NOT NULL OR NEW.superseded_by IS NULL AND NEW.purpose = 'assessment')
				THEN 'only superseded drafts and reruns are discarded'
		END;
	END IF;
	IF wrong IS NOT NULL THEN
		RAISE EXCEPTION '%: %', @workspace@.run_name(OLD.run_id), wrong
			USING ERRCODE = 'object_not_in_prerequisite_state', HINT = 'CALL assess, publish, finalize, rerun or discard_run.';
	END IF;
	RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END
$$;
COMMENT ON FUNCTION @workspace@.guard_run() IS 'guard of runs: their states, and nothing else once assessed (批次保护)';

CREATE OR REPLACE FUNCTION @workspace@.guard_run_truncate() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	IF EXISTS (SELECT FROM @workspace@.run) OR EXISTS (SELECT FROM @workspace@.publication) THEN
		RAISE EXCEPTION 'table % is not emptied: there are runs or publications', TG_TABLE_NAME
			USING ERRCODE = 'object_not_in_prerequisite_state', HINT = 'CALL discard_run removes a draft that was superseded.';
	END IF;
	RETURN NULL;
END
$$;
COMMENT ON FUNCTION @workspace@.guard_run_truncate() IS 'guard against emptying tables that runs rest on (批次禁止清空)';

-- Codes and days that the lines of runs name.
CREATE OR REPLACE FUNCTION @workspace@.guard_run_name() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	old_row constant jsonb := to_jsonb(OLD);
BEGIN
	IF EXISTS (SELECT FROM @workspace@.run AS r WHERE r.scheme_id = (old_row ->> 'scheme_id')::integer OR r.period_id = (old_row ->> 'period_id')::integer
			OR r.period_id IN (SELECT p.period_id FROM @workspace@.period_part AS p WHERE p.part_id = (old_row ->> 'period_id')::integer)) THEN
		RAISE EXCEPTION '% "%" has been assessed: its code and days cannot be changed', TG_TABLE_NAME, old_row ->> 'code'
			USING ERRCODE = 'object_not_in_prerequisite_state', HINT = 'Its labels can.';
	END IF;
	RETURN NEW;
END
$$;
COMMENT ON FUNCTION @workspace@.guard_run_name() IS 'guard of codes and days that runs name (已考核代码保护)';

-- What an assessed period is made of: parts that come later are none of its runs'.
CREATE OR REPLACE FUNCTION @workspace@.guard_run_part() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	IF EXISTS (SELECT FROM @workspace@.run AS r WHERE r.period_id = OLD.period_id) THEN
		RAISE EXCEPTION 'period % has been assessed: it keeps its part %', OLD.period_id, OLD.part_id
			USING ERRCODE = 'object_not_in_prerequisite_state', HINT = 'Parts can be added: they count in later runs.';
	END IF;
	RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END
$$;
COMMENT ON FUNCTION @workspace@.guard_run_part() IS 'guard of what assessed periods are made of (已考核周期组成保护)';

CREATE OR REPLACE FUNCTION @workspace@.guard_run_subject() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	IF EXISTS (SELECT FROM @workspace@.result AS r WHERE r.subject_id = OLD.subject_id) THEN
		RAISE EXCEPTION 'subject "%" has results: it cannot be deleted', OLD.code
			USING ERRCODE = 'foreign_key_violation', HINT = 'End its memberships instead.';
	END IF;
	RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END
$$;
COMMENT ON FUNCTION @workspace@.guard_run_subject() IS 'guard of subjects with results (已考核对象保护)';

CREATE OR REPLACE TRIGGER guard BEFORE UPDATE OR DELETE ON @workspace@.run
	FOR EACH ROW EXECUTE FUNCTION @workspace@.guard_run();
CREATE OR REPLACE TRIGGER guard BEFORE UPDATE OR DELETE ON @workspace@.run_tier
	FOR EACH ROW EXECUTE FUNCTION @workspace@.guard_run_row();
CREATE OR REPLACE TRIGGER guard BEFORE UPDATE OR DELETE ON @workspace@.run_group
	FOR EACH ROW EXECUTE FUNCTION @workspace@.guard_run_row();
CREATE OR REPLACE TRIGGER guard BEFORE UPDATE OR DELETE ON @workspace@.result
	FOR EACH ROW EXECUTE FUNCTION @workspace@.guard_run_row();
CREATE OR REPLACE TRIGGER guard BEFORE UPDATE OR DELETE ON @workspace@.final_result
	FOR EACH ROW EXECUTE FUNCTION @workspace@.guard_kept();
CREATE OR REPLACE TRIGGER guard BEFORE UPDATE OR DELETE ON @workspace@.publication
	FOR EACH ROW EXECUTE FUNCTION @workspace@.guard_kept();
CREATE OR REPLACE TRIGGER guard BEFORE UPDATE OR DELETE ON @workspace@.chain_link
	FOR EACH ROW EXECUTE FUNCTION @workspace@.guard_kept();
CREATE OR REPLACE TRIGGER guard BEFORE UPDATE OR DELETE ON @workspace@.adjustment
	FOR EACH ROW EXECUTE FUNCTION @workspace@.guard_kept();
CREATE OR REPLACE TRIGGER guard BEFORE UPDATE OR DELETE ON @workspace@.calibration
	FOR EACH ROW EXECUTE FUNCTION @workspace@.guard_kept();
CREATE OR REPLACE TRIGGER guard BEFORE UPDATE OR DELETE ON @workspace@.chained_row
	FOR EACH ROW EXECUTE FUNCTION @workspace@.guard_kept();
CREATE OR REPLACE TRIGGER guard BEFORE UPDATE OR DELETE ON @workspace@.act
	FOR EACH ROW EXECUTE FUNCTION @workspace@.guard_kept();
CREATE OR REPLACE TRIGGER guard_run BEFORE UPDATE OF scheme_id, code ON @workspace@.scheme
	FOR EACH ROW WHEN ((OLD.scheme_id, OLD.code) IS DISTINCT FROM (NEW.scheme_id, NEW.code)) EXECUTE FUNCTION @workspace@.guard_run_name();
CREATE OR REPLACE TRIGGER guard_run BEFORE UPDATE OF period_id, code, starts_on, ends_on, rolls_up ON @workspace@.period
	FOR EACH ROW WHEN ((OLD.period_id, OLD.code, OLD.starts_on, OLD.ends_on) IS DISTINCT FROM (NEW.period_id, NEW.code, NEW.starts_on, NEW.ends_on)
		OR OLD.rolls_up AND NOT NEW.rolls_up)
	EXECUTE FUNCTION @workspace@.guard_run_name();
CREATE OR REPLACE TRIGGER guard_run BEFORE UPDATE OR DELETE ON @workspace@.period_part
	FOR EACH ROW EXECUTE FUNCTION @workspace@.guard_run_part();
CREATE OR REPLACE TRIGGER guard_run BEFORE DELETE OR UPDATE OF subject_id ON @workspace@.subject
	FOR EACH ROW EXECUTE FUNCTION @workspace@.guard_run_subject();

CREATE OR REPLACE TRIGGER guard_truncate BEFORE TRUNCATE ON @workspace@.run
	FOR EACH STATEMENT EXECUTE FUNCTION @workspace@.guard_run_truncate();
CREATE OR REPLACE TRIGGER guard_truncate BEFORE TRUNCATE ON @workspace@.run_tier
	FOR EACH STATEMENT EXECUTE FUNCTION @workspace@.guard_run_truncate();
CREATE OR REPLACE TRIGGER guard_truncate BEFORE TRUNCATE ON @workspace@.run_group
	FOR EACH STATEMENT EXECUTE FUNCTION @workspace@.guard_run_truncate();
CREATE OR REPLACE TRIGGER guard_truncate BEFORE TRUNCATE ON @workspace@.result
	FOR EACH STATEMENT EXECUTE FUNCTION @workspace@.guard_run_truncate();
CREATE OR REPLACE TRIGGER guard_truncate BEFORE TRUNCATE ON @workspace@.adjustment
	FOR EACH STATEMENT EXECUTE FUNCTION @workspace@.guard_run_truncate();
CREATE OR REPLACE TRIGGER guard_truncate BEFORE TRUNCATE ON @workspace@.calibration
	FOR EACH STATEMENT EXECUTE FUNCTION @workspace@.guard_run_truncate();
CREATE OR REPLACE TRIGGER guard_truncate BEFORE TRUNCATE ON @workspace@.adjusted_result
	FOR EACH STATEMENT EXECUTE FUNCTION @workspace@.guard_run_truncate();
CREATE OR REPLACE TRIGGER guard_truncate BEFORE TRUNCATE ON @workspace@.objection
	FOR EACH STATEMENT EXECUTE FUNCTION @workspace@.guard_run_truncate();
CREATE OR REPLACE TRIGGER guard_truncate BEFORE TRUNCATE ON @workspace@.final_result
	FOR EACH STATEMENT EXECUTE FUNCTION @workspace@.guard_run_truncate();
CREATE OR REPLACE TRIGGER guard_truncate BEFORE TRUNCATE ON @workspace@.publication
	FOR EACH STATEMENT EXECUTE FUNCTION @workspace@.guard_run_truncate();
CREATE OR REPLACE TRIGGER guard_truncate BEFORE TRUNCATE ON @workspace@.chain_link
	FOR EACH STATEMENT EXECUTE FUNCTION @workspace@.guard_run_truncate();
CREATE OR REPLACE TRIGGER guard_truncate BEFORE TRUNCATE ON @workspace@.chained_row
	FOR EACH STATEMENT EXECUTE FUNCTION @workspace@.guard_run_truncate();
CREATE OR REPLACE TRIGGER guard_truncate BEFORE TRUNCATE ON @workspace@.act
	FOR EACH STATEMENT EXECUTE FUNCTION @workspace@.guard_run_truncate();
CREATE OR REPLACE TRIGGER guard_truncate BEFORE TRUNCATE ON @workspace@.subject
	FOR EACH STATEMENT EXECUTE FUNCTION @workspace@.guard_run_truncate();

CREATE OR REPLACE PROCEDURE @workspace@.discard_run(run_id integer, reason text DEFAULT NULL)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	actor constant text := @workspace@.require('discard runs', '{operator}');
	this @workspace@.run;
	name text;
BEGIN
	PERFORM @workspace@.lock_runs();
	this := @workspace@.find_run($1);
	name := @workspace@.run_name($1);
	IF this.state <> 'draft' OR this.superseded_by IS NULL AND this.purpose = 'assessment' THEN
		RAISE EXCEPTION '% is not discarded: it is %', name, CASE this.state WHEN 'draft' THEN 'the draft in hand' ELSE this.state END
			USING ERRCODE = 'object_not_in_prerequisite_state', HINT = 'Drafts that were superseded, and reruns, can be discarded.';
	ELSIF EXISTS (SELECT FROM @workspace@.adjustment AS a WHERE a.run_id = $1)
		OR EXISTS (SELECT FROM @workspace@.calibration AS c WHERE c.run_id = $1)
		OR EXISTS (SELECT FROM @workspace@.run AS r WHERE r.rerun_of = $1)
		OR EXISTS (SELECT FROM @workspace@.objection AS o WHERE o.run_id = $1 OR o.corrected_run = $1)
	THEN
		RAISE EXCEPTION '% is not discarded: adjustments, calibrations, objections or reruns refer to it', name
			USING ERRCODE = 'object_not_in_prerequisite_state', HINT = 'Discard its reruns first; what was adjusted, calibrated or objected to stays.';
	END IF;
	UPDATE @workspace@.run AS r SET discarded_at = clock_timestamp() WHERE r.run_id = $1;
	UPDATE @workspace@.run AS r SET superseded_by = this.superseded_by WHERE r.superseded_by = $1;
	DELETE FROM @workspace@.result AS x WHERE x.run_id = $1;
	DELETE FROM @workspace@.run_group AS x WHERE x.run_id = $1;
	DELETE FROM @workspace@.run_tier AS x WHERE x.run_id = $1;
	DELETE FROM @workspace@.run AS x WHERE x.run_id = $1;
	PERFORM @workspace@.record_act('discard_run', name, $2, jsonb_build_object('run_id', $1, 'hash', this.hash));
END
$$;
COMMENT ON PROCEDURE @workspace@.discard_run(integer, text) IS
	'removes a draft that was superseded, or a rerun, with all that it holds (作废批次)';
