-- Events and ratings: who may post, what counts, and what tolerance takes back.
\set workspace '事件 "it''s" 50%'
SET client_min_messages = warning;
SET jit = off;
DROP SCHEMA IF EXISTS :"workspace" CASCADE;
SELECT public.plan(56);
CALL perfeval.create_workspace(:'workspace', time_zone => 'Asia/Shanghai');
SET search_path = :"workspace", public;

CALL add_year(2025, 'month');
INSERT INTO subject (subject_id, code, name, kind) VALUES (1, 'U1', 'Unit 1', 'institution'), (2, 'U2', 'Unit 2', 'institution'),
	(91, 'SAFE', 'Work safety', 'department'), (92, 'LINE', 'Hotline', 'department'), (93, 'HR', 'Personnel', 'department'),
	(81, 'P1', 'Leader 1', 'person'), (82, 'P2', 'Leader 2', 'person'), (83, 'P3', 'Leader 3', 'person'), (84, 'P4', 'Leader 4', 'person');
INSERT INTO "grouping" (grouping_id, code, label) VALUES (1, 'all', 'All');
INSERT INTO subject_group (group_id, grouping_id, code, label) VALUES (1, 1, 'all', 'All');
INSERT INTO group_member (subject_id, grouping_id, group_id) VALUES (1, 1, 1), (2, 1, 1);
INSERT INTO indicator (item, code, name, name_zh, fact, roll_up, owner_id, negative_list) VALUES
	(1, 'base', 'Base', '基础', 'reading', 'last', NULL, false),
	(11, 'safety', 'Work safety', '安全生产', 'event', 'sum', 91, true),
	(12, 'complaint', 'Complaints', '有效投诉', 'event', 'sum', 92, false),
	(13, 'suggestion', 'Landed suggestions', '建议落地', 'event', 'sum', NULL, false),
	(14, 'discipline', 'Staffing discipline', '违反编制纪律', 'event', 'sum', 93, false),
	(15, 'commendation', 'Provincial commendation', '省级表彰', 'event', 'sum', 93, false);
INSERT INTO indicator (item, code, name, name_zh, fact, roll_up, pending_of) VALUES (16, 'open', 'Complaints not decided', '待认定投诉', 'event', 'sum', 12);
INSERT INTO indicator (item, code, name, fact, criterion, rater_role, drop_each) VALUES (21, 'leaders', 'Leaders', 'rating', 'work', 'leader', 1);
INSERT INTO scheme (scheme_id, code, label, grouping_id) VALUES (1, 'city', 'City', 1);
INSERT INTO scheme_version (version_id, scheme_id, number, in_force_from, round_at, round_digits, round_mode, rank_basis, ties, tie_chain)
VALUES (1, 1, 1, '2025-01-01', 'final', 2, 'half_up', 'unrounded', 'expand', '{}');
INSERT INTO node (version_id, node, parent, position, part, spec) VALUES
	(1, 0, NULL, 1, NULL, '{"rule": "sum", "missing": "zero"}'),
	(1, 1, 0, 1, 'base', '{"rule": "given", "item": 1, "min": null, "max": null}'),
	(1, 2, 0, 2, 'complaints', '{"rule": "events", "item": 12, "full_points": 20, "penalty": 5, "min_points": 0, "pending": {"item": 16}, "count_pending": "no"}'),
	(1, 3, 0, 3, 'deductions', '{"rule": "deductions", "cap_total": 30, "missing": "zero"}'),
	(1, 31, 3, 1, NULL, '{"rule": "given", "item": 11, "min": 0, "max": null, "cap": 20}'),
	(1, 32, 3, 2, NULL, '{"rule": "given", "item": 14, "min": 0, "max": null, "cap": 30}'),
	(1, 4, 0, 4, 'bonus', '{"rule": "bonus", "cap_total": 14, "missing": "zero"}'),
	(1, 41, 4, 1, NULL, '{"rule": "awards", "item": 13, "points": 5, "cap_award": null, "cap_kind": null, "cap": 10}'),
	(1, 42, 4, 2, NULL, '{"rule": "awards", "item": 15, "points": 1, "cap_award": null, "cap_kind": null, "cap": 1}'),
	(1, 5, 0, 5, 'leaders', '{"rule": "given", "item": 21, "min": 0, "max": 100}');
INSERT INTO tier (version_id, tier, code, label, share, bound) SELECT v.version_id, 1, 'A', 'all', 1, 'exact' FROM scheme_version AS v;

-- ---- who may post

CALL allow_posting('safety');
CALL allow_posting('有效投诉');
CALL allow_posting('suggestion', 'HR');
CALL allow_posting('14');
CALL allow_posting('commendation');
CALL allow_posting('commendation');
CALL allow_posting('complaint', 'HR');
SELECT results_eq('SELECT item, office_id FROM posting_right ORDER BY 1, 2', 'VALUES (11, 91::bigint), (12, 92), (12, 93), (13, 93), (14, 93), (15, 93)', 'owners and named offices may post');
SELECT throws_like($$CALL allow_posting('safety', 'HR')$$, '%"safety" is on the negative list: no office but its owner%', 'the negative list is its owner''s alone');
SELECT throws_like($$CALL allow_posting('suggestion')$$, '%"suggestion" has no owner', 'without an owner an office must be named');
SELECT throws_like($$CALL allow_posting('base', 'HR')$$, '%"base" is not counted from events', 'readings are not posted');
SELECT throws_like($$CALL allow_posting('nothing')$$, '%no indicator ''nothing''', 'indicators must exist');

CALL seal_version(1);
INSERT INTO reading (subject_id, period_id, item, value) SELECT s, 2025023, 1, 60 FROM generate_series(1, 2) AS s;
CREATE FUNCTION score(of_subject bigint DEFAULT 1) RETURNS numeric LANGUAGE sql AS
$$ SELECT score FROM standing WHERE period_id = 2025023 AND subject_id = of_subject $$;
SELECT is(score(), 80::numeric, 'without events: base, and all points for complaints');

CALL post_event('U1', 'complaint', 'LINE', '2025-03-31', evidence => 'case 1') \gset first_
SELECT results_eq('SELECT subject_id, period_id, item, office_id, quantity, decision, evidence FROM event',
	$$VALUES (1::bigint, 2025023, 12, 92::bigint, 1::numeric, 'pending', 'case 1')$$, 'an event is in the shortest period of its day');
SELECT is(score(), 80::numeric, 'pending it does not count');
SELECT results_eq($$SELECT pending_events, provisional FROM standing WHERE period = '2025-03' ORDER BY subject_id$$, 'VALUES (1::bigint, true), (0, true)', 'but shows');
SELECT is((SELECT value FROM event_reading WHERE item = 16), 1::numeric, 'and is counted by the indicator of pending ones');
CALL decide_event(:first_event_id, 'valid');
SELECT is(score(), 75::numeric, 'a valid complaint costs 5 (S3.10)');
CALL decide_event(:first_event_id, 'valid');
SELECT is((SELECT count(*) FROM event_decision), 1::bigint, 'the same decision again is none');
CALL decide_event(:first_event_id, 'tolerated', 'first attempt of a reform');
SELECT is(score(), 80::numeric, 'tolerance cancels it (S1.19)');
SELECT results_eq('SELECT decision, reason FROM event_decision ORDER BY decision_id', $$VALUES ('valid', NULL), ('tolerated', 'first attempt of a reform')$$, 'with a reason, kept beside what was before');
SELECT throws_like(format('CALL decide_event(%s, %L)', :first_event_id, 'rejected'), '%rejected needs a reason', 'no reason, no rejection');
SELECT throws_like(format('CALL decide_event(%s, %L)', :first_event_id, 'gone'), '%decided as ''gone''', 'decisions are of four kinds');
SELECT throws_like($$CALL decide_event(-1, 'valid')$$, 'there is no event -1', 'events must exist');
SELECT throws_ok($$CALL decide_event(NULL, 'valid')$$, 'P0002', 'there is no event NULL', 'none is none');

SELECT throws_ok($$CALL post_event('U1', 'safety', 'LINE', '2025-03-02')$$, '42501', 'indicator safety is on the negative list: its owner alone may post events of it', 'S4.04: no other office posts to the negative list');
CREATE FUNCTION hint(command text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE said text; BEGIN EXECUTE command; RETURN 'none'; EXCEPTION WHEN OTHERS THEN GET STACKED DIAGNOSTICS said = PG_EXCEPTION_HINT; RETURN said; END $$;
SELECT is(hint($$CALL post_event('U1', 'safety', 'LINE', '2025-03-02')$$), 'These may: SAFE.', 'the hint says who may');
SELECT is(hint($$CALL post_event('U1', 'open', 'LINE', '2025-03-02')$$), 'No office may yet: allow_posting gives the right.', 'or that nobody may');
SELECT throws_ok($$CALL post_event('U1', 'discipline', 'LINE', '2025-03-02')$$, '42501', 'the office has no right to post events of indicator discipline', 'nor where it was given no right');
SELECT throws_ok($$INSERT INTO event (subject_id, period_id, item, office_id, occurred_on) VALUES (1, 2025023, 14, 92, '2025-03-02')$$, '23503', NULL, 'nor with an INSERT');
SELECT throws_like($$CALL post_event('U1', 'base', 'LINE', '2025-03-02')$$, '%base is not counted from events', 'a reading cannot be posted');
CALL post_event('U1', 'safety', 'SAFE', '2025-03-02', 7.5, decision => 'valid') \gset
SELECT is(score(), 72.50, 'its owner does: points as posted');
CALL post_event('U1', 'discipline', 'HR', '2025-03-02', 20, decision => 'valid') \gset
SELECT is(score(), 52.50, 'a violation of staffing discipline costs 20 (S3.14)');
CALL post_event('U1', 'suggestion', 'HR', '2025-03-05', 3, decision => 'valid') \gset
SELECT is(score(), 62.50, 'three suggestions bring 5 each, up to 10 (S3.13)');
CALL post_event('U1', 'commendation', 'HR', '2025-03-05', 2, decision => 'valid') \gset
SELECT is(score(), 63.50, 'commendations at most 1 (S4.05)');
SELECT is(score(2), 80::numeric, 'all that is nobody else''s business');

SELECT throws_like($$CALL post_event('U1', 'complaint', 'LINE', '2024-03-02')$$, 'there is no period with day 2024-03-02', 'days outside all periods');
SELECT throws_like($$CALL post_event('U1', 'complaint', 'LINE', 'infinity')$$, '%happened on infinity', 'infinite days');
SELECT throws_like($$CALL post_event('U1', 'complaint', 'LINE', NULL)$$, '%happened on NULL', 'no day');
SELECT throws_like($$CALL post_event('U1', 'complaint', 'LINE', '2025-03-02', 'NaN')$$, '%quantity NaN', 'no number');
SELECT throws_like($$CALL post_event('U1', 'complaint', 'LINE', '2025-03-02', decision => 'maybe')$$, '%decided as ''maybe''', 'no decision');
SELECT throws_like($$CALL post_event('X', 'complaint', 'LINE', '2025-03-02')$$, '%no subject ''X''', 'no subject');
CALL post_event('U2', 'complaint', 'LINE', '2025-03-02', period => '2025Q2', reference => '12345-7', note => 'late') \gset known_
SELECT is((SELECT period_id FROM event WHERE event_id = :known_event_id), 2025012, 'a period can be named');
CALL post_event('U2', 'complaint', 'LINE', '2025-03-02', period => '2025Q2', reference => '12345-7') \gset again_
SELECT is(:again_event_id, :known_event_id, 'under the same reference it is the same event');
SELECT throws_like($$CALL post_event('U2', 'complaint', 'LINE', '2025-03-03', reference => '12345-7')$$, '%"12345-7" was posted already, and it is not the same', 'or an error');

-- ---- many

CREATE TABLE cases (subject text, indicator text, office text, occurred_on text, quantity text, decision text, evidence text, period text, reference text);
INSERT INTO cases VALUES
	('U2', '有效投诉', 'LINE', '2025-03-10', NULL, 'valid', 'call 1', NULL, 'c1'),
	('U2', 'complaint', 'LINE', '2025-03-10', '1', 'valid', 'call 2', NULL, 'c2'),
	('U2', 'complaint', 'HR', '2025-03-11', '', '', NULL, '2025-03', NULL);
SELECT is_empty($$SELECT * FROM check_events('cases')$$, 'nothing is wrong');
CALL load_events('cases');
SELECT is(score(2), 70::numeric, 'two valid complaints, one pending');
DELETE FROM cases WHERE reference IS NULL;
CALL load_events('cases');
SELECT results_eq('SELECT form, written, unchanged FROM load_record ORDER BY load_id DESC LIMIT 1', $$VALUES ('events', 0::bigint, 2::bigint)$$, 'what has a reference is not posted twice');
INSERT INTO cases VALUES
	('U9', 'what', 'who', 'yesterday', 'x', 'maybe', NULL, '2025-99', NULL),
	('U1', 'safety', 'LINE', '2025-03-01', '1e3', NULL, NULL, NULL, NULL),
	('U1', 'discipline', 'LINE', '2023-03-01', '1000000000000', NULL, NULL, NULL, NULL),
	('U2', 'complaint', 'LINE', '2025-03-12', '1', 'valid', 'call 1', NULL, 'c1'),
	('U1', 'complaint', 'LINE', '2025-03-12', '1', 'valid', 'call 9', NULL, NULL),
	('U2', 'complaint', 'LINE', '2025-03-12', '1', 'valid', NULL, NULL, '12345-7');
SELECT results_eq($$SELECT row_no::integer, column_name, value, reason FROM check_events('cases')$$, $$VALUES
	(1, 'reference', 'c1', 'stands for this subject and indicator in rows 1, 6'),
	(3, 'subject', 'U9', 'is no code of a subject'),
	(3, 'indicator', 'what', 'is no code, number or name of an indicator'),
	(3, 'office', 'who', 'is no code of a subject'),
	(3, 'occurred_on', 'yesterday', 'is no day such as 2025-12-31'),
	(3, 'period', '2025-99', 'is no code of a period'),
	(3, 'quantity', 'x', 'is not a number'),
	(3, 'decision', 'maybe', 'is no decision: pending, valid, rejected or tolerated'),
	(4, 'office', 'LINE', 'indicator safety is on the negative list: its owner alone may post events of it'),
	(4, 'quantity', '1e3', 'is not a number'),
	(5, 'office', 'LINE', 'the office has no right to post events of indicator discipline'),
	(5, 'occurred_on', '2023-03-01', 'is in no period'),
	(5, 'quantity', '1000000000000', 'has more than 12 digits before or after the point'),
	(6, 'reference', 'c1', 'stands for this subject and indicator in rows 1, 6'),
	(6, 'reference', 'c1', 'was posted already, and it is not the same'),
	(8, 'reference', '12345-7', 'was posted already, and it is not the same')$$, 'each mistake by row and column');
SELECT throws_like($$CALL load_events('cases')$$, '%.cases has 16 mistakes in 6 rows: nothing was loaded', 'all or nothing');
SELECT is((SELECT count(*) FROM event), 9::bigint, 'nothing');
CALL load_events('cases', 'reject');
SELECT is((SELECT count(*) FROM event WHERE evidence = 'call 9'), 1::bigint, 'or the right ones');
SELECT is((SELECT count(*) FROM reject), 16::bigint, 'and the others stand in reject');
SELECT throws_like($$CALL load_events('indicator')$$, '%columns that mean nothing here%', 'columns are checked');
SELECT throws_like($$CALL load_events('cases', 'what')$$, '%on_error cannot be ''what''', 'so is on_error');

-- ---- ratings

CALL rate('U1', 'work', 'leader', 'P1', 90, '2025-03');
CALL rate('U1', 'work', 'leader', 'P2', 80, '2025-03');
CALL rate('U1', 'work', 'leader', 'P3', 60, '2025-03');
CALL rate('U1', 'work', 'leader', 'P4', 20, '2025-03');
SELECT is((SELECT value FROM rating_reading), 70::numeric, 'the highest and the lowest mark are dropped');
CALL rate('U1', 'work', 'leader', 'P3', 70, '2025-03');
CALL rate('U1', 'work', 'leader', 'P3', 70, '2025-03');
SELECT is((SELECT value FROM rating_reading), 75::numeric, 'a rater''s last mark counts');
SELECT is((SELECT count(*) FROM rating), 5::bigint, 'the same one again is none');
SELECT is((SELECT points FROM standing_part WHERE period_id = 2025023 AND subject_id = 1 AND part = 'leaders'), 75::numeric, 'the standing has it');
SELECT throws_like($$CALL rate('U1', 'work', 'peer', 'P1', 90, '2025-03')$$, 'no indicator is the mean of ratings of ''work'' by ''peer''', 'criterion and role must be some indicator''s');
SELECT is(hint($$CALL rate('U1', 'work', 'peer', 'P1', 90, '2025-03')$$), 'There are ''work'' by ''leader''.', 'the hint says which there are');
SELECT throws_like($$CALL rate('U1', 'work', 'leader', 'P1', 'Infinity', '2025-03')$$, 'a mark for ''work'' cannot be Infinity', 'marks are numbers');
SELECT throws_like($$CALL rate('U1', 'work', 'leader', 'P9', 1, '2025-03')$$, '%no subject ''P9''', 'raters are subjects');

SELECT * FROM public.finish();
CALL perfeval.drop_workspace(:'workspace', :'workspace');
