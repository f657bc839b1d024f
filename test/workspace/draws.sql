-- Draws by lot: the vectors of their tickets, commit and reveal, what is refused, records that verify themselves.
\set ON_ERROR_STOP 1
SET client_min_messages = warning;
DROP SCHEMA IF EXISTS "抽取 ""it's"" 50%" CASCADE;
SELECT format('DROP OWNED BY %I CASCADE; DROP ROLE %1$I', rolname) FROM pg_roles WHERE rolname IN ('perfeval_draw_viewer', 'perfeval_draw_operator') \gexec
CREATE ROLE perfeval_draw_viewer;
CREATE ROLE perfeval_draw_operator;
CALL perfeval.create_workspace('抽取 "it''s" 50%', time_zone => 'Asia/Shanghai');
SET search_path = "抽取 ""it's"" 50%", public;
SET statement_timeout = '120s';
CALL grant_role('perfeval_draw_viewer', 'viewer');
CALL grant_role('perfeval_draw_operator', 'operator');
SELECT plan(162);

-- ---- tickets: functions of text

\set seed 'perfeval-2025|lottery=04,11,17,23,31|close=3215.67'
SELECT is(pool_hash('{E01,E02,E03,E04,E05,E06}'), '98fb5f0624a6f2743f6b68697029491d2136b69d5dbb7125ec883a557f580d0c', 'hash of the pool');
SELECT is(pool_hash('{E06,E02,E04,E03,E05,E01}'), pool_hash('{E01,E02,E03,E04,E05,E06}'), 'whatever the order');
SELECT is(pool_hash('{专,a,B,é}'), draw_hash(E'B\na\né\n专'), 'in byte order');
SELECT is(draw_hash(:'seed'), 'a8b353031e5b3ee4f1892e90680f06fe4815354c059848aa377d716295a30b7c', 'hash of the seed');
SELECT results_eq(format('SELECT place, id, left(ticket, 16) FROM draw_tickets(%L, ''{E01,E02,E03,E04,E05,E06}'')', :'seed'),
	$$VALUES (1::bigint, 'E06', '1bb5e9ce3dea0f55'), (2, 'E03', '3795aca83c72d148'), (3, 'E01', '43fcb2402d004a07'), (4, 'E05', '548bb6e8f2d85e7d'), (5, 'E04', 'ca54f2e5b785e1b8'), (6, 'E02', 'f50f5ff669ad16ef')$$,
	'tickets of the published seed, in order');
SELECT throws_ok($$SELECT draw_tickets('s', '{a,b,a}')$$, '23505', $$two members of the pool have the same id 'a'$$, 'equal ids');
SELECT throws_ok($$SELECT draw_tickets('s', '{a,NULL}')$$, '22023', 'id NULL cannot be drawn', 'no id');
SELECT throws_ok($$SELECT draw_tickets('s', ARRAY['a', E'b\nc'])$$, '22023', NULL, 'an id of two lines');
SELECT throws_ok($$SELECT draw_tickets('s', ARRAY[U&'e\0301'])$$, '22023', NULL, 'an id that is not composed: another text with the same letters');
SELECT throws_ok($$SELECT draw_tickets(NULL, '{a}')$$, '22004', 'a draw needs a seed', 'no seed');

-- ---- what is refused before a draw is open

CALL add_pool('experts', 'Experts', '专家库');
CALL add_pool('experts', 'Experts', '专家库');
DO $$BEGIN FOR n IN 1 .. 6 LOOP CALL add_pool_member('experts', 'E0' || n, 'Expert ' || n, unit => 'V' || n % 3, region => 'R' || n % 2); END LOOP; END$$;
CALL add_pool_member('experts', 'E07', 'Expert 7');
CALL add_pool_member('experts', 'E08', 'gone', valid_from => '2000-01-01', valid_to => '2010-01-01');
CALL add_pool_member('experts', 'E09', 'to come', valid_from => '2990-01-01');
SELECT is((SELECT count(*) FROM act WHERE verb LIKE 'add_pool%'), 10::bigint, 'what was done is written down, what changed nothing is not');
SELECT throws_ok($$CALL add_pool_member('nobody', 'E01')$$, 'P0002', $$there is no pool 'nobody'$$, 'no such pool');
SELECT throws_ok($$CALL add_pool_member('experts', 'E|1')$$, '23514', NULL, 'a bar in a code');
SELECT throws_ok($$CALL add_pool_member('experts', E'E\n1')$$, '23514', NULL, 'a line break in a code');
SELECT throws_ok($$CALL add_pool_member('experts', 'E10', region => '')$$, '23514', NULL, 'an empty region');
SELECT throws_ok($$CALL open_draw('x', 'lots', 'experts', take => 1)$$, '22023', $$there are no draws of kind 'lots'$$, 'no such kind');
SELECT throws_ok($$CALL open_draw('x', 'expert', 'experts')$$, '22023', 'the arguments do not make a draw of kind expert', 'how many?');
SELECT throws_ok($$CALL open_draw('x', 'expert', 'experts', take => 1, most => 2)$$, '22023', NULL, 'arguments of another kind');
SELECT throws_ok($$CALL open_draw('x', 'inspection', 'experts', each => 2)$$, '22023', NULL, 'an inspection of no units');
SELECT throws_ok($$CALL open_draw('x', 'inspection', 'experts', units => 'experts', of_draw => 'y')$$, '22023', NULL, 'or of twice as many');
SELECT throws_ok($$CALL open_draw('x', 'expert', 'experts', take => 0)$$, '22003', NULL, 'nobody');
SELECT throws_ok($$CALL open_draw('x', 'expert', 'experts', take => 3, strata => '{a,b}', seats => '{1,1}')$$, '22023', 'the seats of the strata sum to 2, and 3 are to be drawn', 'seats that do not sum up');
SELECT throws_ok($$CALL open_draw('x', 'expert', 'experts', take => 3, strata => '{a,b}', shares => '{1}')$$, '22023', 'strata do not go with seats or shares', 'a share too few');
SELECT throws_ok($$CALL open_draw('x', 'expert', 'experts', take => 3, seats => '{3}')$$, '22023', 'strata do not go with seats or shares', 'seats of no strata');
SELECT throws_ok($$CALL open_draw('x', 'expert', 'experts', take => 3, strata => '{a,a}')$$, '23505', NULL, 'a stratum twice');
SELECT throws_ok($$CALL open_draw('x', 'expert', 'experts', take => 3, apart => '{family}')$$, '22023', 'a draw cannot keep apart by {family}', 'apart by what?');
SELECT throws_ok($$CALL open_draw('x|y', 'expert', 'experts', take => 3)$$, '23514', NULL, 'a bar in a label');
SELECT throws_ok($$CALL open_draw('x', 'inspection', 'experts', of_draw => 'none')$$, 'P0002', $$there is no draw 'none'$$, 'of no draw');

-- ---- commit

CALL open_draw('perfeval-2025', 'expert', 'experts', take => 3);
SELECT throws_ok($$CALL open_draw('perfeval-2025', 'expert', 'experts', take => 2)$$, '23505', 'there is a draw "perfeval-2025" already', 'no two draws share a label');
SELECT throws_ok($$CALL commit_draw('perfeval-2025')$$, '55000', 'draw "perfeval-2025" has no source of chance', 'a draw needs a source');
SELECT throws_ok($$CALL announce_source('perfeval-2025', 'a=b', now())$$, '23514', NULL, 'a source with an equals sign');
SELECT throws_ok($$CALL announce_source('perfeval-2025', 'lottery', 'infinity')$$, '23514', NULL, 'never known');
SELECT throws_ok($$CALL reveal_draw('perfeval-2025', 'x')$$, '55000', 'draw "perfeval-2025" is not committed', 'no reveal before the commitment');
SELECT throws_ok($$SELECT draw_record('perfeval-2025')$$, 'P0002', $$there is no committed draw 'perfeval-2025'$$, 'nor a record');
CALL open_draw('known', 'expert', 'experts', take => 3);
CALL announce_source('known', 'lottery', '2025-01-01 20:00+08');
SELECT throws_ok($$CALL commit_draw('known')$$, '55000', 'draw "known" cannot be committed: source "lottery" is known since 2025-01-01 20:00:00', 'no commitment once a source is known');
SELECT throws_ok($$CALL recuse('perfeval-2025', 'E99', 'unknown')$$, 'P0002', NULL, 'nobody of that code');
SELECT throws_ok($$CALL recuse('perfeval-2025', 'E07', ' ')$$, '22004', 'a recusal needs a reason', 'no reason');
SELECT throws_ok($$CALL recuse('perfeval-2025', 'E07', 'kin', unit => 'V1')$$, '22023', NULL, 'for a unit, where there are none');
CALL recuse('perfeval-2025', 'E07', 'advised them');
CALL recuse('perfeval-2025', 'E07', 'advised them');
CALL open_draw('too many', 'expert', 'experts', take => 8);
CALL announce_source('too many', 'lottery', clock_timestamp() + '1 hour');
SELECT throws_ok($$CALL commit_draw('too many')$$, '22023', '8 are to be drawn of 7', 'more than there are');
SELECT is((SELECT count(*) FROM draw_member), 0::bigint, 'and nothing of it stays');
CALL add_pool('nobody', 'Nobody');
CALL open_draw('of nobody', 'expert', 'nobody', take => 1);
CALL announce_source('of nobody', 'lottery', clock_timestamp() + '1 hour');
SELECT throws_ok($$CALL commit_draw('of nobody')$$, 'P0002', 'there is nobody to draw from', 'of nobody');

-- strata
CALL add_pool('judges', 'Judges');
INSERT INTO pool_member (pool_id, code, stratum) SELECT find_pool('judges'), 'J' || n, (ARRAY['law', 'law', 'finance', 'health'])[1 + n % 4] FROM generate_series(1, 20) AS n;
CALL open_draw('counts', 'expert', 'judges', take => 4, strata => '{health,finance,law}', seats => '{3,0,1}');
CALL open_draw('shares', 'expert', 'judges', take => 5, strata => '{health,finance,law}', shares => '{0.5,0.3,0.2}');
CALL open_draw('as they are', 'expert', 'judges', take => 6, strata => '{health,finance,law}');
CALL open_draw('full', 'expert', 'judges', take => 6, strata => '{health,finance,law}', seats => '{6,0,0}');
CALL open_draw('a stratum short', 'expert', 'judges', take => 3, strata => '{health,law}');
CALL announce_source('full', 'lottery', clock_timestamp() + '1 hour');
CALL announce_source('a stratum short', 'lottery', clock_timestamp() + '1 hour');
SELECT throws_ok($$CALL commit_draw('full')$$, '22023', '6 are to be drawn of 5 in stratum "health"', 'more than a stratum has');
SELECT throws_ok($$CALL commit_draw('a stratum short')$$, '55000', $$draw "a stratum short" cannot be committed: 'J10' is of stratum 'finance', which it does not have$$, 'a member of no stratum');

-- a unit's experts: none of the unit or the region
CALL open_draw('of V1', 'expert', 'experts', take => 2, target => 'V1', target_region => 'R0');
CALL open_draw('of V1, near', 'expert', 'experts', take => 2, target => 'V1', target_region => 'R0', apart => '{unit}');
CALL open_draw('units', 'unit', 'judges', take => 4);

-- inspectors and units: the worked vector
CALL add_pool('inspectors', 'Inspectors');
CALL add_pool('places', 'Places');
INSERT INTO pool_member (pool_id, code, unit, region) VALUES (find_pool('inspectors'), 'I1', 'HALL', 'north'), (find_pool('inspectors'), 'I2', 'PARK', 'south'), (find_pool('inspectors'), 'I3', 'PORT', 'east');
INSERT INTO pool_member (pool_id, code, region) VALUES (find_pool('places'), 'HALL', 'north'), (find_pool('places'), 'PARK', 'south'), (find_pool('places'), 'PORT', 'east');
CALL open_draw('inspection-2025', 'inspection', 'inspectors', units => 'places', most => 1);
CALL open_draw('hall', 'inspection', 'inspectors', units => 'places', each => 2, most => 1);
CALL announce_source('hall', 'lottery', clock_timestamp() + '1 hour');
CREATE FUNCTION pg_temp.said(statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE detail text;
BEGIN
	EXECUTE statement;
	RETURN 'nothing';
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL;
	RETURN SQLSTATE || ' ' || SQLERRM || ' ' || detail;
END $$;
SELECT is(pg_temp.said($$CALL commit_draw('hall')$$),
	'23514 unit "PARK" cannot be served 2 units (PARK, HALL) need 4 inspections, and those who may inspect them (I1, I2, I3) can give 3.', 'no full matching: a unit that cannot be served, and who competes with it');
CALL open_draw('lonely', 'inspection', 'inspectors', units => 'places');
CALL announce_source('lonely', 'lottery', clock_timestamp() + '1 hour');
CALL recuse('lonely', 'I1', 'kin', unit => 'PORT');
CALL recuse('lonely', 'I2', 'kin', unit => 'PORT');
SELECT throws_ok($$CALL recuse('lonely', 'I2', 'kin', unit => 'NOWHERE')$$, 'P0002', NULL, 'recused for no unit');
SELECT is(pg_temp.said($$CALL commit_draw('lonely')$$), '23514 unit "PORT" cannot be served 1 units (PORT) need 1 inspections, and those who may inspect them (nobody) can give 0.', 'a unit that nobody may inspect');
CALL open_draw('two each', 'inspection', 'inspectors', units => 'places', each => 2);
CALL open_draw('anywhere', 'inspection', 'inspectors', units => 'places', each => 3, apart => '{}');
CALL open_draw('recused', 'inspection', 'inspectors', units => 'places');
CALL recuse('recused', 'I1', 'kin', unit => 'PARK');
CALL recuse('recused', 'I2', 'away');
-- works
CALL add_pool('works', 'Works');
INSERT INTO pool_member (pool_id, code) VALUES (find_pool('works'), 'roads'), (find_pool('works'), 'schools'), (find_pool('works'), 'water');
DO $$BEGIN FOR n IN 1 .. 4 LOOP CALL add_work_unit('works', 'roads', 'U' || n); CALL add_work_unit('works', 'water', 'U' || n + 2); END LOOP; END$$;
CALL add_work_unit('works', 'schools', 'U9');
CALL open_draw('works-3', 'work', 'works', take => 2, each => 2);
CALL announce_source('works-3', 'lottery', clock_timestamp() + '1 hour');
SELECT throws_ok($$CALL commit_draw('works-3')$$, '22023', 'work "schools" has 1 units, and 2 are to be drawn', 'a work with too few units');
CALL recuse('works-3', 'schools', 'too small');
CALL open_draw('works', 'work', 'works', take => 2);
CALL open_draw('secret', 'expert', 'experts', take => 2, target => 'somebody', hidden => true);

-- All at once, so that the test waits once.
CREATE TEMP TABLE committed (label text PRIMARY KEY, commitment text);
CALL announce_source('perfeval-2025', 'lottery', clock_timestamp() + '4 seconds');
CALL announce_source('perfeval-2025', 'close', clock_timestamp() + '4 seconds');
SELECT format('CALL announce_source(%L, ''lottery'', clock_timestamp() + ''4 seconds'')', label) FROM draw WHERE label IN ('counts', 'shares', 'as they are', 'of V1', 'of V1, near', 'units', 'inspection-2025', 'two each', 'anywhere', 'recused', 'works', 'secret') \gexec
DO $$
DECLARE l text; c text;
BEGIN
	FOR l IN SELECT label FROM draw d WHERE label = 'perfeval-2025' OR (SELECT max(known_at) FROM draw_source s WHERE s.draw_id = d.draw_id) BETWEEN clock_timestamp() AND clock_timestamp() + '5 seconds' LOOP
		CALL commit_draw(l, c);
		INSERT INTO committed VALUES (l, c);
	END LOOP;
END $$;
SELECT is((SELECT count(*) FROM committed), 13::bigint, 'thirteen draws are committed');
SELECT throws_ok($$CALL commit_draw('perfeval-2025')$$, '55000', 'draw "perfeval-2025" is committed', 'once');
SELECT throws_ok($$CALL reveal_draw('perfeval-2025', 'perfeval-2025|lottery=1|close=2')$$, '55000', NULL, 'not revealed before the sources are known');
SELECT is((SELECT commitment FROM committed WHERE label = 'perfeval-2025'), (SELECT draw_hash(string_agg(line, E'\n' ORDER BY line_no)) FROM draw_line WHERE label = 'perfeval-2025' AND part = 'commitment'), 'the hash is that of the lines');
SELECT results_eq($$SELECT line FROM draw_line WHERE label = 'perfeval-2025' AND line !~ '^(committed|source|commitment)' ORDER BY line_no$$,
	$$VALUES ('draw|1|perfeval-2025|expert'), ('algorithm|1|smallest tickets, stratum by stratum'), ('take|3'), ('member|E01|V1|R1|'), ('member|E02|V2|R0|'), ('member|E03|V0|R1|'), ('member|E04|V1|R0|'), ('member|E05|V2|R1|'), ('member|E06|V0|R0|'),
	('recused|E07|'), ('pool|98fb5f0624a6f2743f6b68697029491d2136b69d5dbb7125ec883a557f580d0c')$$, 'pool without who is recused, gone or to come; names are not in it');

-- ---- nothing of a committed draw can be changed

SELECT throws_ok($$CALL recuse('perfeval-2025', 'E01', 'too late')$$, '55000', 'draw "perfeval-2025" is committed', 'recusal after the commitment');
SELECT throws_ok($$CALL announce_source('perfeval-2025', 'weather', clock_timestamp() + '1 hour')$$, '55000', NULL, 'another source');
SELECT throws_ok(format(statement, draw_id), '55000', NULL, 'by hand: ' || statement) FROM draw, (VALUES
	($$INSERT INTO recusal (draw_id, code, reason, recused_by) VALUES (%s, 'E01', 'late', 'me')$$), ($$DELETE FROM recusal WHERE draw_id = %s$$), ($$UPDATE recusal SET code = 'E01' WHERE draw_id = %s$$),
	($$UPDATE draw_source SET known_at = now() WHERE draw_id = %s$$), ($$DELETE FROM draw_source WHERE draw_id = %s$$), ($$INSERT INTO draw_source VALUES (%s, 9, 'x', now())$$),
	($$DELETE FROM draw_member WHERE draw_id = %s AND id = 'E06'$$), ($$INSERT INTO draw_member (draw_id, side, id) VALUES (%s, 'member', 'E99')$$), ($$UPDATE draw_member SET draw_id = 2 WHERE draw_id = %s$$),
	($$INSERT INTO draw_stratum VALUES (%s, 1, 'a', NULL, 1)$$), ($$INSERT INTO draw_place (draw_id, place, id, ticket, recorded_by) VALUES (%s, 1, 'E01', 't', 'me')$$),
	($$UPDATE draw SET take = 2 WHERE draw_id = %s$$), ($$UPDATE draw SET state = 'open', commitment = NULL WHERE draw_id = %s$$), ($$UPDATE draw SET commitment = 'x' WHERE draw_id = %s$$),
	($$UPDATE draw SET state = 'drawn', seed = 'other|x', seed_hash = draw_hash('other|x') WHERE draw_id = %s$$), ($$DELETE FROM draw WHERE draw_id = %s$$)) AS v (statement) WHERE label = 'perfeval-2025';
SELECT throws_ok('TRUNCATE ' || t || ' CASCADE', '55000', NULL, 'no emptying of ' || t) FROM unnest('{draw,draw_source,draw_member,recusal,draw_place}'::text[]) AS t;
SELECT throws_ok($$INSERT INTO draw (label, kind, state, pool_id, take, apart_unit, apart_region, algorithm, algorithm_version, opened_by, commitment) VALUES ('by hand', 'expert', 'committed', 1, 1, true, true, 'x', 1, 'me', 'x')$$, '55000', NULL, 'nor a draw that begins committed');
-- What is said of its members later is nothing to it.
CALL add_pool_member('experts', 'E06', 'Expert 6', region => 'moved');
UPDATE pool_member SET valid_to = '2001-01-01' WHERE code = 'E03';
DELETE FROM pool_member WHERE code = 'E01';

-- ---- reveal

SELECT pg_sleep(greatest(extract(epoch FROM max(known_at) - clock_timestamp()), 0) + 0.1) FROM draw_source WHERE known_at < clock_timestamp() + '1 minute' \g /dev/null
SELECT throws_ok(format($$CALL reveal_draw('perfeval-2025', %L)$$, seed), '22023', NULL, 'seed refused: ' || coalesce(seed, 'NULL')) FROM (VALUES (NULL), (''), ('perfeval-2025'), ('lottery=1|close=2'), ('Perfeval-2025|lottery=1|close=2'),
	('perfeval-2025|close=2|lottery=1'), ('perfeval-2025|lottery=1'), ('perfeval-2025|lottery=1|close='), ('perfeval-2025|lottery=1|close=2|more=3'), ('perfeval-2025|lottery=1|closed=2'), (E'perfeval-2025|lottery=1|close=2\n')) AS v (seed);
BEGIN;
CALL open_draw('at once', 'expert', 'judges', take => 1);
CALL announce_source('at once', 'lottery', clock_timestamp() + '0.2 seconds');
CALL commit_draw('at once') \g /dev/null
SELECT pg_sleep(0.3) \g /dev/null
SELECT throws_ok($$CALL reveal_draw('at once', 'at once|lottery=1')$$, '55000', NULL, 'not in the transaction of the commitment, which nobody has seen');
ROLLBACK;
CALL reveal_draw('perfeval-2025', :'seed');
SELECT results_eq($$SELECT place, id, left(ticket, 16) FROM draw_result WHERE label = 'perfeval-2025' ORDER BY place$$, $$VALUES (1, 'E06', '1bb5e9ce3dea0f55'), (2, 'E03', '3795aca83c72d148'), (3, 'E01', '43fcb2402d004a07')$$, 'the draw of the published seed');
SELECT results_eq($$SELECT ticket_no, id, drawn FROM draw_ticket WHERE label = 'perfeval-2025' ORDER BY 1$$, $$VALUES (1::bigint, 'E06', true), (2, 'E03', true), (3, 'E01', true), (4, 'E05', false), (5, 'E04', false), (6, 'E02', false)$$, 'all its tickets');
SELECT throws_ok(format($$CALL reveal_draw('perfeval-2025', %L)$$, :'seed'), '55000', 'draw "perfeval-2025" is drawn already', 'once');
SELECT format('CALL reveal_draw(%L, %L)', label, label || CASE label WHEN 'inspection-2025' THEN '|lottery=1' ELSE '|lottery=7' END) FROM committed WHERE label <> 'perfeval-2025' \gexec
SELECT is((SELECT count(*) FROM draw_status WHERE state = 'drawn'), 13::bigint, 'all are drawn');
SELECT throws_ok($$UPDATE draw SET seed = 'perfeval-2025|x', seed_hash = draw_hash('perfeval-2025|x') WHERE label = 'perfeval-2025'$$, '55000', NULL, 'no other seed');
SELECT throws_ok($$UPDATE draw_place SET id = 'E02' WHERE id = 'E03'$$, '55000', NULL, 'no other result');
SELECT throws_ok($$DELETE FROM draw_place WHERE id = 'E03'$$, '55000', NULL, 'nor none');

-- strata: five each of finance and health, ten of law
CREATE FUNCTION pg_temp.seats(label text) RETURNS text LANGUAGE sql AS $$ SELECT string_agg(stratum || ' ' || n, ', ' ORDER BY first) FROM (SELECT stratum, count(*) AS n, min(place) AS first FROM draw_result r WHERE r.label = $1 GROUP BY stratum) x $$;
SELECT is(pg_temp.seats('counts'), 'health 3, law 1', 'as many as said');
SELECT is(pg_temp.seats('shares'), 'health 3, finance 1, law 1', 'by share: 2.5, 1.5, 1, equal remainders to the earlier');
SELECT is(pg_temp.seats('as they are'), 'health 2, finance 1, law 3', 'in proportion: 1.5, 1.5, 3');
SELECT is_empty($$SELECT FROM draw_result r JOIN draw_ticket t USING (draw_id, id) WHERE r.label = 'counts' AND (SELECT count(*) FROM draw_ticket o WHERE o.draw_id = t.draw_id AND o.stratum = t.stratum AND o.ticket < t.ticket) >= CASE t.stratum WHEN 'health' THEN 3 ELSE 1 END$$, 'the smallest tickets of each');
-- region and unit: E01, E04 are of V1, E02, E04, E06 of R0
SELECT results_eq($$SELECT line FROM draw_line WHERE label = 'of V1' AND line ~ '^(target|apart|member)' ORDER BY line_no$$, $$VALUES ('target|V1|R0'), ('apart|unit'), ('apart|region'), ('member|E03|V0|R1|'), ('member|E05|V2|R1|'), ('member|E07|||')$$, 'experts from elsewhere');
SELECT results_eq($$SELECT id FROM draw_member JOIN draw USING (draw_id) WHERE label = 'of V1, near' ORDER BY 1$$, $$VALUES ('E02'), ('E03'), ('E05'), ('E06'), ('E07')$$, 'of the same region, if that may be');
-- pairs
SELECT results_eq($$SELECT ticket_no, id, unit, left(ticket, 8), drawn FROM draw_ticket WHERE label = 'inspection-2025' ORDER BY 1$$, $$VALUES (1::bigint, 'I3', 'PARK', '0ac63c8a', true), (2, 'I2', 'PORT', '106492f2', false), (3, 'I2', 'HALL', '458e8f37', true),
	(4, 'I1', 'PARK', '85231ef9', false), (5, 'I1', 'PORT', 'c9d6e672', true), (6, 'I3', 'HALL', 'cf30e4ef', false)$$, 'the first full matching: the second pair would leave I1 with HALL, its own');
SELECT results_eq($$SELECT place, id, unit FROM draw_result WHERE label = 'inspection-2025' ORDER BY 1$$, $$VALUES (1, 'I3', 'PARK'), (2, 'I2', 'HALL'), (3, 'I1', 'PORT')$$, 'in the order of tickets');
SELECT results_eq($$SELECT unit, string_agg(id, ',' ORDER BY id) FROM draw_result WHERE label = 'two each' GROUP BY 1 ORDER BY 1$$, $$VALUES ('HALL', 'I2,I3'), ('PARK', 'I1,I3'), ('PORT', 'I1,I2')$$, 'two each, none of the same unit');
SELECT is((SELECT count(*) FROM draw_result WHERE label = 'anywhere'), 9::bigint, 'of the same unit too, where that may be');
SELECT results_eq($$SELECT id, unit FROM draw_result WHERE label = 'recused' ORDER BY 2$$, $$VALUES ('I3', 'HALL'), ('I3', 'PARK'), ('I1', 'PORT')$$, 'recusals of pairs and of persons are kept');
SELECT is((SELECT string_agg(line, ' ' ORDER BY line_no) FROM draw_line WHERE label = 'recused' AND line LIKE 'recused%'), 'recused|I1|PARK recused|I2|', 'and are in the record, without the reasons');
-- works
SELECT is((SELECT count(DISTINCT id) FROM draw_result WHERE label = 'works'), 2::bigint, 'two works, and a unit of each');
SELECT is_empty($$SELECT FROM draw_result r WHERE label = 'works' AND ticket <> (SELECT min(t.ticket) FROM draw_ticket t WHERE t.draw_id = r.draw_id AND t.id = r.id AND t.unit IS NOT NULL)$$, 'the one with the smallest ticket');
SELECT results_eq($$SELECT id FROM draw_result WHERE label = 'works' ORDER BY place$$, $$SELECT id FROM draw_ticket WHERE label = 'works' AND unit IS NULL AND ticket_no <= 2 ORDER BY ticket_no$$, 'of the works with the smallest tickets');

-- ---- replacement and witness

CREATE FUNCTION pg_temp.replace(label text, code text, unit text DEFAULT NULL) RETURNS text LANGUAGE plpgsql AS $$ DECLARE r text; BEGIN CALL replace_drawn(label, code, 'ill', unit, r); RETURN r; END $$;
SELECT is(pg_temp.replace('perfeval-2025', 'E03'), 'E05', 'the next ticket');
SELECT is(pg_temp.replace('perfeval-2025', 'E05'), 'E04', 'and the next');
SELECT throws_ok($$CALL replace_drawn('perfeval-2025', 'E03', 'ill')$$, 'P0002', $$'E03' is not among those drawn in draw "perfeval-2025"$$, 'who is replaced is out');
SELECT throws_ok($$CALL replace_drawn('perfeval-2025', 'E06', '')$$, '22004', 'a replacement needs a reason', 'no reason');
SELECT throws_ok($$CALL replace_drawn('perfeval-2025', 'E06', 'ill', 'V1')$$, '22023', NULL, 'of a unit, where there are none');
SELECT is(pg_temp.replace('perfeval-2025', 'E06'), 'E02', 'the last');
SELECT throws_ok($$CALL replace_drawn('perfeval-2025', 'E01', 'ill')$$, 'P0002', 'nobody is left to take place 3', 'nobody is left');
SELECT results_eq($$SELECT place, id, replaces, replaced_by, holds FROM draw_result WHERE label = 'perfeval-2025' ORDER BY 1$$,
	$$VALUES (1, 'E06', NULL::int, 6, false), (2, 'E03', NULL, 4, false), (3, 'E01', NULL, NULL, true), (4, 'E05', 2, 5, false), (5, 'E04', 4, NULL, true), (6, 'E02', 1, NULL, true)$$, 'who took the place of whom');
SELECT throws_ok($$CALL replace_drawn('inspection-2025', 'I3', 'ill', 'PARK')$$, 'P0002', 'nobody is left to take place 1', 'an inspector who has a unit has no room');
SELECT is((SELECT pg_temp.replace('works', id, unit) FROM draw_result WHERE label = 'works' AND id <> 'schools' AND holds ORDER BY place LIMIT 1) IS NOT NULL, true, 'another unit of the work');
CALL witness_draw('perfeval-2025', 'Notary 公证处', 'certificate 7');
SELECT throws_ok($$CALL witness_draw('perfeval-2025', 'Another', '8')$$, '55000', NULL, 'one witness');
SELECT throws_ok($$UPDATE draw SET witness = 'Another' WHERE label = 'perfeval-2025'$$, '55000', NULL, 'which cannot be changed');
SELECT results_eq($$SELECT verb FROM act WHERE about = 'perfeval-2025' ORDER BY act_id$$, $$VALUES ('open_draw'), ('recuse'), ('announce_source'), ('announce_source'), ('commit_draw'), ('reveal_draw'), ('replace_drawn'), ('replace_drawn'), ('replace_drawn'), ('witness_draw')$$, 'every step is written down');

-- ---- records

SELECT is_empty($$SELECT c.label, v.* FROM committed c, LATERAL verify_record((SELECT string_agg(l, E'\n') FROM draw_record(c.label) AS l)) AS v$$, 'all records verify');
-- Every byte of a record counts, up to the witness.
SELECT is_empty($$SELECT label, at, substr(text, at, 20) FROM (SELECT label, (SELECT string_agg(l, E'\n') FROM draw_record(label) AS l WHERE l NOT LIKE 'witness%') AS text FROM (VALUES ('perfeval-2025'), ('inspection-2025')) AS v (label)) AS r, LATERAL generate_series(1, length(text), 7) AS at
	WHERE NOT EXISTS (SELECT FROM verify_record(overlay(text PLACING CASE substr(text, at, 1) WHEN 'x' THEN 'y' ELSE 'x' END FROM at FOR 1)))$$, 'one letter is changed: it is found');
CREATE FUNCTION pg_temp.lie(a text, b text) RETURNS text LANGUAGE sql AS $$ SELECT string_agg(v.message, '; ') FROM verify_record((SELECT string_agg(replace(l, a, b), E'\n') FROM draw_record('perfeval-2025') AS l)) AS v $$;
SELECT is(pg_temp.lie('result|2|E03', 'result|2|E02'), 'drawn is result|2|E03|||3795aca83c72d1480beeee806f45459c468c5494ace5d00490be4aba373d08f0|', 'a result that was not drawn');
SELECT matches(pg_temp.lie('member|E04', 'member|E44'), 'the lines before this one have another hash.*the ids have another hash', 'another pool');
SELECT matches(pg_temp.lie('close=3215.67', 'close=3215.68'), 'the seed has another hash.*drawn is', 'another seed');
SELECT matches(pg_temp.lie('member|E06', 'member|E07'), 'who is recused is in the pool', 'one who is recused');
SELECT matches(pg_temp.lie('take|3', 'take|9'), 'it cannot be drawn: 9 are to be drawn of 6', 'more than there are');
SELECT matches(pg_temp.lie('recused|E07|', 'excused|E07|'), 'nobody knows what this line means', 'a word that there is not');
SELECT matches(pg_temp.lie('draw|1|', 'draw|2|'), 'this is no record of a committed draw', 'another format');
SELECT is((SELECT count(*) FROM verify_record('')) + (SELECT count(*) FROM verify_record(NULL)), 2::bigint, 'nothing is no record');
UPDATE pool_member SET region = 'R9';
ALTER TABLE draw_member DISABLE TRIGGER guard;
UPDATE draw_member SET region = 'R9' WHERE id = 'E05' AND draw_id = (SELECT draw_id FROM draw WHERE label = 'perfeval-2025');
ALTER TABLE draw_member ENABLE TRIGGER guard;
SELECT isnt_empty($$SELECT verify_record((SELECT string_agg(l, E'\n') FROM draw_record('perfeval-2025') AS l))$$, 'what an owner changes behind the guards is found');

-- ---- who sees what

SET ROLE perfeval_draw_viewer;
SELECT is((SELECT count(*) FROM draw_status), (SELECT count(*) FROM draw_status WHERE state = ANY ('{open,committed,drawn}')), 'a viewer sees how draws are');
SELECT results_eq($$SELECT state, hidden, target, pool_hash, unit_hash, seed, seed_hash, commitment IS NOT NULL FROM draw_status WHERE label = 'secret'$$,
	$$VALUES ('drawn', true, NULL::text, NULL::text, NULL::text, NULL::text, NULL::text, true)$$, 'of hidden ones nothing that would tell the tickets, nor the pool');
SELECT is((SELECT count(*) FROM draw_status WHERE NOT hidden AND state = 'drawn' AND (pool_hash IS NULL OR seed IS NULL OR seed_hash IS NULL)), 0::bigint, 'of others all');
SELECT results_eq($$SELECT DISTINCT label, name, reason FROM draw_result WHERE label IN ('secret', 'perfeval-2025')$$, $$VALUES ('perfeval-2025', NULL, NULL)$$, 'and results without names and reasons, but not hidden ones');
SELECT is((SELECT count(*) FROM draw_line WHERE label = 'secret') + (SELECT count(*) FROM draw_ticket WHERE label = 'secret') + (SELECT count(*) FROM pool_now), 0::bigint, 'nor their lines and tickets, nor pools');
SELECT throws_ok($$SELECT draw_record('secret')$$, 'P0002', NULL, 'nor their record');
SELECT is_empty($$SELECT verify_record((SELECT string_agg(l, E'\n') FROM draw_record('two each') AS l))$$, 'a viewer can verify a record');
SELECT throws_ok(statement, '42501', NULL, 'a viewer may not: ' || statement) FROM (VALUES ($$CALL add_pool('x', 'X')$$), ($$CALL open_draw('x', 'expert', 'experts', take => 1)$$), ($$CALL recuse('known', 'E02', 'x')$$),
	($$CALL commit_draw('known')$$), ($$CALL reveal_draw('secret', 'x')$$), ($$CALL replace_drawn('secret', 'E02', 'x')$$), ($$CALL witness_draw('units', 'x', 'x')$$), ($$CALL show_draw('secret')$$), ($$SELECT * FROM draw_member$$), ($$SELECT * FROM draw_record_line$$)) AS v (statement);
SET ROLE perfeval_draw_operator;
SELECT is((SELECT count(*) FROM draw_result WHERE label = 'secret' AND name IS NOT NULL), 2::bigint, 'an operator sees hidden draws and names');
SELECT results_eq($$SELECT target, seed = 'secret|lottery=7', seed_hash = draw_hash(seed), pool_hash IS NOT NULL FROM draw_status WHERE label = 'secret'$$, $$VALUES ('somebody', true, true, true)$$, 'and their seeds');
CALL show_draw('secret');
SELECT throws_ok($$UPDATE draw SET hidden = true$$, '42501', NULL, 'and changes nothing by hand');
SET ROLE perfeval_draw_viewer;
SELECT is((SELECT count(*) FROM draw_result WHERE label = 'secret'), 2::bigint, 'a hidden draw is shown');
SELECT is((SELECT seed FROM draw_status WHERE label = 'secret'), 'secret|lottery=7', 'with its seed');
RESET ROLE;

-- ---- two draws one after the other: units, then inspectors for them

CALL open_draw('of drawn units', 'inspection', 'inspectors', of_draw => 'units', each => 2);
SELECT throws_ok($$CALL open_draw('of judges', 'inspection', 'inspectors', of_draw => 'counts')$$, '22023', 'draw "counts" has drawn no units', 'only of units');
SELECT is((SELECT pg_temp.replace('units', id) FROM draw_result WHERE label = 'units' AND place = 1) IS NOT NULL, true, 'a unit is replaced');
CALL announce_source('of drawn units', 'lottery', clock_timestamp() + '1 hour');
CALL commit_draw('of drawn units') \g /dev/null
SELECT results_eq($$SELECT id FROM draw_member JOIN draw USING (draw_id) WHERE label = 'of drawn units' AND side = 'unit' ORDER BY 1$$, $$SELECT id FROM draw_result WHERE label = 'units' AND holds ORDER BY 1$$, 'the units are those that another draw took');

-- ---- 500 units, 200 inspectors

CREATE TEMP TABLE big AS SELECT d.* FROM drawn(ARRAY['draw|1|big|inspection', 'each|2|6', 'apart|unit', 'apart|region']
	|| ARRAY(SELECT format('member|I%s|V%s|R%s|', i, i % 50, i % 10) FROM generate_series(1, 200) AS i) || ARRAY(SELECT format('unit|U%s|V%s|R%s|', u, u % 50, u % 10) FROM generate_series(1, 500) AS u), 'big|lottery=1') AS d;
SELECT is((SELECT count(*) FROM (SELECT unit FROM big GROUP BY unit HAVING count(DISTINCT id) = 2) AS x), 500::bigint, '500 units have two inspectors each');
SELECT cmp_ok((SELECT max(n) FROM (SELECT count(*) AS n FROM big GROUP BY id) AS x), '<=', 6::bigint, 'none of the 200 has too many');
SELECT is_empty($$SELECT FROM big WHERE substr(id, 2)::int % 10 = substr(unit, 2)::int % 10$$, 'nor any of the region');

SELECT * FROM finish();
RESET statement_timeout;
CALL perfeval.drop_workspace('抽取 "it''s" 50%', '抽取 "it''s" 50%');
DROP ROLE perfeval_draw_viewer, perfeval_draw_operator;
