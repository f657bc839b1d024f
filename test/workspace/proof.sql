-- Proof: lines and hashes as documented, and every byte of a final run found where it was altered. The
-- alterations go through the catalog: a column that is added is altered, too, or must be named here.
\set ON_ERROR_STOP 1
\set workspace '证明 "it''s" 50%'
\ir proof/town.sql
SET search_path = pg_catalog, :"workspace", public, pg_temp;
SELECT public.plan(26);

-- ---- the chain of the formulas

SELECT is((SELECT array_agg(hash ORDER BY n) FROM (
	SELECT n, chain(line, repeat('0', 64)) OVER (ORDER BY n) AS hash
	FROM (VALUES (1, '1|U01|2025|86.82|tier=2'), (2, '2|U02|2025|91.00|tier=1')) AS v (n, line)) AS c),
	'{220917b8d1840ec9578c92771986a7582f5f99d9794f33b5bfbf17f48a43ee01,ddada77092e588d61038101ab25ecf5edd7c54aa894829f0d492893693e7607c}'::text[],
	'two lines come to the hashes of formulas 4.19');
SELECT is(chain_step(chain_step(NULL, '1|U01|2025|86.82|tier=2', repeat('0', 64)), '2|U02|2025|91.00|tier=1'),
	'ddada77092e588d61038101ab25ecf5edd7c54aa894829f0d492893693e7607c', 'step by step, too');
SELECT is(chain_text(E'a|b\\c\nd\re\\N') || ' ' || chain_text(NULL) || ' ' || chain_text(''), 'a\pb\\c\nd\re\\N \N ', 'texts: what is special is escaped, NULL is not empty');
SELECT is(chain_text(E'Cafe\u0301'), chain_text(E'Caf\u00e9'), 'texts: composed or not, the same');
SELECT is(concat_ws(' ', chain_number(86.820, 2), chain_number(91, 2), chain_number(91.005, 2), chain_number(1.500), chain_number(-0.0), chain_number(NULL)),
	'86.82 91.00 91.005 1.5 0 \N', 'numbers: as many decimals as they need, and as the scheme says');
SET DateStyle = 'SQL, DMY';
SET TimeZone = 'Asia/Shanghai';
SELECT is(chain_date('2025-03-31') || ' ' || chain_time('2025-03-31 08:00:00.5+08'), '2025-03-31 2025-03-31T00:00:00.500000Z', 'dates and times: whatever the session''s settings');
SELECT is((SELECT count(*)::integer FROM verify_runs()), 0, 'lines do not depend on the session''s settings');
RESET DateStyle;
RESET TimeZone;

-- Functions that are called for each row are taken into the statement.
CREATE FUNCTION pg_temp.plan_of(query text) RETURNS SETOF text LANGUAGE plpgsql AS $$ BEGIN RETURN QUERY EXECUTE 'EXPLAIN (VERBOSE, COSTS OFF) ' || query; END $$;
SELECT is_empty(format($$SELECT p FROM pg_temp.plan_of('SELECT result_line_text(r, ''s'', ''p'', ''g'', 2), final_line_text(f, ''i'', ''p'', 2)
	FROM result AS r JOIN final_result AS f USING (subject_id, run_id)') AS p WHERE p LIKE '%%line_text(%%' OR p ~ '(digest|identity|nonce|chain_\w+)\('$$), 'lines are inlined');

-- ---- what a line has of a subject, and what nobody finds out

SELECT is((SELECT count(*)::integer FROM chain_link WHERE line ~ 'postgres|Unit|minutes'), 0, 'the chain names nobody');
SELECT is((SELECT count(DISTINCT r.subject_id)::integer FROM result AS r, run AS u, publication AS p, chain_link AS l
	WHERE r.run_id = :run AND u.run_id = r.run_id AND p.run_id = u.run_id AND l.publication_id = p.publication_id AND p.kind = 'final'
		AND l.line LIKE '%|final=' || u.final_hash || '%'), 18, 'the last link holds the hash of all final results');

-- ---- one altered byte

SELECT is_empty('SELECT * FROM verify_runs()', 'nothing is wrong');
CALL verify();

-- A superuser, whom neither guards nor constraints stop.
SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname) FROM pg_constraint
WHERE contype = 'c' AND connamespace = quote_ident(:'workspace')::regnamespace AND coninhcount = 0
	AND conrelid IN (SELECT attrelid FROM pg_attribute WHERE attname = 'run_id' UNION SELECT 'chain_link'::regclass) \gexec
SET session_replication_role = replica;

-- What holds a run: each table with a number of a run, and the chain.
CREATE TEMP TABLE target AS
SELECT c.oid::regclass AS rel, c.relname::text AS name, a.attname::text AS col, format_type(a.atttypid, NULL) AS type
FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
WHERE c.relnamespace = quote_ident(:'workspace')::regnamespace AND c.relkind IN ('r', 'p')
	-- Grades of departments name a run that they were taken from, and are facts.
	AND c.relname <> 'department_grade'
	AND (c.relname = 'chain_link' OR EXISTS (SELECT FROM pg_attribute AS r WHERE r.attrelid = c.oid AND r.attname = 'run_id' AND NOT r.attisdropped));

-- Where a finding may say less than table and column: several columns go into one hash.
CREATE TEMP TABLE vague (name text, cols text, place text, why text);
INSERT INTO vague VALUES
	('publication', 'published_by', '^publication.published_by or chain_link.nonce$', 'the nonce goes with it'),
	('chain_link', 'nonce', '^publication.published_by or chain_link.nonce$', 'it goes with what it hides'),
	('chain_link', 'publication_id', '^chain_link.publication_id or ', 'the one that is there names the one that is not'),
	('publication', 'publication_id', ' or publication.publication_id$', 'the one that is there names the one that is not'),
	('result', 'subject|subject_name|subject_name_zh|pending_events', '^result\.(subject, subject_name, subject_name_zh or )?pending_events|^result.subject', 'names can change: then none is there to compare with');

CREATE TEMP TABLE alteration (name text, col text, at text, before text, after text, subject_id bigint, findings text[], subjects bigint[]);
CREATE FUNCTION pg_temp.alter_all(run integer, tables text DEFAULT '.') RETURNS bigint LANGUAGE plpgsql AS $f$
DECLARE
	t record;
	r record;
	f record;
	changed text;
BEGIN
	FOR t IN SELECT *, format('%I', col) AS c FROM target WHERE name ~ tables ORDER BY name, col LOOP
		FOR r IN EXECUTE format('SELECT ctid::text AS at, %s::text AS value, (to_jsonb(t) ->> ''subject_id'')::bigint AS subject_id FROM %s AS t WHERE %s',
			t.c, t.rel, CASE t.name
				WHEN 'result' THEN format('run_id = %s AND subject_id IN (1, 16)', run)
				WHEN 'final_result' THEN format('run_id = %s AND subject_id IN (8, 16)', run)
				WHEN 'adjusted_result' THEN format('run_id = %s AND subject_id IN (2, 8)', run)
				WHEN 'chain_link' THEN 'true'
				WHEN 'scheme_version' THEN 'version_id = 1' WHEN 'tier' THEN 'version_id = 1' WHEN 'node' THEN 'version_id = 1' WHEN 'group_rubric' THEN 'version_id = 1'
				WHEN 'publication' THEN format('run_id = %s AND kind = ''final''', run)
				ELSE format('run_id = %s', run) END || ' LIMIT 2')
		LOOP
			changed := CASE
				WHEN t.type = 'text' THEN format('CASE WHEN coalesce(%1$s, '''') = '''' THEN ''x'' ELSE overlay(%1$s PLACING
					CASE WHEN substr(%1$s, length(%1$s) / 2 + 1, 1) ~ ''[0-8a-e]'' THEN chr(ascii(substr(%1$s, length(%1$s) / 2 + 1, 1)) + 1) ELSE ''7'' END
					FROM length(%1$s) / 2 + 1 FOR 1) END', t.c)
				WHEN t.type IN ('integer', 'bigint') THEN format('coalesce(%s, 0) # 64', t.c)
				WHEN t.type = 'numeric[]' THEN format('coalesce(%s, ''{}'') || 1.5', t.c)
				WHEN t.type = 'numeric' THEN format('coalesce(%1$s, 0) + 1', t.c)
				WHEN t.type = 'boolean' THEN format('coalesce(NOT %s, true)', t.c)
				WHEN t.type = 'date' THEN format('coalesce(%s, ''2025-01-01'') + 1', t.c)
				WHEN t.type = 'timestamp with time zone' THEN format('coalesce(%s, now()) + interval ''1 us''', t.c)
				WHEN t.type = 'jsonb' THEN format('%s || ''{"x": 1}''', t.c)
				WHEN t.type = 'text[]' THEN format('coalesce(%s, ''{}'') || ''x''::text', t.c)
				WHEN t.type LIKE '%rubric' THEN format('perfeval.with_parameters(%s, ''{"mean": 1}'')', t.c)
				WHEN t.type LIKE '%scorecard' THEN format('coalesce(%s, ''{}'') OPERATOR(perfeval.||) ''{"77": 1}''', t.c)
				WHEN t.type = 'integer[]' THEN format('coalesce(%s, ''{}'') || 64', t.c)
			END;
			BEGIN
				EXECUTE format('UPDATE %s SET %s = %s WHERE ctid = %L RETURNING %s::text AS value', t.rel, t.c, changed, r.at, t.c) INTO changed;
				SELECT array_agg(v.place) AS places, array_agg(v.subject_id) AS subjects INTO f
				FROM (SELECT x.place, x.subject_id FROM verify_runs() AS x UNION ALL SELECT y.place, NULL FROM verify_schemes() AS y) AS v;
				RAISE EXCEPTION USING ERRCODE = 'PF002';
			EXCEPTION WHEN SQLSTATE 'PF002' THEN
				INSERT INTO alteration VALUES (t.name, t.col, r.at, r.value, changed, r.subject_id, f.places, f.subjects);
			END;
		END LOOP;
	END LOOP;
	RETURN (SELECT count(*) FROM alteration);
END
$f$;
SELECT cmp_ok(pg_temp.alter_all(:run)::integer, '>=', 150, 'altered one by one');
SELECT is_empty('SELECT name, col FROM target EXCEPT SELECT name, col FROM alteration', 'every column of every table of a run is altered');
SELECT is_empty('SELECT name, col, before, after FROM alteration WHERE findings IS NULL', 'each is found');
SELECT is_empty($$SELECT name, col, before, after, findings FROM alteration AS a WHERE NOT name || '.' || col = ANY (findings)
	AND NOT EXISTS (SELECT FROM vague AS v, unnest(a.findings) AS f WHERE v.name = a.name AND a.col ~ ('^(' || v.cols || ')$') AND f ~ v.place)$$,
	'in its table and column');
SELECT is_empty($$SELECT name, col, subject_id, findings, subjects FROM alteration
	WHERE subject_id IS NOT NULL AND col <> 'subject_id' AND NOT subject_id = ANY (subjects)$$, 'and at its subject');
SELECT is_empty($$SELECT name, col, findings, subjects FROM alteration WHERE cardinality(findings) > 4 AND col NOT IN ('run_id', 'subject_id', 'version_id', 'tier')$$,
	'and hardly anywhere else');
SELECT is_empty('SELECT * FROM verify_runs()', 'put back, all is well');

-- Rows that are taken away.
CREATE TEMP TABLE removal (name text, findings text[]);
CREATE FUNCTION pg_temp.remove_all(run integer) RETURNS void LANGUAGE plpgsql AS $f$
DECLARE
	t record;
	places text[];
BEGIN
	FOR t IN SELECT DISTINCT name, rel FROM target ORDER BY name LOOP
		BEGIN
			EXECUTE format('DELETE FROM %1$s WHERE ctid = (SELECT ctid FROM %1$s AS t WHERE %2$s ORDER BY t::text COLLATE "C" LIMIT 1)', t.rel,
				CASE t.name WHEN 'chain_link' THEN 'true' ELSE format('run_id = %s', run) END);
			SELECT array_agg(v.place) INTO places FROM verify_runs() AS v;
			RAISE EXCEPTION USING ERRCODE = 'PF002';
		EXCEPTION WHEN SQLSTATE 'PF002' THEN
			INSERT INTO removal VALUES (t.name, places);
		END;
	END LOOP;
END
$f$;
DO $$ BEGIN PERFORM pg_temp.remove_all((SELECT run_id FROM run WHERE state = 'final')); END $$;
SELECT is_empty('SELECT * FROM removal WHERE findings IS NULL', 'rows that are gone are missed');

-- What was sealed, the same way; all but what says nothing of the rules.
DELETE FROM alteration;
DELETE FROM target;
INSERT INTO target
SELECT c.oid::regclass, c.relname, a.attname, format_type(a.atttypid, NULL)
FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
WHERE c.relnamespace = quote_ident(:'workspace')::regnamespace AND c.relname IN ('scheme_version', 'tier', 'node', 'group_rubric');
SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname) FROM pg_constraint
WHERE contype = 'c' AND conrelid IN (SELECT rel FROM target) \gexec
SELECT cmp_ok(pg_temp.alter_all(:run)::integer, '>=', 60, 'columns of a sealed version, one by one');
SELECT set_eq($$SELECT name || '.' || col FROM target EXCEPT SELECT name || '.' || col FROM alteration WHERE findings IS NOT NULL$$,
	$$VALUES ('scheme_version.based_on'), ('scheme_version.drafted_at'), ('scheme_version.drafted_by'), ('scheme_version.sealed_at'), ('scheme_version.sealed_by')$$,
	'are found, but for who made it, when and from what');

-- Whoever makes all of the chain again is found by a head that was kept elsewhere.
SELECT hash AS kept FROM chain_head \gset
UPDATE publication SET note = 'as nobody said' WHERE publication_id = 1;
CREATE FUNCTION pg_temp.forge() RETURNS void LANGUAGE plpgsql AS $f$
DECLARE
	l record;
	before text := repeat('0', 64);
BEGIN
	FOR l IN SELECT * FROM chain_link ORDER BY link_no LOOP
		UPDATE chain_link SET line = link_line(l.publication_id, l.link_no, l.nonce), hash = chain_step(before, link_line(l.publication_id, l.link_no, l.nonce))
		WHERE link_no = l.link_no RETURNING hash INTO before;
	END LOOP;
END
$f$;
DO $$ BEGIN PERFORM pg_temp.forge(); END $$;
SELECT is_empty('SELECT * FROM verify_runs()', 'a chain that was made again holds');
SELECT results_eq(format('SELECT place FROM verify_runs(heads => ARRAY[%L])', :'kept'), ARRAY['chain_link'], 'but it does not have the head that was kept');
UPDATE publication SET note = 'for all to read' WHERE publication_id = 1;
DO $$ BEGIN PERFORM pg_temp.forge(); END $$;
SELECT is_empty(format('SELECT * FROM verify_runs(heads => ARRAY[%L])', :'kept'), 'put back, it has');

-- The job says what it found first.
UPDATE result SET tier = tier + 1 WHERE run_id = :run AND subject = 'U1';
\set ON_ERROR_STOP 0
CALL verify();
\set ON_ERROR_STOP 1
SELECT is(:'LAST_ERROR_SQLSTATE'::text, 'XX001', 'verify is an error');
SELECT matches((SELECT message FROM job WHERE kind = 'verify' ORDER BY job_id DESC LIMIT 1), '^differences: 1; first run 3, result.tier: line \d+, subject ''U1''', 'and names the place');
UPDATE result SET tier = tier - 1 WHERE run_id = :run AND subject = 'U1';
RESET session_replication_role;

SELECT * FROM finish();
CALL perfeval.drop_workspace(:'workspace', :'workspace', force => true);
