-- standing_as_of and standing_line_as_of: every state that standing had stays to be asked for, and the days that facts speak of count.
\set workspace '考核 "it''s" 50% as of'
SET client_min_messages = warning;
DROP SCHEMA IF EXISTS :"workspace" CASCADE;
CALL perfeval.create_workspace(:'workspace', time_zone => 'Asia/Shanghai');
SET search_path = :"workspace", perfeval, public;
SELECT plan(28);

-- ---- generated facts, in four stages; what standing said after each is kept

CALL add_year(2025, 'month');
INSERT INTO "grouping" (grouping_id, code, label) VALUES (1, 'service', 'By service'), (2, 'other', 'Another way');
INSERT INTO subject_group (group_id, grouping_id, code, label) VALUES (1, 1, 'a', 'A'), (2, 1, 'b', 'B'), (3, 2, 'all', 'All');
INSERT INTO subject (subject_id, code, name, kind)
SELECT i, 'S' || i, 'Subject ' || i, 'institution' FROM generate_series(1, 40) AS i UNION ALL SELECT 99, 'office', 'Office', 'department';
INSERT INTO group_member (subject_id, grouping_id, group_id)
SELECT i, 1, 1 + i % 2 FROM generate_series(1, 40) AS i WHERE i NOT IN (7, 8, 9) UNION ALL SELECT i, 2, 3 FROM generate_series(1, 10) AS i;
INSERT INTO group_member (subject_id, grouping_id, valid_from, valid_to, group_id) VALUES
    (7, 1, '2020-01-01', '2025-02-10', 2), (7, 1, '2025-02-10', NULL, 1), (8, 1, '2020-01-01', '2025-02-10', 1), (8, 1, '2025-02-10', NULL, NULL),
    (9, 1, '2020-01-01', '2025-03-31', 2), (9, 1, '2025-03-31', '2025-04-01', 1), (9, 1, '2025-04-01', NULL, 2);
INSERT INTO indicator (item, code, name, name_zh, roll_up, fact, owner_id, criterion, rater_role, drop_each, pending_of) VALUES
    (1, 'sum', 'Sum', '合计', 'sum', 'reading', NULL, NULL, NULL, 0, NULL), (2, 'mean', 'Mean', '均值', 'mean', 'reading', NULL, NULL, NULL, 0, NULL),
    (3, 'min', 'Minimum', '最小', 'min', 'reading', NULL, NULL, NULL, 0, NULL), (4, 'max', 'Maximum', '最大', 'max', 'reading', NULL, NULL, NULL, 0, NULL),
    (5, 'last', 'Last', '最近', 'last', 'reading', NULL, NULL, NULL, 0, NULL), (6, 'none', 'Alone', '单期', 'none', 'reading', NULL, NULL, NULL, 0, NULL),
    (11, 'case', 'Cases', '违规', 'sum', 'event', 99, NULL, NULL, 0, NULL), (12, 'accident', 'Accidents', '事故', 'sum', 'event', 99, NULL, NULL, 0, NULL),
    (13, 'open', 'Open cases', '未决', 'sum', 'event', 99, NULL, NULL, 0, 11),
    (21, 'peers', 'Marks of peers', '互评', 'mean', 'rating', NULL, 'work', 'peer', 1, NULL);
INSERT INTO posting_right VALUES (11, 99), (12, 99);
INSERT INTO scheme (scheme_id, code, label, grouping_id) VALUES (1, 'city', 'City', 1), (2, 'other', 'Other', 2);
INSERT INTO scheme_version (version_id, scheme_id, number, in_force_from, round_at, round_digits, round_mode, rank_basis, capped_seat, ties, tie_chain) VALUES
    (1, 1, 1, '2025-01-01', 'final', 2, 'half_up', 'unrounded', 'kept', 'expand', '{}'), (2, 1, 2, '2025-03-01', 'final', 1, 'half_up', 'rounded', 'kept', 'contract', '{}'),
    (3, 2, 1, '2025-01-01', 'final', 2, 'half_up', 'unrounded', 'kept', 'expand', '{}');
INSERT INTO node (version_id, node, parent, position, part, spec)
SELECT v, n.node, n.parent, n.position, n.part, n.spec::jsonb
FROM generate_series(1, 3) AS v,
    (VALUES (0, NULL::integer, 1, NULL, '{"rule": "sum", "missing": "renormalize"}'),
        (1, 0, 1, 'base', '{"rule": "weighted_mean", "missing": "renormalize"}'),
        (11, 1, 1, NULL, '{"rule": "given", "item": 1, "weight": 0.1, "min": null, "max": null}'),
        (12, 1, 2, NULL, '{"rule": "given", "item": 2, "weight": 0.2, "min": null, "max": null}'),
        (13, 1, 3, NULL, '{"rule": "given", "item": 3, "weight": 0.2, "min": null, "max": null}'),
        (14, 1, 4, NULL, '{"rule": "given", "item": 4, "weight": 0.1, "min": null, "max": null}'),
        (15, 1, 5, NULL, '{"rule": "given", "item": 5, "weight": 0.2, "min": null, "max": null}'),
        (16, 1, 6, NULL, '{"rule": "given", "item": 6, "weight": 0.1, "min": null, "max": null}'),
        (17, 1, 7, NULL, '{"rule": "given", "item": 21, "weight": 0.1, "min": null, "max": null}'),
        (2, 0, 2, 'deductions', '{"rule": "deductions", "cap_total": 5, "missing": "zero"}'),
        (21, 2, 1, NULL, '{"rule": "awards", "item": 11, "points": 1, "cap_award": null, "cap_kind": null, "cap": 4}'),
        (22, 2, 2, NULL, '{"rule": "awards", "item": 13, "points": 0.25, "cap_award": null, "cap_kind": null}'),
        (90, NULL, 1, NULL, '{"rule": "limit", "item": 12, "ge": 1, "effect": "cap_tier", "tier": 3}')) AS n (node, parent, position, part, spec)
WHERE v < 3 OR n.node <> 90;
INSERT INTO tier (version_id, tier, code, label, share, bound, preference)
SELECT v, t, chr(64 + t), 'Tier ' || t, (ARRAY[0.2, 0.7, 0.1])[t], 'exact', t FROM generate_series(1, 2) AS v, generate_series(1, 3) AS t;
CALL seal_version(1);
CALL seal_version(3);

CREATE TEMP TABLE kept (stage integer, at timestamptz, LIKE standing);
CREATE TEMP TABLE asked AS SELECT unnest('{2025021,2025022,2025023,2025011,2025523,2025000,2025024}'::integer[]) AS period_id;
CREATE PROCEDURE pg_temp.keep(stage integer) LANGUAGE plpgsql AS $$
BEGIN
    COMMIT;
    INSERT INTO kept SELECT keep.stage, clock_timestamp(), s.* FROM standing AS s WHERE s.period_id IN (SELECT a.period_id FROM asked AS a);
    COMMIT;
END $$;

INSERT INTO reading (subject_id, period_id, item, value)
SELECT s, 2025020 + p, i, (s * 7919 + i * 104729 + p * 17) % 1000 / 10.0 FROM generate_series(1, 40) AS s, generate_series(1, 3) AS p, generate_series(1, 6) AS i
WHERE (s + i + p) % 13 <> 0;
INSERT INTO event (subject_id, period_id, item, office_id, occurred_on, quantity, decision)
SELECT s, 2025021 + s % 3, 11 + s % 2, 99, date '2025-01-10' + s, 1 + s % 3, (ARRAY['pending', 'valid'])[1 + s % 5 / 3] FROM generate_series(1, 40) AS s WHERE s % 4 <> 0;
INSERT INTO rating (subject_id, period_id, criterion, rater_role, rater_id, value)
SELECT s, 2025020 + p, 'work', 'peer', r, (s * 31 + r * 17 + p) % 100 FROM generate_series(1, 40) AS s, generate_series(1, 3) AS p, generate_series(1, 5) AS r WHERE (s + p) % 7 <> 0;
ANALYZE;
CALL pg_temp.keep(1);

-- corrections, statuses in place of values, decisions, second thoughts of raters; some of it folded
CALL fold(100);
INSERT INTO reading (subject_id, period_id, item, value) SELECT s, 2025021, 1 + s % 6, 100 FROM generate_series(1, 40, 3) AS s;
INSERT INTO reading (subject_id, period_id, item, status) SELECT s, 2025022, 1 + s % 6, (ARRAY['missing', 'exempt', 'not_applicable'])[1 + s % 3] FROM generate_series(1, 40, 4) AS s;
INSERT INTO reading (subject_id, period_id, item, value) SELECT s, 2025000, 2, s FROM generate_series(1, 40, 5) AS s;
INSERT INTO event_decision (subject_id, event_id, decision)
SELECT subject_id, event_id, (ARRAY['valid', 'rejected', 'tolerated'])[1 + subject_id % 3] FROM event WHERE decision = 'pending' AND subject_id % 2 = 0;
INSERT INTO rating (subject_id, period_id, criterion, rater_role, rater_id, value) SELECT s, 2025021, 'work', 'peer', 2, 99 FROM generate_series(1, 20) AS s;
CALL pg_temp.keep(2);

-- a new version of the scheme, and a correction of a correction
CALL seal_version(2);
INSERT INTO reading (subject_id, period_id, item, value) SELECT s, 2025021, 1 + s % 6, 50 FROM generate_series(1, 40, 6) AS s;
CALL fold();
CALL pg_temp.keep(3);

-- what comes last, and a reading that claims to have been known before it
INSERT INTO event_decision (subject_id, event_id, decision) SELECT subject_id, event_id, 'pending' FROM event WHERE subject_id IN (2, 6, 11);
INSERT INTO reading (subject_id, period_id, item, value) SELECT s, 2025024, 5, 1 FROM generate_series(1, 40, 7) AS s;
CALL pg_temp.keep(4);

SELECT cmp_ok(count(*), '>', 900::bigint, 'standings were kept') FROM kept;
SELECT cmp_ok((SELECT count(*) FROM ((SELECT scheme_id, period_id, subject_id, score, rank, tier, pending_events FROM kept WHERE stage = s) EXCEPT
    (SELECT scheme_id, period_id, subject_id, score, rank, tier, pending_events FROM kept WHERE stage = s - 1)) AS d), '>', 10::bigint,
    format('stage %s differs from the one before', s))
FROM generate_series(2, 4) AS s;
CREATE FUNCTION pg_temp.differences(stage integer) RETURNS bigint LANGUAGE sql AS $$
    WITH was AS (SELECT to_jsonb(k) - 'stage' - 'at' AS r FROM kept AS k WHERE k.stage = $1),
        now AS (SELECT to_jsonb(n) AS r FROM standing_as_of(NULL, (SELECT max(at) FROM kept AS k WHERE k.stage = $1)) AS n WHERE n.period_id IN (SELECT period_id FROM asked))
    SELECT (SELECT count(*) FROM (TABLE was EXCEPT ALL TABLE now) AS d) + (SELECT count(*) FROM (TABLE now EXCEPT ALL TABLE was) AS d)
$$;
SELECT is(pg_temp.differences(s), 0::bigint, format('after stage %s all is as it was', s)) FROM generate_series(1, 4) AS s;
SELECT is_empty($$ (TABLE standing EXCEPT ALL SELECT * FROM standing_as_of(NULL, now())) UNION ALL
    (SELECT * FROM standing_as_of(NULL, now()) EXCEPT ALL TABLE standing) $$, 'as of now it is standing, row by row, in all periods');
SELECT is_empty($$ (TABLE standing EXCEPT ALL SELECT * FROM standing_as_of()) UNION ALL (SELECT * FROM standing_as_of() EXCEPT ALL TABLE standing) $$,
    'and without arguments');
SELECT is_empty($$ SELECT s.* FROM asked AS a, subject_group AS g, standing_as_of(NULL, NULL, a.period_id, g.group_id) AS s
    EXCEPT ALL SELECT s.* FROM asked JOIN standing_as_of() AS s USING (period_id) $$, 'one period and group have what all have');
SELECT is((SELECT count(*) FROM asked AS a, subject_group AS g, standing_as_of(NULL, NULL, a.period_id, g.group_id) AS s),
    (SELECT count(*) FROM asked JOIN standing USING (period_id)), 'and no less');
SELECT is((SELECT count(*) FROM standing_as_of(NULL, '2020-01-01')), 0::bigint, 'before a version was sealed there was nothing');
SELECT is((SELECT count(*) FROM standing AS s WHERE s.score IS DISTINCT FROM (SELECT sum(l.points) FROM standing_line AS l
        WHERE l.scheme_id = s.scheme_id AND l.period_id = s.period_id AND l.group_id = s.group_id AND l.subject_id = s.subject_id)), 0::bigint, 'lines add up to the score for every subject and period');
SELECT is_empty($$ (SELECT * FROM standing_line WHERE period_id = 2025000 EXCEPT ALL SELECT * FROM standing_line_as_of(NULL, now(), 2025000)) UNION ALL
    (SELECT * FROM standing_line_as_of(NULL, now(), 2025000) EXCEPT ALL SELECT * FROM standing_line WHERE period_id = 2025000) $$, 'lines as of now are the lines');
TRUNCATE card;
SELECT is_empty($$ SELECT * FROM pg_temp.differences(4) AS d WHERE d <> 0 $$, 'cards do not matter to it');
SELECT is((SELECT count(*) FROM standing_as_of(NULL, NULL, 2025021) WHERE score IS NOT NULL), 50::bigint, 'it has scores without them');

-- ---- lines

SELECT is_empty($$ SELECT s.scheme_id, s.period_id, s.subject_id, s.score, sum(l.points)
    FROM (SELECT max(at) AS at FROM kept WHERE stage = 2) AS k, asked AS a,
        standing_as_of(NULL, k.at, a.period_id) AS s JOIN standing_line_as_of(NULL, k.at, a.period_id) AS l USING (scheme_id, period_id, group_id, subject_id)
    GROUP BY s.scheme_id, s.period_id, s.subject_id, s.score HAVING sum(l.points) IS DISTINCT FROM s.score $$, 'lines of a past state add up to its scores');
SELECT is((SELECT count(DISTINCT (scheme_id, subject_id)) FROM standing_line_as_of(NULL, now(), 2025021)), 50::bigint, 'there are lines for all');
SELECT is_empty($$ SELECT scheme_id, period_id, group_id, subject_id, version_id, line_no, node, path, label, item, reading, points, status FROM standing_line_as_of(NULL, NULL, 2025011, 1, 7)
    EXCEPT ALL SELECT scheme_id, period_id, group_id, subject_id, version_id, line_no, node, path, label, item, reading, points, status
    FROM standing_line_as_of(NULL, now(), 2025011) WHERE group_id = 1 AND subject_id = 7 $$, 'those of one subject are among those of all');
SELECT is((SELECT count(*) FROM standing_line_as_of(NULL, NULL, 2025011, 1, 7)), 13::bigint, 'and are all of them');

-- ---- days, by hand: a price that holds for a while, corrected later; an event and a decision

INSERT INTO subject (subject_id, code, name, kind) VALUES (101, 'X', 'X', 'project'), (102, 'Y', 'Y', 'project');
INSERT INTO "grouping" (grouping_id, code, label) VALUES (5, 'projects', 'Projects');
INSERT INTO subject_group (group_id, grouping_id, code, label) VALUES (5, 5, 'p', 'Projects');
INSERT INTO group_member (subject_id, grouping_id, valid_from, group_id) VALUES (101, 5, '2025-01-01', 5), (102, 5, '2025-06-15', 5);
INSERT INTO scheme (scheme_id, code, label, grouping_id) VALUES (5, 'projects', 'Projects', 5);
INSERT INTO scheme_version (version_id, scheme_id, number, in_force_from, round_at, round_digits, round_mode, rank_basis, capped_seat, ties, tie_chain)
VALUES (5, 5, 1, '2025-01-01', 'final', 0, 'half_up', 'unrounded', 'kept', 'expand', '{}');
INSERT INTO node (version_id, node, parent, spec) VALUES (5, 0, NULL, '{"rule": "sum", "missing": "renormalize"}'),
    (5, 1, 0, '{"rule": "given", "item": 5, "min": null, "max": null}'), (5, 2, 0, '{"rule": "given", "item": 11, "min": null, "max": null}');
CALL seal_version(5);
ALTER TABLE scheme_version DISABLE TRIGGER guard;
UPDATE scheme_version SET sealed_at = '2025-01-01' WHERE version_id = 5;
INSERT INTO reading (subject_id, period_id, item, value, valid_from, valid_to, recorded_at) VALUES
    (101, 2025026, 5, 10, NULL, '2025-06-11', '2025-06-01 00:00+08'),
    (101, 2025026, 5, 20, '2025-06-11', NULL, '2025-06-11 00:00+08'),
    (101, 2025026, 5, 13, NULL, '2025-06-11', '2025-06-20 00:00+08');
INSERT INTO event (subject_id, period_id, item, office_id, occurred_on, quantity, decision, posted_at)
VALUES (101, 2025026, 11, 99, '2025-06-05', 100, 'pending', '2025-06-06 00:00+08'), (101, 2025026, 11, 99, '2025-06-25', 1000, 'valid', '2025-06-26 00:00+08');
INSERT INTO event_decision (subject_id, event_id, decision, decided_at)
SELECT 101, event_id, 'valid', '2025-06-21 00:00+08' FROM event WHERE subject_id = 101 AND quantity = 100;
CREATE FUNCTION pg_temp.x(valid date, known timestamptz) RETURNS text LANGUAGE sql AS $$
    SELECT string_agg(concat_ws(' ', subject, score, pending_events, provisional), ', ' ORDER BY subject) FROM standing_as_of($1, $2, 2025026, 5) $$;
SELECT is(pg_temp.x(NULL, '2025-06-05 00:00+08'), 'X 10 0 t, Y 0 0 t', 'the first value, no event yet');
SELECT is(pg_temp.x('2025-06-10', '2025-06-12 00:00+08'), 'X 10 1 t', 'of 10 June, known on the 12th: the value of then; the event is posted, not decided; Y is no member');
SELECT is(pg_temp.x('2025-06-11', '2025-06-12 00:00+08'), 'X 20 1 t', 'a value ends on the day that the next begins');
SELECT is(pg_temp.x('2025-06-10', '2025-06-20 00:00+08'), 'X 13 1 t', 'of 10 June, known on the 20th: corrected');
SELECT is(pg_temp.x('2025-06-10', '2025-06-21 00:00+08'), 'X 113 0 t', 'and decided a day later; the month is not over yet');
SELECT is(pg_temp.x('2025-06-20', NULL), 'X 120 0 t, Y 0 0 t', 'of 20 June, all that is known: what happened on the 25th has not');
SELECT is(pg_temp.x(NULL, NULL), 'X 1113 0 f, Y 0 0 t', 'no day: the last recorded counts, as it does live');

DROP SCHEMA :"workspace" CASCADE;
SELECT * FROM finish();
