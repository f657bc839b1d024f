-- The year of the example city to its end, and a year on: the scheme is published at its beginning, months and
-- quarters are assessed, the year is assessed, published, contested, adjusted, assessed again from corrected facts,
-- made final; then come a newer version of the scheme and 1,000 corrections of the old year's facts, and what was
-- final is worked out again to the same bits. Scores, ranks and tiers are compared with plain arithmetic on the
-- offices' tables (city/expected.sql), the chain with plain sha256.
\set workspace '考核 "it''s" 50%, year'
\set office 'office of city_year.sql'

SET client_min_messages = warning;
DROP SCHEMA IF EXISTS :"workspace" CASCADE;
DROP SCHEMA IF EXISTS :"office" CASCADE;
SELECT format('DROP OWNED BY %I CASCADE', rolname) FROM pg_roles WHERE rolname LIKE 'perfeval_city_%' \gexec
SELECT format('DROP ROLE %I', rolname) FROM pg_roles WHERE rolname LIKE 'perfeval_city_%' \gexec
-- The owner is no superuser. Who acts later logs in with a role of its own; here the owner takes it by SET ROLE.
CREATE ROLE perfeval_city_owner;
SELECT format('GRANT CREATE ON DATABASE %I TO perfeval_city_owner', current_database()) \gexec
SELECT format('CREATE ROLE perfeval_city_%s ROLE perfeval_city_owner', kind)
FROM unnest('{operator,unit,units,bureau,office,rater,auditor,viewer,stranger}'::text[]) AS kind \gexec
SET SESSION AUTHORIZATION perfeval_city_owner;

SELECT public.plan(71);

-- ---- the city, as city.sql has it

CALL perfeval.create_workspace(:'workspace', time_zone => 'Asia/Shanghai');
\ir ../../demo/city/10_office.sql
\ir ../../demo/city/20_organisation.sql
\ir ../../demo/city/30_scheme.sql
CALL review_version(:version, 'D05', 'agree');
CALL review_version(:version, 'D13', 'agree');
CALL seal_version(:version);
\ir ../../demo/city/40_facts.sql
SET search_path = pg_catalog, :"workspace", :"office", public, pg_temp;
UPDATE december SET "职责履行率" = (SELECT value FROM monthly WHERE subject = 'U005' AND period = '2025-12' AND indicator = 'fulfilment')
WHERE "单位代码" = 'U005';
UPDATE december SET "协同响应天数" = (SELECT value FROM monthly WHERE subject = 'U333' AND period = '2025-12' AND indicator = 'response')
WHERE "单位代码" = 'U333';
CALL load_wide('december', '2025-12', source => 'sheet');
CALL fold();

\ir city/expected.sql
INSERT INTO asked
SELECT 2025020 + m, '2025-' || lpad(m::text, 2, '0'), m, m, false FROM generate_series(1, 12) AS m
UNION ALL SELECT 2025010 + q, '2025Q' || q, 3 * q - 2, 3 * q, false FROM generate_series(1, 4) AS q
UNION ALL SELECT 2025000, '2025', 1, 12, true;
ANALYZE asked;
GRANT SELECT ON asked TO PUBLIC;
SELECT format('ANALYZE %s', oid::regclass) FROM pg_class
WHERE relnamespace = quote_ident(:'office')::regnamespace AND relkind = 'r' \gexec

-- ---- roles

SELECT d.code AS bureau FROM subject_state AS t JOIN subject AS u USING (subject_id) JOIN subject AS d ON d.subject_id = t.supervising_id WHERE u.code = 'U131' \gset
CALL grant_role('perfeval_city_operator', 'operator');
CALL grant_role('perfeval_city_unit', 'unit', 'U295');
CALL grant_role('perfeval_city_bureau', 'supervising', :'bureau');
CALL grant_role('perfeval_city_office', 'office', 'D53');
SELECT r.code AS rater, count(*) AS ratings FROM rating AS g JOIN subject AS r ON r.subject_id = g.rater_id GROUP BY r.code ORDER BY r.code LIMIT 1 \gset
CALL grant_role('perfeval_city_rater', 'rater', :'rater');
CALL grant_role('perfeval_city_auditor', 'auditor');
CALL grant_role('perfeval_city_viewer', 'viewer');

-- ---- the scheme is published at the start of the year (双公开)

SET ROLE perfeval_city_operator;
CALL publish_version(:version, place => 'www.example.gov.cn', published_from => '2025-01-06');
CALL publish_version(:version);
RESET ROLE;
SELECT results_eq('SELECT kind, published_by, published_from, hash FROM publication',
	format($$SELECT 'scheme', 'perfeval_city_operator', date '2025-01-06', hash FROM scheme_version WHERE version_id = %s$$, :version),
	'the scheme is published, once, by the operator, with its hash');

-- ---- process: months and quarters, then the year

SET ROLE perfeval_city_operator;
SELECT format('CALL assess(%L, %L, %L)', 'units', period, 'as every month and quarter') FROM asked WHERE period <> '2025' ORDER BY period_id \gexec
CALL assess('units', '2025', 'the year 2025') \gset first_
RESET ROLE;
CREATE TEMP VIEW run_agreement AS
SELECT x.period, u.state, count(*)::integer AS units, count(*) FILTER (WHERE r.score = x.score AND r.base_score = x.base)::integer AS scores,
	count(*) FILTER (WHERE r.deductions = -x.minus AND r.bonus = x.plus AND coalesce(r.coefficient, 1) = x.coefficient)::integer AS parts,
	count(*) FILTER (WHERE r.rank = x.rank AND r.tier = x.tier)::integer AS ranks, count(*) FILTER (WHERE r.pending_events = x.open)::integer AS open
FROM expected AS x LEFT JOIN asked AS a USING (period) LEFT JOIN run AS u ON u.period_id = a.period_id AND u.superseded_by IS NULL AND u.purpose = 'assessment'
	LEFT JOIN result AS r ON r.run_id = u.run_id AND r.subject = x.unit
GROUP BY x.period, u.state;
SELECT results_eq('SELECT * FROM run_agreement ORDER BY period', 'SELECT period, ''draft'', 400, 400, 400, 400, 400 FROM asked ORDER BY period',
	'scores, parts, ranks and tiers of 400 units in twelve months, four quarters and the year, as plain SQL has them');

SET ROLE perfeval_city_unit;
SELECT is_empty('SELECT * FROM run_result', 'a unit sees nothing of drafts');
-- The quarters are on display one after the other, and stay as they are.
SET ROLE perfeval_city_operator;
SELECT format('CALL publish(%s, 0, %L)', run_id, 'notice board 公示栏') FROM run_status WHERE period_id BETWEEN 2025011 AND 2025014 ORDER BY period_id \gexec
SELECT format('CALL finalize(%s)', run_id) FROM run_status WHERE period_id BETWEEN 2025011 AND 2025014 ORDER BY period_id \gexec
-- The year is on display for ten working days.
CALL publish(:first_run_id, place => 'www.example.gov.cn', note => 'preliminary 公示');
RESET ROLE;
SELECT results_eq('SELECT state, count(*)::integer FROM run GROUP BY state ORDER BY state', $$VALUES ('draft', 12), ('final', 4), ('published', 1)$$,
	'quarters final, the year on display, months as drafts');
SELECT throws_like('CALL finalize(' || :first_run_id || ')', '%takes objections until%', 'what is on display is not final yet');

-- ---- an objection answered by an adjustment

SELECT results_eq(
	format('SELECT rank::integer, subject, score, tier FROM result WHERE run_id = %s AND group_id = 4 AND rank BETWEEN 13 AND 17 ORDER BY rank', :first_run_id),
	$$VALUES (13, 'U228', 94.71, 1), (14, 'U377', 94.32, 1), (15, 'U131', 94.17, 1), (16, 'U295', 94.04, 2), (17, 'U140', 93.71, 2)$$,
	'U295 is the first of the second tier');
SET ROLE perfeval_city_unit;
CALL raise_objection(:first_run_id, 'U295', 'The flood exercise of November was ours, not the bureau''s.', 'file 2025-311', node => 13) \gset exercise_
SELECT is(last_run('units', '2025'), :first_run_id, 'it finds the run by scheme and period');
SELECT throws_ok('SELECT last_run(''units'', ''2025-03'')', 'P0002', NULL, 'but no draft');
SELECT throws_ok(format('CALL raise_objection(%s, ''U131'', ''Too high.'')', :first_run_id), '42501', NULL, 'a unit does not speak for another');
SELECT throws_ok(format('CALL adjust(%s, ''U295'', 0.5, ''ours'')', :first_run_id), '42501', NULL, 'nor adjust itself');
SET ROLE perfeval_city_operator;
CALL adjust(:first_run_id, 'U295', 0.50, 'flood exercise of November 防汛演练', 'minutes 12', :exercise_objection_id);
CALL answer_objection(:exercise_objection_id, 'upheld', 'half a point for the exercise');
RESET ROLE;

-- What it should come to: points on top, ranks and seats anew, in plain SQL.
CREATE TEMP TABLE added (unit text, points numeric);
INSERT INTO added VALUES ('U295', 0.50);
CREATE TEMP VIEW expected_adjusted AS
SELECT unit, group_code, points, score, rank, greatest(CASE WHEN rank <= a THEN 1 WHEN rank <= a + b THEN 2 ELSE 3 END, CASE WHEN veto THEN 3 END) AS tier
FROM (SELECT x.unit, x.group_code, coalesce(d.points, 0) AS points, x.score + coalesce(d.points, 0) AS score, x.a, x.b, x.veto,
          rank() OVER (PARTITION BY x.group_code ORDER BY x.exact + coalesce(d.points, 0) DESC) AS rank
      FROM expected AS x LEFT JOIN added AS d USING (unit) WHERE x.period = '2025') AS r;
SELECT results_eq(
	$$SELECT a.rank::integer, s.code, a.score, a.tier FROM adjusted_result AS a JOIN subject AS s USING (subject_id) JOIN result AS r USING (subject_id, run_id)
	  WHERE r.group_id = 4 AND a.rank BETWEEN 13 AND 17 ORDER BY a.rank$$,
	$$VALUES (13, 'U228', 94.71, 1), (14, 'U295', 94.54, 1), (15, 'U377', 94.32, 1), (16, 'U131', 94.17, 2), (17, 'U140', 93.71, 2)$$,
	'with half a point it is two places up, in the first tier; U131 leaves it');
SELECT is(count(*) || ' ' || count(*) FILTER (WHERE (a.score, a.rank, a.tier) = (x.score, x.rank, x.tier)), '76 76', 'the group''s ranks and tiers are those of plain SQL')
FROM adjusted_result AS a JOIN subject AS s USING (subject_id) JOIN expected_adjusted AS x ON x.unit = s.code;
SELECT is((SELECT count(*)::integer FROM run_result WHERE run_id = :first_run_id AND group_id <> 4 AND (score, rank, tier) IS DISTINCT FROM (assessed_score, assessed_rank, assessed_tier)), 0,
	'and no other group is touched');
SELECT results_eq(
	format($$SELECT kind, points, note, evidence, recorded_by FROM result_line WHERE run_id = %s AND subject_id = find_subject('U295') ORDER BY line_no DESC LIMIT 1$$, :first_run_id),
	$$VALUES ('adjustment', 0.50, 'flood exercise of November 防汛演练', 'minutes 12', 'perfeval_city_operator')$$, 'its line shows, with reason, evidence and who');
SELECT is((SELECT count(*)::integer FROM (SELECT subject_id, sum(points) AS points FROM result_line WHERE run_id = :first_run_id GROUP BY subject_id) AS l
               JOIN run_result AS r USING (subject_id) WHERE r.run_id = :first_run_id AND r.score = l.points), 400,
	'the lines of all 400, the adjustment among them, add up to the score');
SELECT is(count(*)::integer, 400, 'the results stay as they were assessed')
FROM result AS r JOIN expected AS x ON x.unit = r.subject AND x.period = '2025'
WHERE r.run_id = :first_run_id AND (r.score, r.rank, r.tier) = (x.score, x.rank, x.tier);

-- ---- who sees what of it: a rank is the same whoever looks

CREATE TEMP TABLE chosen AS SELECT subject, group_id FROM run_result WHERE run_id = :first_run_id AND rank = 7;
CREATE TEMP TABLE supervised AS SELECT u.code AS subject FROM subject_state AS t JOIN subject AS u USING (subject_id)
	JOIN subject AS d ON d.subject_id = t.supervising_id WHERE d.code = :'bureau';
SELECT format('CALL grant_role(''perfeval_city_units'', ''unit'', %L)', subject) FROM chosen ORDER BY group_id \gexec
SET ROLE perfeval_city_operator;
CREATE TEMP TABLE operator_standing AS SELECT group_code, subject, score, rank, group_size, tier FROM standing WHERE period_id = 2025000;
CREATE TEMP TABLE operator_result AS SELECT group_code, subject, score, adjustment, rank, group_size, tier FROM run_result WHERE run_id = :first_run_id;
RESET ROLE;
GRANT SELECT ON chosen, supervised, operator_standing, operator_result TO PUBLIC;
SELECT is((SELECT count(*) FROM operator_standing) || ' ' || (SELECT count(*) FROM operator_result), '400 400', 'the operator sees all');
SELECT is((SELECT count(*) || ' ' || count(DISTINCT group_id) FROM chosen), '6 6', 'a unit of each group');
SET ROLE perfeval_city_units;
SELECT results_eq('SELECT group_code, subject, score, rank, group_size, tier FROM standing WHERE period_id = 2025000 ORDER BY subject',
	'SELECT * FROM operator_standing WHERE subject IN (SELECT subject FROM chosen) ORDER BY subject', 'units see themselves, live, with the ranks that the operator sees');
SELECT results_eq(format('SELECT group_code, subject, score, adjustment, rank, group_size, tier FROM run_result WHERE run_id = %s ORDER BY subject', :first_run_id),
	'SELECT * FROM operator_result WHERE subject IN (SELECT subject FROM chosen) ORDER BY subject', 'and as published');
SELECT is((SELECT count(DISTINCT subject_id)::integer FROM result_line WHERE run_id = :first_run_id), 6, 'by their own lines');
SET ROLE perfeval_city_bureau;
SELECT results_eq('SELECT group_code, subject, score, rank, group_size, tier FROM standing WHERE period_id = 2025000 ORDER BY subject',
	'SELECT * FROM operator_standing WHERE subject IN (SELECT subject FROM supervised) ORDER BY subject', 'a supervising department sees its units likewise');
SELECT results_eq(format('SELECT group_code, subject, score, adjustment, rank, group_size, tier FROM run_result WHERE run_id = %s ORDER BY subject', :first_run_id),
	'SELECT * FROM operator_result WHERE subject IN (SELECT subject FROM supervised) ORDER BY subject', 'and as published');
SET ROLE perfeval_city_viewer;
SELECT results_eq('SELECT group_code, subject, score, adjustment, rank, group_size, tier FROM league_table WHERE period_id = 2025000 ORDER BY subject',
	'SELECT * FROM operator_result ORDER BY subject', 'who may see what is published sees the league table');
SELECT is((SELECT count(*) FROM standing WHERE period_id = 2025000) || ' ' || (SELECT count(*) FROM run_result) || ' ' || (SELECT count(*) FROM result_line)
	|| ' ' || (SELECT count(*) FROM reading) || ' ' || (SELECT count(*) FROM published_scheme), '0 0 0 0 1', 'and the scheme, and nobody''s particulars');
SET ROLE perfeval_city_office;
SELECT is((SELECT count(*) > 0 AND bool_and(item = 303) FROM event_state), true, 'an office sees the events of its own items');
SELECT is((SELECT count(*) FROM standing WHERE period_id = 2025000) || ' ' || (SELECT count(*) FROM run_result), '0 0', 'and no results');
SET ROLE perfeval_city_rater;
SELECT is((SELECT count(*) || ' ' || count(DISTINCT rater_id) FROM rating), :'ratings' || ' 1', 'a rater sees the marks that it gave');
SET ROLE perfeval_city_bureau;
SELECT is((SELECT count(*)::integer FROM rating), 0, 'and who is rated sees nobody''s');
SET ROLE perfeval_city_stranger;
SELECT throws_ok(format('SELECT count(*) FROM %I.league_table', :'workspace'), '42501', NULL, 'without a grant there is nothing to see');
RESET ROLE;

-- ---- an objection answered by correcting the facts, and another one that is not upheld

SET ROLE perfeval_city_bureau;
CALL raise_objection(:first_run_id, 'U131', 'Two projects of July have been overlooked.', 'list of projects', node => 111) \gset projects_
SET ROLE perfeval_city_operator;
CALL raise_objection(:first_run_id, 'U377', 'By telephone: why is another one before us?') \gset telephone_
CALL answer_objection(:telephone_objection_id, 'rejected', 'for half a point, minutes 12');
RESET ROLE;
-- July is reported anew: a new row, nothing is overwritten.
UPDATE monthly SET value = '8' WHERE subject = 'U131' AND period = '2025-07' AND indicator = 'society_done';
SET ROLE perfeval_city_operator;
CALL record_reading('U131', 'society_done', '2025-07', 8, evidence => 'list of projects', note => 'two projects of July had been overlooked');
CALL assess('units', '2025', 'objection of U131: projects of July') \gset second_
RESET ROLE;
SELECT is((SELECT state || ' ' || coalesce(superseded_by::text, 'stands') FROM run WHERE run_id = :first_run_id), 'published stands',
	'what is on display stays there until the next is published');
-- What was granted on the first run is not lost with it.
SET ROLE perfeval_city_operator;
SELECT throws_like('CALL publish(' || :second_run_id || ')', '%would leave adjustments of run ' || :first_run_id || ' behind: U295 0.5', 'an adjustment is not left behind');
SELECT is(last_run('units', '2025'), :second_run_id, 'an operator finds the draft');
CALL carry_adjustments(:first_run_id, :second_run_id) \gset
CALL carry_adjustments(:first_run_id, :second_run_id) \gset again_
CALL publish(:second_run_id, 0, 'www.example.gov.cn', 'corrected 更正');
RESET ROLE;
SELECT is((SELECT superseded_by FROM run WHERE run_id = :first_run_id), :second_run_id, 'then it gives way');
SELECT is(:'carried' || ' ' || :'again_carried', '1 0', 'its adjustment carried over, once');
SET ROLE perfeval_city_operator;
SELECT throws_like('CALL finalize(' || :second_run_id || ')', '%objections without an answer: 1%', 'an objection to the first run is not forgotten either');
CALL answer_objection(:projects_objection_id, 'upheld', 'entered, assessed again', :second_run_id);
RESET ROLE;
SELECT throws_ok('CALL raise_objection(' || :first_run_id || ', ''U131'', ''again'')', '55000', NULL, 'and takes no more objections');
-- What changed from one to the other, line by line: July's projects, the experts' coefficient on them.
SET ROLE perfeval_city_auditor;
SELECT results_eq(format('SELECT subject, change, node, reading_before, reading_after, difference, reason FROM diff_runs(%s, %s) ORDER BY subject, line_no', :first_run_id, :second_run_id),
	$$VALUES ('U131', 'changed', 5, NULL::numeric, NULL::numeric, 0.05, 'other lines'), ('U131', 'changed', 111, 47, 49, 1.02, 'reading 47 -> 49'),
		('U295', 'removed', NULL, NULL, NULL, -0.50, 'flood exercise of November 防汛演练'), ('U295', 'added', NULL, NULL, NULL, 0.50, 'flood exercise of November 防汛演练')$$,
	'why the second run is another than the first');
SELECT results_eq(format('SELECT subject, change, difference, rank_before, rank_after, tier_before, tier_after FROM diff_results(%s, %s) WHERE change IN (''score'', ''tier'') ORDER BY subject', :first_run_id, :second_run_id),
	$$VALUES ('U131', 'score', 1.07, 16::bigint, 12::bigint, 2, 1), ('U377', 'tier', 0, 15, 16, 1, 2)$$, 'and what came of it');
RESET ROLE;
SELECT is(count(*)::integer, 400, 'the second run is what plain SQL makes of the corrected facts')
FROM result AS r JOIN expected AS x ON x.unit = r.subject AND x.period = '2025'
WHERE r.run_id = :second_run_id AND (r.score, r.rank, r.tier, r.base_score) = (x.score, x.rank, x.tier, x.base);

SELECT results_eq(
	format($$SELECT a.rank::integer, s.code, a.score, a.tier FROM adjusted_result AS a JOIN subject AS s USING (subject_id) JOIN result AS r USING (subject_id, run_id)
	  WHERE run_id = %s AND r.group_id = 4 AND a.rank BETWEEN 12 AND 17 ORDER BY a.rank$$, :second_run_id),
	$$VALUES (12, 'U131', 95.24, 1), (13, 'U249', 94.73, 1), (14, 'U228', 94.71, 1), (15, 'U295', 94.54, 1), (16, 'U377', 94.32, 2), (17, 'U140', 93.71, 2)$$,
	'U131 has its rank by the facts, U295 by the adjustment');

-- ---- final

SET ROLE perfeval_city_operator;
CALL finalize(last_run('units', '2025'), 'meeting of the assessment board', 'www.example.gov.cn') \gset final_
RESET ROLE;
SELECT results_eq(
	format('SELECT s.code, f.adjustment, f.score, f.rank, f.tier FROM final_result AS f JOIN subject AS s USING (subject_id) WHERE run_id = %s ORDER BY 1', :second_run_id),
	'SELECT unit, points, score, rank, tier FROM expected_adjusted ORDER BY unit', 'all 400 final scores, ranks and tiers are those of plain SQL');
SELECT throws_ok(statement, '55000', NULL, 'final: ' || statement)
FROM (VALUES ('CALL adjust(' || :second_run_id || ', ''U131'', 1, ''late'')'),
	('CALL raise_objection(' || :second_run_id || ', ''U131'', ''late'')'),
	('CALL assess(''units'', ''2025'')')) AS s (statement);

SELECT results_eq('SELECT group_code, rank, subject, score, tier, provisional FROM league_table WHERE period_id = 2025000 ORDER BY subject',
	'SELECT group_code, rank, unit, score, tier, false FROM expected_adjusted ORDER BY unit', 'and are what the league table shows');
SELECT results_eq('SELECT period, count(*)::integer, bool_and(final AND score = assessed_score) FROM run_result WHERE state = ''final'' AND period_id <> 2025000 GROUP BY period ORDER BY period',
	$$VALUES ('2025Q1', 400, true), ('2025Q2', 400, true), ('2025Q3', 400, true), ('2025Q4', 400, true)$$, 'so are the quarters, each as it was assessed');
SELECT results_eq(
	'SELECT subject, state, corrected_run IS NOT NULL, adjustment, overdue FROM objection_status ORDER BY objection_id',
	$$VALUES ('U295', 'upheld', false, 0.50, false), ('U131', 'upheld', true, NULL, false), ('U377', 'rejected', false, NULL, false)$$,
	'three objections, answered in time: by an adjustment, by a run, by words');
SELECT results_eq(
	'SELECT kind, coalesce(period, version::text), state FROM publication_status WHERE scheme_id IS NOT NULL AND coalesce(period_id, 2025000) = 2025000 ORDER BY publication_id',
	$$VALUES ('scheme', '1', 'on display'), ('preliminary', '2025', 'superseded'), ('preliminary', '2025', 'final'), ('final', '2025', 'on display')$$, 'what was published');
SELECT results_eq(
	$$SELECT verb, count(*)::integer FROM audit_trail WHERE actor = 'perfeval_city_operator' GROUP BY verb ORDER BY verb$$,
	$$VALUES ('adjust', 1), ('answer_objection', 3), ('assess', 18), ('carry_adjustments', 1), ('finalize', 5), ('publish', 6), ('publish_version', 1), ('raise_objection', 1), ('record_reading', 1)$$,
	'all that the operator did is on record');

-- The chain in plain SQL: lines as doc/proof.md says, each hashed with the hash before.
CREATE FUNCTION pg_temp.sha(line text) RETURNS text LANGUAGE sql AS $$ SELECT encode(sha256(convert_to(line, 'UTF8')), 'hex') $$;
CREATE TEMP TABLE line AS
SELECT f.line_no, f.hash, u.hash AS start,
	concat_ws('|', f.line_no, pg_temp.sha(concat_ws('|', pg_temp.sha(u.salt || '|subject|' || s.code), s.code, s.name, s.name_zh)), '2025', round(f.score, 2),
		'tier=' || f.tier, 'rank=' || f.rank, 'adjusted=' || trim_scale(f.adjustment), 'adjustments=' || coalesce(a.hash, '\N'), 'objections=\N') AS line
FROM final_result AS f JOIN run AS u USING (run_id) JOIN subject AS s USING (subject_id)
	LEFT JOIN (SELECT a.subject_id, a.run_id, pg_temp.sha(string_agg(concat_ws('|', a.adjustment_id, 'points=' || trim_scale(a.points),
	               'at=' || to_char(a.adjusted_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), 'objection=' || a.objection_id, 'cancels=' || coalesce(a.cancels::text, '\N'),
	               'by=' || pg_temp.sha(n.secret || a.adjusted_by), 'reason=' || pg_temp.sha(n.secret || a.reason), 'evidence=' || pg_temp.sha(n.secret || a.evidence)),
	               E'\n' ORDER BY a.adjustment_id)) AS hash
	           FROM adjustment AS a JOIN run AS u USING (run_id), LATERAL (SELECT pg_temp.sha(u.salt || '|adjustment|' || a.adjustment_id) || '|' AS secret) AS n
	           GROUP BY a.subject_id, a.run_id) AS a ON a.run_id = f.run_id AND a.subject_id = f.subject_id
WHERE f.run_id = :second_run_id;
SELECT is(count(*) || ' ' || count(*) FILTER (WHERE hash = pg_temp.sha(before || '|' || line)), '400 400', 'its lines hash to a chain')
FROM (SELECT *, coalesce(lag(hash) OVER (ORDER BY line_no), start) AS before FROM line) AS l;
SELECT is((SELECT hash FROM line ORDER BY line_no DESC LIMIT 1), :'final_final_hash', 'whose last hash is the run''s');
SELECT is(count(*) || ' ' || count(*) FILTER (WHERE hash = pg_temp.sha(before || '|' || line)), '12 12',
	'twelve links: a scheme, four quarters on display and final, a year on display twice and final')
FROM (SELECT *, coalesce(lag(hash) OVER (ORDER BY link_no), repeat('0', 64)) AS before FROM chain_link) AS l;
SELECT results_eq('SELECT split_part(line, ''|'', 2), count(*)::integer FROM chain_link GROUP BY 1 ORDER BY 1',
	$$VALUES ('final', 5), ('preliminary', 6), ('scheme', 1)$$, 'by kind');
SELECT hash AS head, link_no AS head_no FROM chain_head \gset
CREATE TEMP TABLE kept_result AS TABLE result;
CREATE TEMP TABLE kept_final AS TABLE final_result;

-- ---- a year later

CALL add_year(2026);
CALL new_version('units', 1, in_force_from => '2026-01-01') \gset next_
UPDATE node SET spec = spec || '{"weight": 65}' WHERE version_id = :next_version_id AND node = 11;
UPDATE node SET spec = spec || '{"weight": 15}' WHERE version_id = :next_version_id AND node = 13;
-- What the draft would have made of the final run.
CREATE TEMP VIEW tried AS
SELECT unit, round(round(final, 30), 2) AS score, rank() OVER (PARTITION BY group_code ORDER BY round(final, 25) DESC) AS rank
FROM (SELECT unit, group_code, greatest(0, least(104, least(100, (65 * key + 20 * routine + coalesce(15 * dynamic, 0)) * :one
              / (85 + CASE WHEN dynamic IS NULL THEN 0 ELSE 15 END) * coefficient) - minus + plus)) AS final FROM expected WHERE period = '2025') AS x;
SELECT is(count(*) || ' ' || count(*) FILTER (WHERE (m.score_after, m.rank_after) = (t.score, t.rank)), '400 400', 'next year''s draft tried on the final run, as plain SQL has it')
FROM backtest(:next_version_id, :second_run_id) AS m JOIN tried AS t ON t.unit = m.subject;
CALL review_version(:next_version_id, 'D05', 'agree');
CALL review_version(:next_version_id, 'D15', 'agree');
CALL seal_version(:next_version_id);
SET ROLE perfeval_city_operator;
CALL publish_version(:next_version_id, published_from => '2026-01-05');
RESET ROLE;
-- January 2026, for which January 2025 stands in; and 1,000 corrections of 2025, some loaded, some entered.
INSERT INTO reading (subject_id, period_id, item, value)
SELECT subject_id, 2026021, item, value FROM reading WHERE period_id = 2025021 AND value IS NOT NULL;
CREATE TABLE :"office".late AS
SELECT subject, period, indicator, (value::integer + 1)::text AS value, row_number() OVER (ORDER BY pick('late/' || subject || period, 1000000), subject, period) AS n
FROM monthly WHERE indicator = 'errors' ORDER BY n LIMIT 1000;
CREATE VIEW :"office".late_loaded AS SELECT subject, period, indicator, value FROM late WHERE n <= 600;
CALL load('late_loaded', source => 'platform');
INSERT INTO reading (subject_id, period_id, item, value, note)
SELECT s.subject_id, p.period_id, i.item, l.value::numeric, 'found in 2026'
FROM late AS l JOIN subject AS s ON s.code = l.subject JOIN period AS p ON p.code = l.period JOIN indicator AS i ON i.code = l.indicator WHERE n > 600;
UPDATE monthly AS m SET value = l.value FROM late AS l WHERE (l.subject, l.period, l.indicator) = (m.subject, m.period, m.indicator);
CALL fold();
-- An office posts to its own item, in its own name.
SET ROLE perfeval_city_office;
CALL post_event('U001', 'negative_03', 'D53', '2026-01-12', 0.5, 'photographs', 'valid', reference => 'case 1') \gset posted_
SELECT throws_ok('CALL post_event(''U001'', ''negative_04'', ''D53'', ''2026-01-12'', 0.5)', '42501', NULL, 'an office does not post to another''s item');
SELECT throws_ok('CALL post_event(''U001'', ''negative_04'', ''D56'', ''2026-01-12'', 0.5)', '42501', NULL, 'nor in another''s name');
SET ROLE perfeval_city_operator;
CALL assess('units', '2026-01') \gset january_
RESET ROLE;
SELECT is((SELECT number FROM run JOIN scheme_version USING (version_id) WHERE run_id = :january_run_id), 2, 'January 2026 is assessed by the newer version');
SELECT is((SELECT deductions FROM result WHERE run_id = :january_run_id AND subject = 'U001'), -0.5, 'with what the office posted');
SELECT cmp_ok((SELECT count(*)::integer FROM standing AS s JOIN result AS r ON r.subject_id = s.subject_id AND r.run_id = :second_run_id
               WHERE s.period_id = 2025000 AND s.score < r.score), '>', 300, 'the corrections move most scores of 2025, live');
SELECT is(count(*)::integer, 400, 'to what plain SQL makes of them')
FROM standing AS s JOIN expected AS x ON x.unit = s.subject AND x.period = '2025' WHERE s.period_id = 2025000 AND (s.score, s.rank, s.tier) = (x.score, x.rank, x.tier);

SET ROLE perfeval_city_auditor;
CALL rerun(:second_run_id, reason => 'inquiry of 2027') \gset frozen_
CALL rerun(:second_run_id, from_facts => true, reason => 'inquiry of 2027') \gset facts_
RESET ROLE;
SELECT is((SELECT string_agg(concat_ws(' ', from_facts, same, hash = hash_then), ', ' ORDER BY run_id) FROM rerun_status), 'f t t, t t t',
	'the final run, from its frozen inputs and from the facts as they were known: the same hash');
SELECT is((SELECT count(*)::integer FROM result WHERE run_id = r), 400, 'every result of it')
FROM unnest(ARRAY[:frozen_new_run, :facts_new_run]) AS r;
SELECT is((SELECT count(*)::integer FROM (
	SELECT to_jsonb(r) - 'run_id' FROM result AS r WHERE run_id IN (:frozen_new_run, :facts_new_run)
	EXCEPT SELECT to_jsonb(r) - 'run_id' FROM kept_result AS r WHERE run_id = :second_run_id) AS x), 0, 'bit for bit');
SELECT is((SELECT count(*)::integer FROM (TABLE kept_result EXCEPT TABLE result) AS x) + (SELECT count(*)::integer FROM (TABLE kept_final EXCEPT TABLE final_result) AS x), 0,
	'nothing that was kept has changed');
SELECT is((SELECT hash FROM chain_link WHERE link_no = :head_no), :'head', 'the chain goes through the head that was kept');

-- Nothing was altered, cards, runs and chain, and the head that was kept is in it.
SET ROLE perfeval_city_auditor;
SELECT is_empty(format('SELECT * FROM verify_runs(heads => ARRAY[%L, %L, %L])', :'head', :'final_final_hash', (SELECT hash FROM run_status WHERE run_id = :second_run_id)),
	'every run, result and link is what it was, and the heads that were kept are there');
SELECT throws_ok('CALL finalize(' || :january_run_id || ')', '42501', NULL, 'an auditor looks and makes nothing final');
RESET ROLE;
CALL verify();

-- ---- the end

RESET search_path;
SELECT public.throws_ok(format('CALL perfeval.drop_workspace(%1$L, %1$L)', :'workspace'), '55006', NULL, 'a workspace with final results is not dropped by the way');
CALL perfeval.drop_workspace(:'workspace', :'workspace', force => true);
SELECT public.hasnt_schema(:'workspace', 'but on purpose');
SELECT * FROM public.finish();
RESET SESSION AUTHORIZATION;
SELECT format('DROP OWNED BY %I CASCADE', rolname) FROM pg_roles WHERE rolname LIKE 'perfeval_city_%' \gexec
SELECT format('DROP ROLE %I', rolname) FROM pg_roles WHERE rolname LIKE 'perfeval_city_%' \gexec
