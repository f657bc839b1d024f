-- Guards: they refuse, and never compute. A plain mistake is an ERROR, for the
-- owner as well, and not a silent UPDATE 0.

CREATE OR REPLACE FUNCTION @workspace@.refuse_change(version_id integer, state text, what text) RETURNS void
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	RAISE EXCEPTION '% is %: its % cannot be changed', @workspace@.version_name($1), $2, $3
		USING ERRCODE = 'object_not_in_prerequisite_state',
			HINT = CASE $2 WHEN 'sealed' THEN 'Make a new version: CALL new_version.'
			       ELSE 'Return it to draft first: CALL return_to_draft. It has to be reviewed again then.' END;
END
$$;
COMMENT ON FUNCTION @workspace@.refuse_change(integer, text, text) IS
	'support function of the guards: says that a version is sealed or reviewed (拒绝修改)';

-- The parts of a version. The share lock makes sealing wait for an edit that is
-- not committed, and an edit wait for a sealing.
CREATE OR REPLACE FUNCTION @workspace@.guard_part() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	version record;
BEGIN
	FOR version IN
		SELECT v.version_id, v.state FROM @workspace@.scheme_version AS v
		WHERE v.version_id IN (CASE WHEN TG_OP <> 'INSERT' THEN OLD.version_id END, CASE WHEN TG_OP <> 'DELETE' THEN NEW.version_id END)
		ORDER BY v.version_id FOR SHARE
	LOOP
		IF version.state <> 'draft' THEN
			PERFORM @workspace@.refuse_change(version.version_id, version.state, TG_TABLE_NAME::text);
		END IF;
	END LOOP;
	RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END
$$;
COMMENT ON FUNCTION @workspace@.guard_part() IS
	'guard of the parts of versions: only drafts can be edited (方案内容保护)';

-- What sealing writes: fixed from then on, but for what is derived from it.
CREATE OR REPLACE FUNCTION @workspace@.guard_sealed_row() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	version record;
BEGIN
	FOR version IN
		SELECT v.version_id, v.state FROM @workspace@.scheme_version AS v
		WHERE v.version_id IN (CASE WHEN TG_OP <> 'INSERT' THEN OLD.version_id END, CASE WHEN TG_OP <> 'DELETE' THEN NEW.version_id END)
		ORDER BY v.version_id FOR SHARE
	LOOP
		CONTINUE WHEN version.state <> 'sealed';
		IF TG_OP = 'UPDATE' AND TG_TABLE_NAME = 'group_rubric' THEN
			CONTINUE WHEN to_jsonb(OLD) - '{compiled,no_events}'::text[] = to_jsonb(NEW) - '{compiled,no_events}'::text[]
				AND NEW.compiled::text = NEW.document AND NEW.no_events::text IS NOT DISTINCT FROM @workspace@.event_card(NEW.event_items)::text;
		END IF;
		PERFORM @workspace@.refuse_change(version.version_id, version.state, TG_TABLE_NAME::text);
	END LOOP;
	RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END
$$;
COMMENT ON FUNCTION @workspace@.guard_sealed_row() IS
	'guard of what sealing writes (封版结果保护)';

-- A version itself: the steps draft, reviewed, sealed, and a sealed one only
-- with the hash of what it holds.
CREATE OR REPLACE FUNCTION @workspace@.guard_version() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	step text[] := '{state,sealed_at,sealed_by,document,hash}';
BEGIN
	IF TG_OP = 'INSERT' THEN
		IF NEW.state <> 'draft' THEN
			RAISE EXCEPTION 'a version begins as a draft, not %', NEW.state
				USING ERRCODE = 'object_not_in_prerequisite_state', HINT = 'CALL review_version and seal_version bring it on.';
		END IF;
		RETURN NEW;
	ELSIF TG_OP = 'DELETE' THEN
		IF OLD.state <> 'draft' THEN
			PERFORM @workspace@.refuse_change(OLD.version_id, OLD.state, TG_TABLE_NAME::text);
		END IF;
		RETURN OLD;
	END IF;
	IF OLD.state = 'sealed' OR OLD.state = 'reviewed' AND to_jsonb(OLD) - step <> to_jsonb(NEW) - step THEN
		PERFORM @workspace@.refuse_change(OLD.version_id, OLD.state, TG_TABLE_NAME::text);
	ELSIF NEW.state = 'reviewed' AND OLD.state = 'draft' AND NOT @workspace@.is_agreed(NEW.version_id) THEN
		RAISE EXCEPTION '% has not been agreed to', @workspace@.version_name(NEW.version_id)
			USING ERRCODE = 'object_not_in_prerequisite_state', HINT = 'CALL review_version for each office.';
	ELSIF NEW.state = 'sealed' AND NEW.hash IS DISTINCT FROM @workspace@.version_hash(NEW.version_id, NEW.document) THEN
		RAISE EXCEPTION '% is not sealed by hand', @workspace@.version_name(NEW.version_id)
			USING ERRCODE = 'object_not_in_prerequisite_state', HINT = 'CALL seal_version.';
	END IF;
	RETURN NEW;
END
$$;
COMMENT ON FUNCTION @workspace@.guard_version() IS
	'guard of versions: their steps, and nothing once sealed (方案版本保护)';

CREATE OR REPLACE FUNCTION @workspace@.guard_truncate() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	IF EXISTS (SELECT FROM @workspace@.scheme_version AS v WHERE v.state <> 'draft') THEN
		RAISE EXCEPTION 'table % holds rows of sealed or reviewed versions', TG_TABLE_NAME
			USING ERRCODE = 'object_not_in_prerequisite_state', HINT = 'DELETE the rows of drafts.';
	END IF;
	RETURN NULL;
END
$$;
COMMENT ON FUNCTION @workspace@.guard_truncate() IS
	'guard against emptying tables with sealed versions (禁止清空)';

-- What the scores under a sealed version depend on besides.
CREATE OR REPLACE FUNCTION @workspace@.guard_indicator() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	IF (TG_OP = 'DELETE' OR (OLD.item, OLD.fact, OLD.roll_up, OLD.criterion, OLD.rater_role, OLD.drop_each, OLD.min_raters, OLD.mean_digits, OLD.mean_mode, OLD.pending_of,
				OLD.severity_of, OLD.severity_digits, OLD.severity_shrink, OLD.severity_disconnected)
			IS DISTINCT FROM (NEW.item, NEW.fact, NEW.roll_up, NEW.criterion, NEW.rater_role, NEW.drop_each, NEW.min_raters, NEW.mean_digits, NEW.mean_mode, NEW.pending_of,
				NEW.severity_of, NEW.severity_digits, NEW.severity_shrink, NEW.severity_disconnected))
		AND (EXISTS (SELECT FROM @workspace@.group_rubric AS r
		             WHERE OLD.item = ANY (r.items) OR EXISTS (
		                 SELECT FROM @workspace@.indicator AS c WHERE c.severity_of = OLD.item AND c.item = ANY (r.items)) OR EXISTS (
		                 SELECT FROM @workspace@.recognition_rule AS q
		                 WHERE q.item = ANY (r.items) AND OLD.item IN (q.difficulty_item, q.precision_item)))
			OR EXISTS (SELECT FROM @workspace@.grade_rule AS g JOIN @workspace@.scheme_version AS v ON v.version_id = g.version_id
			           WHERE g.taken_by = OLD.item AND v.state = 'sealed')
			OR EXISTS (SELECT FROM @workspace@.linkage_rule AS l JOIN @workspace@.scheme_version AS v ON v.version_id = l.version_id
			           WHERE l.item = OLD.item AND v.state = 'sealed'))
	THEN
		RAISE EXCEPTION 'indicator % is used by a sealed version: how it is worked out cannot be changed', OLD.code
			USING ERRCODE = 'object_not_in_prerequisite_state', HINT = 'Add another indicator, and retire this one.';
	END IF;
	RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END
$$;
COMMENT ON FUNCTION @workspace@.guard_indicator() IS
	'guard of indicators that sealed versions use (已用指标保护)';

CREATE OR REPLACE FUNCTION @workspace@.guard_scheme() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	IF OLD.grouping_id <> NEW.grouping_id
		AND EXISTS (SELECT FROM @workspace@.scheme_version AS v WHERE v.scheme_id = OLD.scheme_id AND v.state <> 'draft')
	THEN
		RAISE EXCEPTION 'scheme "%" has sealed or reviewed versions: its grouping cannot be changed', OLD.code
			USING ERRCODE = 'object_not_in_prerequisite_state', HINT = 'Make another scheme.';
	END IF;
	RETURN NEW;
END
$$;
COMMENT ON FUNCTION @workspace@.guard_scheme() IS
	'guard of a scheme''s grouping (方案分组方式保护)';

CREATE OR REPLACE FUNCTION @workspace@.guard_recognition_rule() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	IF EXISTS (SELECT FROM @workspace@.group_rubric AS r
	           WHERE CASE WHEN TG_OP <> 'INSERT' THEN OLD.item END = ANY (r.items) OR CASE WHEN TG_OP <> 'DELETE' THEN NEW.item END = ANY (r.items))
	THEN
		RAISE EXCEPTION 'the coefficient of item % is used by a sealed version: how it is worked out cannot be changed',
				CASE WHEN TG_OP = 'INSERT' THEN NEW.item ELSE OLD.item END
			USING ERRCODE = 'object_not_in_prerequisite_state', HINT = 'Add another indicator with a rule of its own, and retire this one.';
	END IF;
	RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END
$$;
COMMENT ON FUNCTION @workspace@.guard_recognition_rule() IS
	'guard of rules of recognition that sealed versions use (已用认同度规则保护)';

-- Documents call groups by their codes.
CREATE OR REPLACE FUNCTION @workspace@.guard_group() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	IF (OLD.group_id, OLD.grouping_id, OLD.code) <> (NEW.group_id, NEW.grouping_id, NEW.code)
		AND EXISTS (SELECT FROM @workspace@.group_rubric AS r WHERE r.group_id = OLD.group_id)
	THEN
		RAISE EXCEPTION 'group "%" is in a sealed version: its code and grouping cannot be changed', OLD.code
			USING ERRCODE = 'object_not_in_prerequisite_state', HINT = 'Change its labels, or add another group.';
	END IF;
	RETURN NEW;
END
$$;
COMMENT ON FUNCTION @workspace@.guard_group() IS
	'guard of groups that sealed versions name (已用分组保护)';

CREATE OR REPLACE TRIGGER guard BEFORE INSERT OR UPDATE OR DELETE ON @workspace@.scheme_version
	FOR EACH ROW EXECUTE FUNCTION @workspace@.guard_version();
CREATE OR REPLACE TRIGGER guard BEFORE INSERT OR UPDATE OR DELETE ON @workspace@.node
	FOR EACH ROW EXECUTE FUNCTION @workspace@.guard_part();
CREATE OR REPLACE TRIGGER guard BEFORE INSERT OR UPDATE OR DELETE ON @workspace@.weight_profile
	FOR EACH ROW EXECUTE FUNCTION @workspace@.guard_part();
CREATE OR REPLACE TRIGGER guard BEFORE INSERT OR UPDATE OR DELETE ON @workspace@.group_profile
	FOR EACH ROW EXECUTE FUNCTION @workspace@.guard_part();
CREATE OR REPLACE TRIGGER guard BEFORE INSERT OR UPDATE OR DELETE ON @workspace@.tier
	FOR EACH ROW EXECUTE FUNCTION @workspace@.guard_part();
CREATE OR REPLACE TRIGGER guard BEFORE INSERT OR UPDATE OR DELETE ON @workspace@.rater_role
	FOR EACH ROW EXECUTE FUNCTION @workspace@.guard_part();
CREATE OR REPLACE TRIGGER guard BEFORE INSERT OR UPDATE OR DELETE ON @workspace@.linkage_rule
	FOR EACH ROW EXECUTE FUNCTION @workspace@.guard_part();
CREATE OR REPLACE TRIGGER guard BEFORE INSERT OR UPDATE OR DELETE ON @workspace@.grade_rule
	FOR EACH ROW EXECUTE FUNCTION @workspace@.guard_part();
CREATE OR REPLACE TRIGGER guard BEFORE INSERT OR UPDATE OR DELETE ON @workspace@.version_part
	FOR EACH ROW EXECUTE FUNCTION @workspace@.guard_part();
CREATE OR REPLACE TRIGGER guard BEFORE INSERT OR UPDATE OR DELETE ON @workspace@.version_reviewer
	FOR EACH ROW EXECUTE FUNCTION @workspace@.guard_part();
CREATE OR REPLACE TRIGGER guard BEFORE INSERT OR UPDATE OR DELETE ON @workspace@.version_review
	FOR EACH ROW EXECUTE FUNCTION @workspace@.guard_sealed_row();
CREATE OR REPLACE TRIGGER guard BEFORE INSERT OR UPDATE OR DELETE ON @workspace@.version_finding
	FOR EACH ROW EXECUTE FUNCTION @workspace@.guard_sealed_row();
CREATE OR REPLACE TRIGGER guard BEFORE INSERT OR UPDATE OR DELETE ON @workspace@.group_rubric
	FOR EACH ROW EXECUTE FUNCTION @workspace@.guard_sealed_row();
CREATE OR REPLACE TRIGGER guard BEFORE UPDATE OR DELETE ON @workspace@.indicator
	FOR EACH ROW EXECUTE FUNCTION @workspace@.guard_indicator();
CREATE OR REPLACE TRIGGER guard BEFORE INSERT OR UPDATE OR DELETE ON @workspace@.recognition_rule
	FOR EACH ROW EXECUTE FUNCTION @workspace@.guard_recognition_rule();
CREATE OR REPLACE TRIGGER guard BEFORE UPDATE ON @workspace@.subject_group
	FOR EACH ROW EXECUTE FUNCTION @workspace@.guard_group();
CREATE OR REPLACE TRIGGER guard BEFORE UPDATE ON @workspace@.scheme
	FOR EACH ROW EXECUTE FUNCTION @workspace@.guard_scheme();

CREATE OR REPLACE TRIGGER guard_truncate BEFORE TRUNCATE ON @workspace@.scheme_version
	FOR EACH STATEMENT EXECUTE FUNCTION @workspace@.guard_truncate();
CREATE OR REPLACE TRIGGER guard_truncate BEFORE TRUNCATE ON @workspace@.node
	FOR EACH STATEMENT EXECUTE FUNCTION @workspace@.guard_truncate();
CREATE OR REPLACE TRIGGER guard_truncate BEFORE TRUNCATE ON @workspace@.weight_profile
	FOR EACH STATEMENT EXECUTE FUNCTION @workspace@.guard_truncate();
CREATE OR REPLACE TRIGGER guard_truncate BEFORE TRUNCATE ON @workspace@.group_profile
	FOR EACH STATEMENT EXECUTE FUNCTION @workspace@.guard_truncate();
CREATE OR REPLACE TRIGGER guard_truncate BEFORE TRUNCATE ON @workspace@.tier
	FOR EACH STATEMENT EXECUTE FUNCTION @workspace@.guard_truncate();
CREATE OR REPLACE TRIGGER guard_truncate BEFORE TRUNCATE ON @workspace@.rater_role
	FOR EACH STATEMENT EXECUTE FUNCTION @workspace@.guard_truncate();
CREATE OR REPLACE TRIGGER guard_truncate BEFORE TRUNCATE ON @workspace@.linkage_rule
	FOR EACH STATEMENT EXECUTE FUNCTION @workspace@.guard_truncate();
CREATE OR REPLACE TRIGGER guard_truncate BEFORE TRUNCATE ON @workspace@.grade_rule
	FOR EACH STATEMENT EXECUTE FUNCTION @workspace@.guard_truncate();
CREATE OR REPLACE TRIGGER guard_truncate BEFORE TRUNCATE ON @workspace@.version_part
	FOR EACH STATEMENT EXECUTE FUNCTION @workspace@.guard_truncate();
CREATE OR REPLACE TRIGGER guard_truncate BEFORE TRUNCATE ON @workspace@.version_reviewer
	FOR EACH STATEMENT EXECUTE FUNCTION @workspace@.guard_truncate();
CREATE OR REPLACE TRIGGER guard_truncate BEFORE TRUNCATE ON @workspace@.version_review
	FOR EACH STATEMENT EXECUTE FUNCTION @workspace@.guard_truncate();
CREATE OR REPLACE TRIGGER guard_truncate BEFORE TRUNCATE ON @workspace@.version_finding
	FOR EACH STATEMENT EXECUTE FUNCTION @workspace@.guard_truncate();
CREATE OR REPLACE TRIGGER guard_truncate BEFORE TRUNCATE ON @workspace@.group_rubric
	FOR EACH STATEMENT EXECUTE FUNCTION @workspace@.guard_truncate();
CREATE OR REPLACE TRIGGER guard_truncate BEFORE TRUNCATE ON @workspace@.indicator
	FOR EACH STATEMENT EXECUTE FUNCTION @workspace@.guard_truncate();
CREATE OR REPLACE TRIGGER guard_truncate BEFORE TRUNCATE ON @workspace@.recognition_rule
	FOR EACH STATEMENT EXECUTE FUNCTION @workspace@.guard_truncate();
