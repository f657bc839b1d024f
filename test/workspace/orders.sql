-- One outcome, whatever the order: twenty schemes with the same vetoes, limits and linkages, each sealed with them in another
-- order and under other numbers, over events that were posted and grades that were entered in any order.
\set ON_ERROR_STOP 1
SET client_min_messages = warning;
\getenv seed PERFEVAL_SEED
\if :{?seed}
\else
\set seed 20250101
\endif
\echo '#' orders: PERFEVAL_SEED=:seed
DROP SCHEMA IF EXISTS orders CASCADE;
SELECT plan(8);
SELECT setseed((:seed % 1000000) / 1000000.0) AS seeded \gset

CALL perfeval.create_workspace('orders');
SET search_path = orders, perfeval, public;
CALL add_year(2025, 'quarter');
INSERT INTO "grouping" (grouping_id, code, label) VALUES (1, 'bureaus', 'Departments'), (2, 'units', 'Units');
INSERT INTO subject_group (group_id, grouping_id, code, label) VALUES (1, 1, 'all', 'All departments'), (2, 2, 'one', 'One'), (3, 2, 'two', 'Two');
INSERT INTO subject (subject_id, code, name, kind) SELECT 900 + i, 'B' || i, 'Bureau ' || i, 'department' FROM generate_series(1, 6) AS i;
INSERT INTO subject (subject_id, code, name, kind) SELECT i, 'U' || i, 'Unit ' || i, 'institution' FROM generate_series(1, 60) AS i;
INSERT INTO subject_state (subject_id, valid_from, supervising_id) SELECT i, '2020-01-01', 901 + i % 6 FROM generate_series(1, 60) AS i;
CALL refresh_tree();
INSERT INTO group_member (subject_id, grouping_id, group_id) SELECT 900 + i, 1, 1 FROM generate_series(1, 6) AS i;
INSERT INTO group_member (subject_id, grouping_id, group_id) SELECT i, 2, CASE WHEN i <= 25 THEN 2 ELSE 3 END FROM generate_series(1, 60) AS i;
INSERT INTO indicator (item, code, name, fact, roll_up, owner_id) VALUES (1, 'work', 'Work', 'reading', 'last', NULL), (2, 'share', 'Contribution', 'reading', 'last', NULL),
	(3, 'accident', 'Accidents', 'event', 'sum', 901), (4, 'fraud', 'Falsified data', 'event', 'sum', 901), (5, 'late', 'Late reports', 'event', 'sum', 901),
	(6, 'absent', 'Absent from review', 'event', 'sum', 901), (7, 'calls', 'Second contribution', 'reading', 'last', NULL);
CALL allow_posting('accident');
CALL allow_posting('fraud');
CALL allow_posting('late');
CALL allow_posting('absent');

-- ---- facts, in any order

INSERT INTO reading (subject_id, period_id, item, value)
SELECT s, 2025000, i, CASE i WHEN 1 THEN 60 + s * 7 % 37 ELSE s * (i + 11) % 61 END FROM generate_series(1, 60) AS s, unnest('{1,2,7}'::integer[]) AS i ORDER BY random();
INSERT INTO event (subject_id, period_id, item, office_id, occurred_on, decision, quantity)
SELECT s, 2025000, i, 901, '2025-03-01', 'valid', 1 FROM generate_series(1, 60) AS s, generate_series(3, 6) AS i WHERE (s * 5 + i * 3) % 11 = 0 ORDER BY random();

INSERT INTO scheme (scheme_id, code, label, grouping_id) SELECT 1, 'bureaus', 'Departments', 1 UNION ALL SELECT 1 + i, 'u' || i, 'Units', 2 FROM generate_series(1, 20) AS i;
INSERT INTO scheme_version (version_id, scheme_id, number, in_force_from, round_at, round_digits, round_mode, rank_basis, ties, tie_chain, capped_seat, promotion_consumes)
SELECT i, i, 1, '2025-01-01', 'final', 2, 'half_up', 'unrounded', 'expand', '{}', CASE WHEN i > 1 THEN 'refilled' END, CASE WHEN i > 1 THEN true END FROM generate_series(1, 21) AS i;
INSERT INTO tier (version_id, tier, code, label, share, bound, preference) SELECT v, t.* FROM generate_series(1, 21) AS v, (VALUES
	(1, 'A', 'first', 0.2, 'exact', 2), (2, 'B', 'second', 0.6, 'exact', 1), (3, 'C', 'third', 0.2, 'exact', 3)) AS t;
INSERT INTO node (version_id, node, parent, position, spec) SELECT v, 0, NULL, 1, '{"rule": "given", "item": 1, "min": 0, "max": 100}' FROM generate_series(1, 21) AS v;
INSERT INTO node (version_id, node, parent, position, spec)
SELECT v, 90 + row_number() OVER (PARTITION BY v ORDER BY random()), NULL, 1 + row_number() OVER (PARTITION BY v ORDER BY random()), l
FROM generate_series(2, 21) AS v, unnest(ARRAY['{"rule": "limit", "item": 3, "ge": 1, "effect": "cap_tier", "tier": 3}',
	'{"rule": "limit", "item": 4, "ge": 1, "effect": "zero_score"}', '{"rule": "limit", "item": 5, "ge": 1, "effect": "cap_tier", "tier": 2}',
	'{"rule": "limit", "item": 6, "ge": 1, "effect": "ineligible", "for": "award"}', '{"rule": "limit", "item": 4, "ge": 1, "effect": "cap_tier", "tier": 3}']::jsonb[]) AS l;
INSERT INTO linkage_rule (version_id, rule, kind, department_scheme_id, grades, tier, item, label)
SELECT v, row_number() OVER (PARTITION BY v ORDER BY random()), kind, 1, grades, tier, item, label
FROM generate_series(2, 21) AS v, (VALUES ('promote_best', '{1}'::integer[], 1, 2, 'Excellent'), ('promote_best', '{1,2}', 2, 7, 'Good'), ('promote_best', '{2}', 1, 7, 'Lifted'),
	('cap_all', '{3}', 2, NULL, 'Poor'), ('cap_all', '{2,3}', 2, NULL, 'Not excellent'), ('cap_all', '{3}', 3, NULL, 'Worst')) AS r (kind, grades, tier, item, label);
SELECT cmp_ok(count(DISTINCT rules), '>', 10::bigint, 'the rules do stand in different orders')
FROM (SELECT string_agg(label, ',' ORDER BY rule) AS rules FROM linkage_rule GROUP BY version_id) AS x;
\o /dev/null
SELECT format('CALL seal_version(%s)', v) FROM generate_series(1, 21) AS v \gexec
\o
SELECT cmp_ok(count(DISTINCT limits), '>', 10::bigint, 'and so do the limits')
FROM (SELECT string_agg(spec ->> 'item' || (spec ->> 'effect'), ',' ORDER BY position) AS limits FROM node WHERE node > 0 GROUP BY version_id) AS x;
\o /dev/null
SELECT format('CALL award_grade(%L, ''bureaus'', ''2025'', %s, ''notice'', NULL, NULL)', code, 1 + (subject_id - 901) % 3)
FROM subject WHERE kind = 'department' ORDER BY random() \gexec
SELECT format('CALL apply_linkages(%L, ''2025'', NULL)', code) FROM scheme WHERE scheme_id > 1 ORDER BY random() \gexec
\o

-- ---- outcomes

CREATE TEMP TABLE outcome AS
SELECT scheme_id, subject, score, rank, quota_tier, tier, eligible FROM standing WHERE scheme_id > 1 AND period_id = 2025000;
SELECT is(count(*), 1200::bigint, 'twenty schemes assess sixty units') FROM outcome;
SELECT is_empty('SELECT subject, score, rank, quota_tier, tier, eligible, count(*) FROM outcome GROUP BY 1, 2, 3, 4, 5, 6 HAVING count(*) <> 20',
	'all twenty come to the same scores, ranks and tiers');
SELECT ok(count(*) FILTER (WHERE quota_tier < tier) > 5 AND count(*) FILTER (WHERE quota_tier > tier) > 1 AND count(*) FILTER (WHERE score = 0) > 1
	AND count(*) FILTER (WHERE NOT eligible) > 1, 'some are kept down, some lifted or moved up, some have nothing, some no claim') FROM outcome WHERE scheme_id = 2;
-- Of a unit with several caps the worst holds, and no lift goes above it.
SELECT is_empty($$SELECT o.subject, o.tier FROM outcome AS o JOIN subject AS u ON u.code = o.subject
	WHERE tier < greatest((SELECT max(CASE item WHEN 5 THEN 2 ELSE 3 END) FROM event AS e WHERE e.subject_id = u.subject_id AND e.item <> 6),
		(ARRAY[1, 2, 3])[1 + u.subject_id % 6 % 3])$$, 'the worst cap holds, of vetoes and of departments');
SELECT is_empty($$SELECT l.subject_id, l.scheme_id FROM linkage_in_force AS l JOIN outcome AS o ON o.scheme_id = l.scheme_id JOIN subject AS u ON u.code = o.subject AND u.subject_id = l.subject_id
	WHERE o.tier > greatest(l.promoted, l.cap, (SELECT max(CASE item WHEN 5 THEN 2 ELSE 3 END) FROM event AS e WHERE e.subject_id = u.subject_id AND e.item <> 6))$$,
	'who is lifted is there, where no cap forbids it');
SELECT is_empty('SELECT * FROM verify_schemes()', 'the schemes are as they were sealed');
SELECT * FROM finish();
CALL perfeval.drop_workspace('orders', 'orders');
