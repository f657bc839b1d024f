-- Monthly grades: each month 40 % "good" in each group, exact or at most; the year's best tier asks for six goods, no
-- fail and a minimum of months; an open pre-deduction takes the goods of its quarter.
\set ON_ERROR_STOP 1
SET client_min_messages = warning;
SELECT plan(82);

CALL perfeval.create_workspace('等次 "it''s" 50%', time_zone => 'Asia/Shanghai');
SET search_path = "等次 ""it's"" 50%", perfeval, public;
CALL add_year(2024, 'month');
INSERT INTO "grouping" (code, label) VALUES ('staff', 'Staff');
-- Groups of 1 to 12 people; the group's number is its size, and P0803 the third person of eight.
INSERT INTO subject_group (grouping_id, code, label) SELECT 1, 'G' || lpad(n::text, 2, '0'), 'Group of ' || n FROM generate_series(1, 12) AS n;
INSERT INTO subject (subject_id, code, name, name_zh, kind)
SELECT n * 100 + i, format('P%s%s', lpad(n::text, 2, '0'), lpad(i::text, 2, '0')), format('Person %s of %s', i, n), '职员', 'person'
FROM generate_series(1, 12) AS n, generate_series(1, n) AS i;
-- P1010 joins in July, and is the best of the group from then on.
INSERT INTO group_member (subject_id, grouping_id, group_id, valid_from)
SELECT s.subject_id, 1, s.subject_id / 100, CASE WHEN s.code = 'P1010' THEN date '2024-07-01' ELSE '2020-01-01' END FROM subject AS s;
INSERT INTO subject (subject_id, code, name, kind) VALUES (9001, 'OFF', 'Office', 'department');
INSERT INTO indicator (item, code, name, name_zh, roll_up) VALUES (1, 'WORK', 'Work', '工作实绩', 'mean'), (2, 'LAPSE', 'Lapses', '失误', 'sum');
INSERT INTO indicator (item, code, name, name_zh, fact, roll_up, owner_id) VALUES (3, 'PREDEDUCT', 'Pre-deductions', '预扣分', 'event', 'sum', 9001);
CALL allow_posting('PREDEDUCT');

INSERT INTO scheme (code, label, label_zh, grouping_id) VALUES ('exact', 'Months, exactly 40 %', '月度（恰好）', 1),
	('at-most', 'Months, at most 40 %', '月度（至多）', 1), ('year', 'Year', '年度', 1), ('year-at-most', 'Year', '年度', 1);
INSERT INTO scheme_version (scheme_id, number, in_force_from, period_kinds, round_at, round_digits, round_mode, rank_basis, ties, tie_chain, capped_seat)
SELECT s, 1, '2024-01-01', CASE WHEN s < 3 THEN '{month}' ELSE '{year}' END::text[], 'final', 2, 'half_up', 'unrounded', 'contract', '{}',
	CASE s WHEN 3 THEN 'refilled' ELSE 'kept' END
FROM generate_series(1, 4) AS s;
INSERT INTO node (version_id, node, parent, position, spec)
SELECT v, n.* FROM generate_series(1, 4) AS v,
	(VALUES (0, NULL::integer, 1, jsonb '{"rule": "given", "item": 1, "min": 0, "max": 100}')) AS n;
-- Two lapses in a month are a fail, whatever the score.
INSERT INTO node (version_id, node, parent, position, spec)
SELECT v, 9, NULL, 2, '{"rule": "limit", "item": 2, "ge": 2, "effect": "cap_tier", "tier": 3}' FROM generate_series(1, 2) AS v;
INSERT INTO tier (version_id, tier, code, label, label_zh, share, bound, preference)
SELECT v, t.* FROM generate_series(1, 2) AS v, (VALUES (1, 'good', 'good', '好', 0.4, 'exact', 1), (2, 'fair', 'fair', '一般', 0.6, 'exact', 2),
	(3, 'fail', 'fail', '差', 0, 'at_most', 3)) AS t;
UPDATE tier SET bound = 'at_most' WHERE version_id = 2 AND tier = 1;
INSERT INTO tier (version_id, tier, code, label, label_zh, share, bound, preference)
SELECT v, t.* FROM generate_series(3, 4) AS v, (VALUES (1, 'excellent', 'excellent', '优秀', 0.5, 'exact', 1), (2, 'competent', 'competent', '称职', 0.5, 'exact', 2)) AS t;
INSERT INTO grade_rule (version_id, source_id, period_kind, good, fail, goods, periods_min, taken_by, taken_kind, taken_until) VALUES
	(3, 1, 'month', 'good', 'fail', 6, 6, 3, 'quarter', 'decided'), (4, 2, 'month', 'good', 'fail', 6, 8, 3, 'quarter', 'rejected');
SELECT is_empty($$SELECT * FROM version_lint(3) WHERE code LIKE 'grade%' AND severity <> 'warning'$$, 'the rule is in order');
CALL seal_version(1);
CALL seal_version(2);
CALL seal_version(3);
CALL seal_version(4);
SELECT is(export_scheme('year') -> 'grades', '{"scheme": "exact", "period_kind": "month", "good": "good", "fail": "fail", "goods": 6, "periods_min": 6, "tier": 1,
	"taken_by": 3, "taken_kind": "quarter", "taken_until": "decided"}', 'it is part of the document that is sealed');

-- ---- twelve months from a fixed seed: all scores of a month differ

INSERT INTO reading (subject_id, period_id, item, value)
SELECT s.subject_id, 2024020 + m, 1, CASE s.code WHEN 'P1010' THEN 100 - 0.01 * m
	ELSE 50 + ('x' || left(encode(sha256(format('seed 2024|%s|%s', s.code, m)::bytea), 'hex'), 6))::bit(24)::integer * 0.0000025 END
FROM subject AS s, generate_series(1, 12) AS m WHERE s.kind = 'person' AND NOT (s.code = 'P1010' AND m < 7);
-- Both have six goods and more; the one fails in a month in which it is not good, the other in one in which it is.
INSERT INTO reading (subject_id, period_id, item, value) VALUES (find_subject('P0904'), 2024021, 2, 2), (find_subject('P1210'), 2024022, 2, 3),
	(find_subject('P1209'), 2024022, 2, 1);
CALL fold();
SELECT is((SELECT count(DISTINCT (period_id, value)) FROM reading WHERE item = 1), (78 * 12 - 6)::bigint, 'no two scores of a month are equal');
SELECT format('CALL assess(%L, %L)', s.code, p.code) FROM scheme AS s, period AS p WHERE s.scheme_id < 3 AND p.kind = 'month' AND NOT p.cumulative ORDER BY 1 \gexec
SELECT is((SELECT count(*) FROM month_grade), 0::bigint, 'a draft grades nobody');
SELECT is((SELECT count(*) FROM year_grade WHERE NOT eligible), 156::bigint, 'so nobody is eligible');
SELECT format('CALL publish(%s, 0)', r.run_id) FROM run AS r ORDER BY 1 \gexec

-- Seats of n = 1 to 12, worked out by hand: largest remainder of 40/60, and the floor of 40 %.
CREATE TEMP TABLE seats AS SELECT * FROM unnest('{0,1,1,2,2,2,3,3,4,4,4,5}'::integer[], '{0,0,1,1,2,2,2,3,3,4,4,4}'::integer[])
	WITH ORDINALITY AS s (exact, at_most, n);
SELECT results_eq($$SELECT n::integer, tier_quota(n::integer, '{0.4,0.6}'), tier_quota(n::integer, '{0.4,0.6}', NULL, NULL, '{at_most,exact}') FROM seats ORDER BY n$$,
	$$SELECT n::integer, ARRAY[exact, n - exact]::integer[], ARRAY[at_most, n - at_most]::integer[] FROM seats ORDER BY n$$, 'formulas 4.12: 40 % of n, exact and at most');
SELECT is_empty($$SELECT r.scheme, r.period, r.group_id, r.group_size, count(*) FILTER (WHERE r.quota_tier = 1), s.exact, s.at_most
	FROM run_result AS r JOIN seats AS s ON s.n = r.group_size
	GROUP BY r.scheme, r.period, r.group_id, r.group_size, s.exact, s.at_most
	HAVING count(*) FILTER (WHERE r.quota_tier = 1) <> CASE r.scheme WHEN 'exact' THEN s.exact ELSE s.at_most END OR count(*) <> r.group_size$$,
	'so many are good in each group and month, in 288 of them');
SELECT is((SELECT count(DISTINCT (scheme, period, group_id)) FROM run_result), 288::bigint, 'that many');
-- Once more from the readings alone.
CREATE TEMP TABLE expected AS
SELECT x.subject_id, x.period_id, x.scheme, CASE WHEN (x.subject_id, x.period_id) IN ((904, 2024021), (1210, 2024022)) THEN 'fail'
	WHEN x.place <= CASE x.scheme WHEN 'exact' THEN s.exact ELSE s.at_most END THEN 'good' ELSE 'fair' END AS grade
FROM (SELECT r.*, k.scheme, row_number() OVER (PARTITION BY k.scheme, r.period_id, r.subject_id / 100 ORDER BY r.value DESC) AS place,
          count(*) OVER (PARTITION BY k.scheme, r.period_id, r.subject_id / 100) AS n
      FROM reading AS r, (VALUES ('exact'), ('at-most')) AS k (scheme) WHERE r.item = 1) AS x JOIN seats AS s ON s.n = x.n;
SELECT set_eq('SELECT subject_id, period_id, source, grade, good, fail, counts FROM month_grade',
	$$SELECT subject_id, period_id, scheme, grade, grade = 'good' AS good, grade = 'fail' AS fail, grade = 'good' AS counts FROM expected$$, 'who is good, fair, fail is what the readings say');
SELECT results_eq('SELECT scheme, sum(goods)::integer, sum(fails)::integer, sum(graded)::integer FROM year_grade GROUP BY scheme ORDER BY scheme',
	$$VALUES ('year', 371, 2, 930), ('year-at-most', 305, 2, 930)$$, 'goods of the year: 31 and 26 a month, but for one that failed, and a tenth person of group 10 from July on');
SELECT set_eq('SELECT scheme, subject_id, goods, fails, graded, eligible FROM year_grade',
	$$SELECT s.code, e.subject_id, count(*) FILTER (WHERE e.grade = 'good') AS goods, count(*) FILTER (WHERE e.grade = 'fail') AS fails, count(*) AS graded,
		count(*) FILTER (WHERE e.grade = 'good') >= 6 AND bool_and(e.grade <> 'fail') AND count(*) >= CASE s.code WHEN 'year' THEN 6 ELSE 8 END AS eligible
	FROM expected AS e JOIN scheme AS s ON s.scheme_id = CASE e.scheme WHEN 'exact' THEN 3 ELSE 4 END GROUP BY s.code, e.subject_id$$, 'goods, fails, months of everybody');

-- ---- formulas 4.12: six goods, five, six and a fail, six of six from July on

SELECT results_eq($$SELECT g, eligible_excellent(g, f, m, 6, n) FROM (VALUES (6::bigint, 0::bigint, 12::bigint, 6), (5, 0, 12, 6), (6, 1, 12, 6), (6, 0, 6, 6), (6, 0, 6, 7),
	(12, 0, 12, 12), (0, 0, 0, 0)) AS v (g, f, m, n)$$, 'VALUES (6::bigint, true), (5, false), (6, false), (6, true), (6, false), (12, true), (0, false)', 'eligible_excellent');
SELECT results_eq($$SELECT subject, goods, fails, graded, eligible, reason, reason_zh FROM year_grade
	WHERE scheme = 'year' AND subject IN ('P0401', 'P0402', 'P0904', 'P1010', 'P1210') ORDER BY subject$$,
	$$VALUES ('P0401', 5::bigint, 0::bigint, 12::bigint, false, 'goods 5 of 6', '良好5次，须6次'),
		('P0402', 6, 0, 12, true, 'goods 6 of 6, fails 0, periods graded 12', '良好6次（须6次），无不合格，参评12期'),
		('P0904', 6, 1, 12, false, 'fails 1', '不合格1次'),
		('P1010', 6, 0, 6, true, 'goods 6 of 6, fails 0, periods graded 6', '良好6次（须6次），无不合格，参评6期'),
		('P1210', 9, 1, 12, false, 'fails 1', '不合格1次')$$, 'six goods do, five do not, a fail does not, six of six do where six months are enough');
SELECT results_eq($$SELECT eligible, reason, reason_zh FROM year_grade WHERE scheme = 'year-at-most' AND subject = 'P1010'$$,
	$$VALUES (false, 'periods graded 6 of 8', '参评6期，须8期')$$, 'and do not where eight are asked for');
SELECT results_eq($$SELECT reason, reason_zh, counts FROM month_grade WHERE scheme = 'year' AND subject = 'P1210' AND period = '2024-02'$$,
	$$VALUES ('a fail closes the best tier', '不合格，不得评优', false)$$, 'a fail says so');

-- ---- an open pre-deduction takes the goods of its quarter, and gives them back

-- Goods of P0402: March, April, July, August, November, December.
SELECT is((SELECT string_agg(period, ' ' ORDER BY period) FROM month_grade WHERE scheme = 'year' AND subject = 'P0402' AND counts),
	'2024-03 2024-04 2024-07 2024-08 2024-11 2024-12', 'six goods in four quarters');
CALL post_event('P0402', 'PREDEDUCT', 'OFF', '2024-08-31', evidence => 'notice 1') \gset
\set in_august :event_id
SELECT results_eq($$SELECT period, good, counts, reason, reason_zh FROM month_grade WHERE scheme = 'year' AND subject = 'P0402' AND good ORDER BY period$$,
	$$VALUES ('2024-03', true, true, 'good', '计入良好'), ('2024-04', true, true, 'good', '计入良好'),
		('2024-07', true, false, 'good, but taken by an event of 2024Q3', '良好，因2024Q3的预扣分等事件取消'),
		('2024-08', true, false, 'good, but taken by an event of 2024Q3', '良好，因2024Q3的预扣分等事件取消'),
		('2024-11', true, true, 'good', '计入良好'), ('2024-12', true, true, 'good', '计入良好')$$, 'it takes July and August, and no other month');
SELECT results_eq($$SELECT scheme, goods, taken, fails, eligible, reason, reason_zh FROM year_grade WHERE subject = 'P0402' ORDER BY scheme$$,
	$$VALUES ('year', 4::bigint, 2::bigint, 0::bigint, false, 'goods 4 of 6; taken by events 2', '良好4次，须6次；因预扣分等事件取消良好2次'),
		('year-at-most', 2, 2, 0, false, 'goods 2 of 6; taken by events 2', '良好2次，须6次；因预扣分等事件取消良好2次')$$, 'and the year with them');
SELECT results_eq($$SELECT subject, taken FROM year_grade WHERE scheme = 'year' AND taken > 0$$, $$VALUES ('P0402', 2::bigint)$$, 'of nobody else');
CALL decide_event(:in_august, 'rejected', 'it was another person');
SELECT results_eq($$SELECT goods, taken, eligible FROM year_grade WHERE scheme = 'year' AND subject = 'P0402'$$, 'VALUES (6::bigint, 0::bigint, true)', 'rejected, it gives them back');
CALL decide_event(:in_august, 'pending');
SELECT is((SELECT goods FROM year_grade WHERE scheme = 'year' AND subject = 'P0402'), 4::bigint, 'open again, it takes them again');
CALL decide_event(:in_august, 'valid');
SELECT results_eq($$SELECT scheme, goods, taken, eligible FROM year_grade WHERE subject = 'P0402' ORDER BY scheme$$,
	$$VALUES ('year', 6::bigint, 0::bigint, true), ('year-at-most', 2, 2, false)$$, 'decided as valid it gives them back where the version says decided, and not where it says rejected');
CALL decide_event(:in_august, 'tolerated', '容错');
SELECT is((SELECT goods FROM year_grade WHERE scheme = 'year-at-most' AND subject = 'P0402'), 4::bigint, 'a tolerated one takes none');
-- Posted for a month, it is of that month's quarter, whenever it happened; of two one is enough.
CALL post_event('P0402', 'PREDEDUCT', 'OFF', '2024-03-31', period => '2024-04') \gset
CALL post_event('P0402', 'PREDEDUCT', 'OFF', '2024-05-01');
SELECT is((SELECT string_agg(period, ' ') FROM month_grade WHERE scheme = 'year' AND subject = 'P0402' AND good AND NOT counts), '2024-04', 'the period it is posted for decides which quarter');
CALL decide_event(:event_id, 'rejected', 'twice the same');
SELECT is((SELECT taken FROM year_grade WHERE scheme = 'year' AND subject = 'P0402'), 1::bigint, 'as long as one is open');
SELECT format('CALL decide_event(%s, %L, %L)', event_id, 'rejected', 'settled') FROM event_state WHERE decision = 'pending' \gexec
-- Whoever fails loses nothing more, and has no good to lose.
CALL post_event('P1210', 'PREDEDUCT', 'OFF', '2024-02-15') \gset
SELECT results_eq($$SELECT reason FROM month_grade WHERE scheme = 'year' AND subject = 'P1210' AND period = '2024-02'$$, $$VALUES ('a fail closes the best tier')$$, 'a fail stays one');
CALL decide_event(:event_id, 'rejected', 'settled');

-- ---- the year

SELECT throws_ok($$CALL assess('year', '2024')$$, '55000', 'grades of scheme "year" in period 2024 are not applied as they are now: subjects concerned '
	|| (SELECT count(*) FROM year_grade WHERE scheme = 'year' AND NOT eligible), 'grades that are not applied are not left out of a run without a word');
CALL apply_grades('year', '2024');
CALL apply_grades('year-at-most', '2024');
SELECT ok((SELECT bool_and(applied) FROM year_grade), 'all are applied');
SELECT is((SELECT detail::jsonb - 'runs' FROM audit_trail WHERE verb = 'apply_grades' ORDER BY act_id LIMIT 1), jsonb_build_object('kept_out', (SELECT count(*) FROM year_grade
	WHERE scheme = 'year' AND NOT eligible)), 'it leaves a trace');
SELECT is((SELECT count(*) FROM audit_trail AS a, jsonb_each_text(a.detail::jsonb -> 'runs') AS x JOIN run_status AS r ON r.run_id = x.value::integer AND r.period = x.key
	WHERE a.verb = 'apply_grades' AND r.scheme IN ('exact', 'at-most')), 24::bigint, 'which says from which runs');
CALL apply_grades('year', '2024');
SELECT is((SELECT count(*) FROM act WHERE verb = 'apply_grades'), 2::bigint, 'again, it changes nothing');

-- Seats of the year: the better half, a single one included. Freed ones go to the next that is eligible, or stay free.
CREATE TEMP VIEW expected_year AS
SELECT y.scheme, y.subject_id, y.eligible, y.rank, CASE WHEN y.eligible AND CASE y.scheme WHEN 'year' THEN y.place ELSE y.rank END <= (y.n + 1) / 2 THEN 'excellent' ELSE 'competent' END AS tier_code
FROM (SELECT s.scheme, s.subject_id, s.rank, g.eligible, row_number() OVER (PARTITION BY s.scheme, s.group_id, g.eligible ORDER BY s.score DESC, s.rank) AS place,
          count(*) OVER (PARTITION BY s.scheme, s.group_id) AS n
      FROM standing AS s JOIN year_grade AS g USING (scheme_id, period_id, subject_id)
      WHERE s.period = '2024') AS y;
SELECT set_eq($$SELECT scheme, subject_id, tier_code FROM standing WHERE period = '2024' AND scheme LIKE 'year%'$$, 'SELECT scheme, subject_id, tier_code FROM expected_year', 'who is eligible and in front is excellent, freed seats are refilled or kept');
SELECT is_empty($$SELECT s.subject FROM standing AS s JOIN year_grade AS g USING (scheme_id, period_id, subject_id) WHERE s.tier = 1 AND NOT g.eligible$$, 'nobody else is');
SELECT cmp_ok((SELECT count(*) FROM standing WHERE scheme = 'year' AND period = '2024' AND tier_capped), '>', 5::bigint, 'some lose the tier of their rank');
SELECT results_eq($$SELECT rank, tier_code FROM standing WHERE scheme = 'year' AND period = '2024' AND subject = 'P1210'$$, $$VALUES (1::bigint, 'competent')$$, 'the best of the year with a fail keeps the rank');

CALL assess('year', '2024') \gset year_
CALL publish(:year_run_id, 0);
CREATE TEMP TABLE before AS SELECT subject_id, rank, tier FROM run_result WHERE run_id = :year_run_id;
SELECT set_eq('TABLE before', $$SELECT subject_id, rank, tier FROM standing WHERE scheme = 'year' AND period = '2024'$$, 'a run is the live standing');
-- Afterwards January of P0401 is corrected, P0501 is adjusted in a month of its own, and P1106 gets a pre-deduction.
SELECT results_eq($$SELECT subject, goods, eligible FROM year_grade WHERE scheme = 'year' AND subject IN ('P0401', 'P0501', 'P1106') ORDER BY subject$$,
	$$VALUES ('P0401', 5::bigint, false), ('P0501', 5, false), ('P1106', 7, true)$$, 'before');
INSERT INTO reading (subject_id, period_id, item, value) VALUES (find_subject('P0401'), 2024022, 1, 100);
CALL assess('exact', '2024-02', 'corrected') \gset
SELECT is((SELECT goods FROM year_grade WHERE scheme = 'year' AND subject = 'P0401'), 5::bigint, 'a correction counts once it is published');
CALL publish(:run_id, 0);
SELECT is((SELECT goods FROM year_grade WHERE scheme = 'year' AND subject = 'P0401'), 6::bigint, 'and then it does');
SELECT last_run('exact', '2024-02') AS run_id \gset
CALL adjust(:run_id, 'P0501', 60, 'an error of the form', 'minutes 3');
SELECT is((SELECT goods FROM year_grade WHERE scheme = 'year' AND subject = 'P0501'), 6::bigint, 'so does an adjustment');
CALL finalize(:run_id);
SELECT results_eq($$SELECT goods, eligible FROM year_grade WHERE scheme = 'year' AND subject = 'P0501'$$, 'VALUES (6::bigint, true)', 'in what is final as well');
CALL post_event('P1106', 'PREDEDUCT', 'OFF', '2024-09-30') \gset
CALL apply_grades('year', '2024');
SELECT set_eq($$SELECT subject_id, tier_code FROM standing WHERE period = '2024' AND scheme = 'year'$$, $$SELECT subject_id, tier_code FROM expected_year WHERE scheme = 'year'$$, 'live standings follow');
SELECT isnt_empty($$SELECT b.subject_id FROM before AS b JOIN standing AS s ON s.subject_id = b.subject_id AND s.scheme = 'year' AND s.period = '2024' WHERE b.tier <> s.tier$$, 'for some it makes a difference');
SELECT set_eq('SELECT subject_id, rank, tier FROM run_result WHERE run_id = ' || :year_run_id, 'TABLE before', 'the run stays as it was');
CALL rerun(:year_run_id, false, 'to be sure') \gset
SELECT set_eq('SELECT subject_id, rank, tier FROM run_result WHERE run_id = ' || :new_run, 'TABLE before', 'worked out again it is the same');
SELECT ok((SELECT same FROM rerun_status WHERE run_id = :new_run), 'to the last byte');
CALL rerun(:year_run_id, true, 'from the facts as they were') \gset
SELECT ok((SELECT same FROM rerun_status WHERE run_id = :new_run), 'from the facts as they were known then, too');
SELECT is_empty('SELECT * FROM verify_runs()', 'all runs hold');
CALL finalize(:year_run_id);
SELECT throws_ok($$CALL apply_grades('year', '2024')$$, '55000', 'scheme "year" has a final run of period 2024', 'what is final stays');
CALL decide_event(:event_id, 'rejected', 'settled');

-- What is announced for tomorrow grades nobody today.
CALL add_year(2025, 'month');
INSERT INTO reading (subject_id, period_id, item, value) SELECT subject_id, 2025021, 1, subject_id % 100 FROM subject WHERE kind = 'person';
CALL assess('exact', '2025-01') \gset
CALL publish(:run_id, 0, published_from => today() + 1);
SELECT is((SELECT sum(graded) FROM year_grade WHERE scheme = 'year' AND period = '2025'), 0::numeric, 'a month that is announced for tomorrow');
-- A version without such a rule opens what was closed.
CALL apply_grades('year-at-most', '2025');
SELECT is((SELECT count(*) FROM grade_effect WHERE period_id = 2025000 AND withdrawn_at IS NULL), 78::bigint, 'no months, nobody');
SELECT throws_ok($$CALL apply_grades('exact', '2024-01')$$, '55000', 'no rule about grades is in force for scheme "exact" in period 2024-01', 'a scheme without a rule says so');
CALL new_version('year-at-most', 1, '2025-01-01') \gset
DELETE FROM grade_rule WHERE version_id = :version_id;
CALL seal_version(:version_id);
SELECT throws_ok($$CALL assess('year-at-most', '2025')$$, '55000', NULL, 'caps of a rule that is gone are not taken along');
CALL apply_grades('year-at-most', '2025');
SELECT is_empty('SELECT FROM grade_effect WHERE period_id = 2025000 AND withdrawn_at IS NULL', 'they go when grades are applied');

-- ---- the rule is part of its version

CALL new_version('year', 1, '2025-01-01') \gset
SELECT results_eq('SELECT * FROM grade_rule WHERE version_id = ' || :version_id, $$SELECT $$ || :version_id || $$, 1, 'month', 'good', 'fail', 6, 6, 1, 3, 'quarter', 'decided'$$, 'a copy has it');
UPDATE grade_rule SET goods = 7 WHERE version_id = :version_id;
SELECT results_eq(format('SELECT path, change, key, before, after FROM version_diff(3, %s) WHERE path = %L', :version_id, '/grades'),
	$$VALUES ('/grades', 'changed', 'goods', '6', '7')$$, 'what is changed in it is a difference of versions');
DELETE FROM grade_rule WHERE version_id = :version_id;
SELECT ok(NOT version_document(:version_id) ? 'grades', 'a version without one says nothing of it, so that older hashes hold');
SELECT results_eq(format('SELECT path, change FROM version_diff(3, %s) WHERE path = %L', :version_id, '/grades'), $$VALUES ('/grades', 'removed')$$, 'that is a difference too');
CALL discard_version(:version_id);
SELECT throws_ok('UPDATE grade_rule SET goods = 5 WHERE version_id = 3', '55000', 'version 1 of scheme "year" is sealed: its grade_rule cannot be changed', 'sealed, it stays');
SELECT throws_ok('TRUNCATE grade_rule', '55000', NULL, 'and is not emptied');
SELECT throws_ok('UPDATE indicator SET fact = ''reading'' WHERE item = 3', '55000', NULL, 'what its events are stays as well');
CALL import_scheme(export_scheme('year') || '{"scheme": {"code": "again", "label": "Again"}}') \gset
SELECT is(version_document(:version_id) -> 'grades', export_scheme('year') -> 'grades', 'a document brings it along');
CALL discard_version(:version_id);
SELECT throws_ok($$CALL import_scheme(jsonb_set(export_scheme('year'), '{grades,scheme}', '"none"'))$$, 'P0002', '/grades: there is no scheme ''none''', 'a scheme that is not there is named');
SELECT throws_ok($$CALL import_scheme(jsonb_set(export_scheme('year'), '{grades,months}', '6'))$$, '22023', '/grades: unknown key "months"', 'so is a key that is not known');
SELECT is_empty('SELECT * FROM verify_schemes()', 'sealed versions are as they were sealed');
BEGIN;
ALTER TABLE grade_rule DISABLE TRIGGER ALL;
UPDATE grade_rule SET goods = 5 WHERE version_id = 3;
SELECT results_eq('SELECT version_id, place, message FROM verify_schemes()', $$VALUES (3, '/grades', 'the rows are not those that were sealed')$$, 'one that was altered in spite of the guard is found');
ROLLBACK;

-- ---- lints: what is wrong, odd or left open in it

CALL new_version('year', 1, '2025-01-01') \gset
SELECT set_config('test.version', :'version_id', false) \g /dev/null
CREATE FUNCTION pg_temp.finds(change text, severity text, code text, message text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	found text;
BEGIN
	EXECUTE format('UPDATE grade_rule SET %s WHERE version_id = %s', change, current_setting('test.version'));
	SELECT string_agg(concat_ws('|', l.severity, l.code, l.message), E'\n') INTO found FROM version_lint(current_setting('test.version')::integer) AS l WHERE l.path = '/grades';
	UPDATE grade_rule AS g SET (source_id, period_kind, good, fail, goods, periods_min, tier, taken_by, taken_kind, taken_until) =
		(SELECT o.source_id, o.period_kind, o.good, o.fail, o.goods, o.periods_min, o.tier, o.taken_by, o.taken_kind, o.taken_until FROM grade_rule AS o WHERE o.version_id = 3)
	WHERE g.version_id = current_setting('test.version')::integer;
	RETURN is(found, concat_ws('|', severity, code, message), change);
END
$$;
SELECT is_empty('SELECT * FROM version_lint(' || :version_id || $$) WHERE path = '/grades'$$, 'a rule without a fault');
SELECT pg_temp.finds('periods_min = NULL', 'choice', 'grade_periods', 'how many periods must have been graded is not stated');
SELECT pg_temp.finds('taken_kind = NULL', 'choice', 'grade_taken', 'what an event takes the goods of is not stated');
SELECT pg_temp.finds('taken_until = NULL', 'choice', 'grade_taken', 'whether goods come back when an event is decided as valid is not stated');
SELECT pg_temp.finds('goods = 13', 'error', 'grade_reach', '13 periods of kind month are asked for, and a period of kind year has 12');
SELECT pg_temp.finds('periods_min = 13', 'error', 'grade_reach', '13 periods of kind month are asked for, and a period of kind year has 12');
SELECT pg_temp.finds('tier = 2', 'error', 'grade_tier', 'tier 2 is to be closed, and there are 2 tiers');
SELECT pg_temp.finds('good = ''best''', 'error', 'grade_tier', 'version 1 of scheme "exact" has no tier "best"');
SELECT pg_temp.finds('fail = ''bad''', 'error', 'grade_tier', 'version 1 of scheme "exact" has no tier "bad"');
SELECT pg_temp.finds('good = ''fail'', fail = ''good''', 'error', 'grade_tier', 'in version 1 of scheme "exact", "good" is no worse than "fail"');
SELECT pg_temp.finds('taken_by = 1', 'error', 'grade_events', 'indicator WORK is not counted from events');
SELECT pg_temp.finds('taken_kind = ''week''', 'error', 'grade_kind', 'a period of kind week is shorter than one of kind month');
SELECT pg_temp.finds('period_kind = ''quarter'', goods = 3, periods_min = 3', 'warning', 'grade_source', 'no sealed version of scheme "exact" assesses periods of kind quarter');
INSERT INTO indicator (item, code, name, fact, pending_of) VALUES (4, 'OPEN', 'Open pre-deductions', 'event', 3);
SELECT pg_temp.finds('taken_by = 4', 'error', 'grade_events', 'indicator OPEN counts the pending events of another');
UPDATE scheme_version SET capped_seat = NULL WHERE version_id = :version_id;
SELECT is((SELECT string_agg(code, ' ') FROM version_lint(:version_id) WHERE severity = 'choice'), 'capped_seat', 'what becomes of a closed seat is a choice, too');
UPDATE scheme_version SET period_kinds = '{year,month}' WHERE version_id = :version_id;
SELECT pg_temp.finds('goods = 6', 'error', 'grade_kind', 'it assesses periods of kind month, which have no parts of kind month');
CALL discard_version(:version_id);

SELECT * FROM finish();
CALL perfeval.drop_workspace('等次 "it''s" 50%', '等次 "it''s" 50%', force => true);
