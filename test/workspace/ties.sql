-- Equal scores: the tie chain of a version decides, and where there is none the
-- ranks are equal.
\set ON_ERROR_STOP 1
SET client_min_messages = warning;
SELECT plan(8);

CALL perfeval.create_workspace('ties', time_zone => 'Asia/Shanghai');
SET search_path = ties, perfeval, public;
CALL add_year(2025, 'year');
INSERT INTO "grouping" (code, label) VALUES ('all', 'All');
INSERT INTO subject_group (grouping_id, code, label) VALUES (1, 'a', 'A');
INSERT INTO subject (subject_id, code, name, kind) SELECT i, 'S' || i, 'Unit ' || i, 'institution' FROM generate_series(1, 5) AS i;
INSERT INTO group_member (subject_id, grouping_id, group_id) SELECT i, 1, 1 FROM generate_series(1, 5) AS i;
INSERT INTO indicator (item, code, name) VALUES (1, 'key', 'Key work'), (2, 'rest', 'The rest'), (3, 'accident', 'Major accidents');
INSERT INTO scheme (code, label, grouping_id) VALUES ('chain', 'With a tie chain', 1), ('plain', 'Without', 1);
INSERT INTO scheme_version (scheme_id, number, in_force_from, round_at, round_digits, round_mode, rank_basis, capped_seat, ties, tie_chain)
SELECT s, 1, '2025-01-01', 'final', 2, 'half_up', 'unrounded', 'kept', 'expand', CASE s WHEN 1 THEN '{1}' ELSE '{}' END::integer[]
FROM generate_series(1, 2) AS s;
INSERT INTO node (version_id, node, parent, position, spec)
SELECT v, n.*
FROM generate_series(1, 2) AS v, (VALUES
	(0, NULL, 1, jsonb '{"rule": "weighted_mean", "missing": "renormalize"}'),
	(1, 0, 1, '{"rule": "given", "item": 1, "weight": 0.5, "min": 0, "max": 100}'),
	(2, 0, 2, '{"rule": "given", "item": 2, "weight": 0.5, "min": 0, "max": 100}'),
	(9, NULL, 1, '{"rule": "limit", "item": 3, "ge": 1, "effect": "cap_tier", "tier": 3}')) AS n;
INSERT INTO tier (version_id, tier, code, label, share, bound, preference)
SELECT v, t.* FROM generate_series(1, 2) AS v,
	(VALUES (1, 'A', 'top', 0.2, 'exact', 2), (2, 'B', 'middle', 0.6, 'exact', 1), (3, 'C', 'bottom', 0.2, 'at_most', 3)) AS t;
CALL seal_version(1);
CALL seal_version(2);

-- Three at 85; the fifth has a major accident.
INSERT INTO reading (subject_id, period_id, item, value)
SELECT s, 2025000, item, value
FROM (VALUES (1, 80, 90, 0), (2, 90, 80, 0), (3, 85, 85, 0), (4, 10, 20, 0), (5, 99, 99, 1)) AS v (s, key, rest, accident),
	LATERAL (VALUES (1, key), (2, rest), (3, accident)) AS r (item, value);

SELECT results_eq($$SELECT subject_id, score, rank FROM standing WHERE scheme = 'chain' ORDER BY subject_id$$,
	'VALUES (1::bigint, 85.0, 4::bigint), (2, 85, 2), (3, 85, 3), (4, 15, 5), (5, 99, 1)', 'key work decides between equal scores');
SELECT results_eq($$SELECT subject_id, score, rank FROM standing WHERE scheme = 'plain' ORDER BY subject_id$$,
	'VALUES (1::bigint, 85.0, 2::bigint), (2, 85, 2), (3, 85, 2), (4, 15, 5), (5, 99, 1)', 'without a chain they have equal ranks');
SELECT results_eq($$SELECT scheme, subject_id, tier, tier_code, tier_capped FROM standing WHERE subject_id IN (4, 5) ORDER BY 1, 2$$,
	$$VALUES ('chain', 4::bigint, 3, 'C', false), ('chain', 5, 3, 'C', true), ('plain', 4, 3, 'C', false), ('plain', 5, 3, 'C', true)$$,
	'a veto takes the tier and leaves the rank');
INSERT INTO reading (subject_id, period_id, item, status) VALUES (3, 2025000, 1, 'missing'), (2, 2025000, 3, 'missing');
INSERT INTO reading (subject_id, period_id, item, value) VALUES (3, 2025000, 2, 85);
SELECT results_eq($$SELECT subject_id, score, rank FROM standing WHERE scheme = 'chain' AND score = 85 ORDER BY rank$$,
	'VALUES (2::bigint, 85.0, 2::bigint), (1, 85, 3), (3, 85, 4)', 'who has no points in the chain comes last of the equal');
SELECT results_eq($$SELECT subject_id, coverage, provisional FROM standing WHERE scheme = 'chain' ORDER BY subject_id$$,
	$$VALUES (1::bigint, 1.0, '2025-12-31' >= today()), (2, 0.6667, true), (3, 0.6667, true), (4, 1, '2025-12-31' >= today()),
		(5, 1, '2025-12-31' >= today())$$, 'coverage counts the readings asked for');
SELECT results_eq($$SELECT subject_id, sum(points) FROM standing_line GROUP BY scheme_id, subject_id ORDER BY scheme_id, subject_id$$,
	'SELECT subject_id, score FROM standing ORDER BY scheme_id, subject_id', 'lines add up to the scores');
CREATE TEMP TABLE before AS SELECT * FROM standing;
CALL fold();
SELECT set_eq('SELECT * FROM standing', 'SELECT * FROM before', 'folding changes no answer');

SELECT is((SELECT array_agg(reltuples >= 0) FROM pg_class WHERE oid IN ('card'::regclass, 'group_member'::regclass, 'tier'::regclass)), '{t,t,t}',
	'sealing and folding leave statistics behind');

RESET search_path;
CALL perfeval.drop_workspace('ties', 'ties');
SELECT * FROM finish();
