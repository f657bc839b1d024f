-- Tickets and what they draw: a function of published text alone.
--
--   seed      sha256(seed text), in lower-case hexadecimal
--   ticket    sha256(seed || '|' || id), of a pair sha256(seed || '|' || id || '|' || unit)
--
-- The smallest tickets are drawn. doc/draws.md has the lines of a draw's record.

-- Built in, as all of it: SQL of core types, so that it can be done elsewhere.
CREATE OR REPLACE FUNCTION @workspace@.draw_hash(body text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN encode(sha256(convert_to($1, 'UTF8')), 'hex');
COMMENT ON FUNCTION @workspace@.draw_hash(text) IS 'sha256 of a text in UTF-8, in lower-case hexadecimal (文本散列)';

CREATE OR REPLACE FUNCTION @workspace@.is_composed(body text) RETURNS boolean
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN CASE WHEN getdatabaseencoding() = 'UTF8' THEN $1 IS NFC NORMALIZED ELSE true END;
COMMENT ON FUNCTION @workspace@.is_composed(text) IS 'whether a text is of composed characters (NFC): the same letters, the same bytes (是否为规范字符)';

-- sha256 of the ids in byte order, joined by line breaks.
CREATE OR REPLACE FUNCTION @workspace@.pool_hash(ids text[]) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$ SELECT @workspace@.draw_hash(coalesce(string_agg(x.id, E'\n' ORDER BY convert_to(x.id, 'UTF8')), '')) FROM unnest($1) AS x (id) $$;
COMMENT ON FUNCTION @workspace@.pool_hash(text[]) IS 'hash of a pool: of its ids in byte order, a line each (名录散列值)';

CREATE OR REPLACE FUNCTION @workspace@.check_ids(ids text[]) RETURNS void
LANGUAGE plpgsql IMMUTABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	bad text;
BEGIN
	SELECT x.id INTO bad FROM unnest($1) AS x (id) GROUP BY x.id HAVING count(*) > 1 ORDER BY convert_to(x.id, 'UTF8') LIMIT 1;
	IF FOUND THEN
		RAISE EXCEPTION 'two members of the pool have the same id %', coalesce(quote_literal(bad), 'NULL')
			USING ERRCODE = 'unique_violation', HINT = 'Ids of a draw are all different.';
	END IF;
	SELECT x.id INTO bad FROM unnest($1) AS x (id) WHERE x.id IS NULL OR x.id = '' OR x.id ~ '[\u0001-\u001f\u007f]'
		OR NOT @workspace@.is_composed(x.id) LIMIT 1;
	IF FOUND THEN
		RAISE EXCEPTION 'id % cannot be drawn', coalesce(quote_literal(bad), 'NULL')
			USING ERRCODE = 'invalid_parameter_value', HINT = 'Ids are of composed characters (NFC), without line breaks.';
	END IF;
END
$$;
COMMENT ON FUNCTION @workspace@.check_ids(text[]) IS 'refuses equal ids and those that cannot be published (检查编号)';

CREATE OR REPLACE FUNCTION @workspace@.draw_tickets(seed text, ids text[])
RETURNS TABLE (place bigint, id text, ticket text)
LANGUAGE plpgsql IMMUTABLE
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
BEGIN
	IF $1 IS NULL THEN
		RAISE EXCEPTION 'a draw needs a seed' USING ERRCODE = 'null_value_not_allowed';
	END IF;
	PERFORM @workspace@.check_ids($2);
	RETURN QUERY
		SELECT row_number() OVER (ORDER BY t.ticket COLLATE "C"), t.id, t.ticket
		FROM (SELECT x.id, @workspace@.draw_hash(@workspace@.draw_hash($1) || '|' || x.id) AS ticket FROM unnest($2) AS x (id)) AS t
		ORDER BY 1;
END
$$;
COMMENT ON FUNCTION @workspace@.draw_tickets(text, text[]) IS 'tickets of ids under a seed text, the smallest first (抽签号)';

-- Units are matched with inspectors in the order of the pairs: a pair is taken
-- if, with all that were taken before it, a full matching is still possible. A
-- full matching gives each unit so many different inspectors, and no inspector
-- more than the most units.
--
-- A pair is (inspector, unit), numbered from 1. One full matching is always at hand: a pair that
-- is in it can be taken, and another one if the matching can be changed to hold
-- it. What is changed is a path: a unit leaves an inspector for another, who
-- leaves a unit, until one has room. Sets are bit strings (bits count from 0), so
-- that a search looks at each inspector once.
--
-- taken: the pairs, by their number. stuck: units that have too few inspectors
-- among them, if there is no full matching; the first is one that is not served.
CREATE OR REPLACE FUNCTION @workspace@.first_full_matching(inspectors integer, units integer, each integer, most integer,
	pair_inspector integer[], pair_unit integer[], OUT taken integer[], OUT stuck integer[])
LANGUAGE plpgsql IMMUTABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	nobody constant varbit := repeat('0', inspectors)::varbit;
	no_unit constant varbit := repeat('0', units)::varbit;
	allowed varbit[] := array_fill(nobody, ARRAY[units]);	-- inspectors that a unit may have
	has varbit[] := array_fill(nobody, ARRAY[units]);		-- inspectors of a unit
	kept varbit[] := array_fill(nobody, ARRAY[units]);		-- those of them that are taken for good
	kept_count integer[] := array_fill(0, ARRAY[units]);
	holds varbit[] := array_fill(no_unit, ARRAY[inspectors]);	-- units of an inspector that are not taken for good
	load integer[] := array_fill(0, ARRAY[inspectors]);
	room varbit := CASE WHEN most > 0 THEN ~nobody ELSE nobody END;	-- inspectors who can take another unit
	target varbit;		-- where a path may end
	unseen varbit;		-- inspectors not found yet
	unseen_units varbit;
	found_by integer[] := array_fill(0, ARRAY[inspectors]);	-- the unit from which an inspector was found
	leaves integer[] := array_fill(0, ARRAY[units]);	-- the inspector whom a unit would leave; -1: none
	queue integer[];
	at integer;
	candidates varbit;
	movable varbit;
	wanted constant integer := units * each;
	served integer := 0;
	done integer := 0;
	pair integer := 0;
	task text;
	inspector integer;
	unit integer;
	reached integer;
	u integer;
	i integer;
BEGIN
	taken := '{}';
	FOR pair IN 1 .. cardinality(pair_unit) LOOP
		allowed[pair_unit[pair]] := set_bit(allowed[pair_unit[pair]], pair_inspector[pair] - 1, 1);
	END LOOP;
	LOOP
		-- First a full matching is made, whichever, place by place. Then come the pairs.
		reached := NULL;
		queue := '{}';
		at := 0;
		IF served < wanted THEN
			task := 'serve';
			unit := served / each + 1;
			served := served + 1;
			target := room;
			unseen := ~nobody;
			unseen_units := set_bit(~no_unit, unit - 1, 0);
			leaves[unit] := -1;
			queue := ARRAY[unit];
		ELSE
			EXIT WHEN done = wanted OR pair >= cardinality(pair_unit);
			pair := pair + 1;
			inspector := pair_inspector[pair] - 1;
			unit := pair_unit[pair];
			CONTINUE WHEN kept_count[unit] = each;
			IF get_bit(has[unit], inspector) = 1 THEN
				task := 'keep';
			ELSE
				CONTINUE WHEN load[inspector + 1] = most AND holds[inspector + 1] = no_unit;
				task := 'change';
				target := room | (has[unit] & ~kept[unit]);
				unseen := set_bit(~nobody, inspector, 0);
				IF get_bit(room, inspector) = 1 THEN
					reached := inspector;
				ELSE
					-- One of the units that the inspector has goes elsewhere.
					movable := holds[inspector + 1];
					unseen_units := ~movable;
					LOOP
						u := position(B'1' IN movable);
						EXIT WHEN u = 0;
						movable := set_bit(movable, u - 1, 0);
						leaves[u] := inspector;
						queue := queue || u;
					END LOOP;
				END IF;
			END IF;
		END IF;

		-- The shortest path from the units in the queue to an inspector of the target.
		WHILE reached IS NULL AND at < cardinality(queue) LOOP
			at := at + 1;
			u := queue[at];
			candidates := allowed[u] & ~has[u] & unseen;
			i := position(B'1' IN (candidates & target)) - 1;
			IF i >= 0 THEN
				found_by[i + 1] := u;
				reached := i;
				EXIT;
			END IF;
			unseen := unseen & ~candidates;
			LOOP
				i := position(B'1' IN candidates) - 1;
				EXIT WHEN i < 0;
				candidates := set_bit(candidates, i, 0);
				found_by[i + 1] := u;
				movable := holds[i + 1] & unseen_units;
				unseen_units := unseen_units & ~movable;
				LOOP
					u := position(B'1' IN movable);
					EXIT WHEN u = 0;
					movable := set_bit(movable, u - 1, 0);
					leaves[u] := i;
					queue := queue || u;
				END LOOP;
				u := queue[at];
			END LOOP;
		END LOOP;
		IF reached IS NULL AND task = 'serve' THEN
			stuck := queue;
			taken := NULL;
			RETURN;
		END IF;
		CONTINUE WHEN reached IS NULL AND task = 'change';

		IF task = 'change' THEN
			-- The unit leaves the inspector at the end of the path, or any, but none taken for good.
			movable := has[unit] & ~kept[unit];
			i := CASE WHEN get_bit(movable, reached) = 1 THEN reached ELSE position(B'1' IN movable) - 1 END;
			has[unit] := set_bit(has[unit], i, 0);
			holds[i + 1] := set_bit(holds[i + 1], unit - 1, 0);
			load[i + 1] := load[i + 1] - 1;
			room := set_bit(room, i, 1);
		END IF;
		IF task <> 'keep' THEN
			load[reached + 1] := load[reached + 1] + 1;
			IF load[reached + 1] = most THEN
				room := set_bit(room, reached, 0);
			END IF;
			-- Along the path each unit takes the inspector that was found from it.
			i := reached;
			LOOP
				EXIT WHEN task = 'change' AND i = inspector;
				u := found_by[i + 1];
				has[u] := set_bit(has[u], i, 1);
				holds[i + 1] := set_bit(holds[i + 1], u - 1, 1);
				i := leaves[u];
				EXIT WHEN i < 0;
				has[u] := set_bit(has[u], i, 0);
				holds[i + 1] := set_bit(holds[i + 1], u - 1, 0);
			END LOOP;
		END IF;
		CONTINUE WHEN task = 'serve';

		done := done + 1;
		taken[done] := pair;
		has[unit] := set_bit(has[unit], inspector, 1);
		holds[inspector + 1] := set_bit(holds[inspector + 1], unit - 1, 0);
		kept[unit] := set_bit(kept[unit], inspector, 1);
		kept_count[unit] := kept_count[unit] + 1;
	END LOOP;
END
$$;
COMMENT ON FUNCTION @workspace@.first_full_matching(integer, integer, integer, integer, integer[], integer[]) IS
	'the first full matching in the order of the pairs, or the units for whom there are too few inspectors (按签号顺序的首个完备匹配)';

-- ---- what a record says

CREATE OR REPLACE FUNCTION @workspace@.record_lines(record text[], key text)
RETURNS TABLE (n bigint, field text[])
LANGUAGE sql IMMUTABLE PARALLEL SAFE ROWS 100
SET search_path = pg_catalog, pg_temp
AS $$
	SELECT l.n, string_to_array(l.line, '|') FROM unnest($1) WITH ORDINALITY AS l (line, n) WHERE split_part(l.line, '|', 1) = $2 ORDER BY l.n
$$;
COMMENT ON FUNCTION @workspace@.record_lines(text[], text) IS 'lines of a record that begin with a word, as fields (记录行)';

-- Everything that has a ticket of its own and can be drawn, in the order of the tickets.
CREATE OR REPLACE FUNCTION @workspace@.draw_candidates(record text[], seed text)
RETURNS TABLE (n bigint, id text, unit text, stratum text, ticket text)
LANGUAGE sql IMMUTABLE
SET search_path = pg_catalog, pg_temp
SET jit = off
AS $$
	WITH draw AS (
		SELECT l.field[4] AS kind, @workspace@.draw_hash($2) AS seed FROM @workspace@.record_lines($1, 'draw') AS l
	), member AS (
		SELECT l.field[2] AS id, nullif(l.field[3], '') AS unit, nullif(l.field[4], '') AS region, l.field[5] AS stratum
		FROM @workspace@.record_lines($1, 'member') AS l
	), unit AS (
		SELECT l.field[2] AS id, nullif(l.field[3], '') AS unit, nullif(l.field[4], '') AS region, l.field[5] AS work
		FROM @workspace@.record_lines($1, 'unit') AS l
	), apart AS (
		SELECT coalesce(bool_or(l.field[2] = 'unit'), false) AS unit, coalesce(bool_or(l.field[2] = 'region'), false) AS region
		FROM @workspace@.record_lines($1, 'apart') AS l
	), stratum AS (
		SELECT l.field[2] AS stratum FROM @workspace@.record_lines($1, 'stratum') AS l
	), candidate AS (
		SELECT m.id, NULL::text AS unit, s.stratum
		FROM draw AS d CROSS JOIN member AS m LEFT JOIN stratum AS s ON s.stratum = m.stratum
		WHERE d.kind IN ('expert', 'unit') AND (s.stratum IS NOT NULL OR NOT EXISTS (SELECT FROM stratum))
		UNION ALL
		SELECT m.id, u.id, NULL
		FROM draw AS d CROSS JOIN apart AS a CROSS JOIN member AS m CROSS JOIN unit AS u
		WHERE d.kind = 'inspection'
			AND NOT (a.unit AND m.unit IS NOT DISTINCT FROM u.unit AND m.unit IS NOT NULL)
			AND NOT (a.region AND m.region IS NOT DISTINCT FROM u.region AND m.region IS NOT NULL)
			AND (m.id, u.id) NOT IN (SELECT l.field[2], l.field[3] FROM @workspace@.record_lines($1, 'recused') AS l)
		UNION ALL
		SELECT u.work, u.id, NULL FROM draw AS d CROSS JOIN unit AS u WHERE d.kind = 'work'
	)
	SELECT row_number() OVER (ORDER BY t.ticket COLLATE "C"), t.id, t.unit, t.stratum, t.ticket
	FROM (SELECT c.id, c.unit, c.stratum, @workspace@.draw_hash(d.seed || '|' || c.id || coalesce('|' || c.unit, '')) AS ticket
	      FROM candidate AS c CROSS JOIN draw AS d) AS t
	ORDER BY 1
$$;
COMMENT ON FUNCTION @workspace@.draw_candidates(text[], text) IS
	'what can be drawn of a record under a seed text, by ticket: members, pairs, or units of works (候选及签号)';

-- The record's lines up to the commitment, the seed text, and which places others
-- took, in that order: nothing else goes in.
CREATE OR REPLACE FUNCTION @workspace@.drawn(record text[], seed text, replaced integer[] DEFAULT '{}')
RETURNS TABLE (place integer, id text, unit text, stratum text, ticket text, replaces integer)
LANGUAGE plpgsql IMMUTABLE
SET search_path = pg_catalog, pg_temp
SET jit = off
AS $$
#variable_conflict use_column
DECLARE
	kind constant text := (SELECT l.field[4] FROM @workspace@.record_lines(record, 'draw') AS l);
	take constant integer := (SELECT l.field[2]::integer FROM @workspace@.record_lines(record, 'take') AS l);
	each constant integer := (SELECT l.field[2]::integer FROM @workspace@.record_lines(record, 'each') AS l);
	most integer := (SELECT nullif(l.field[3], '')::integer FROM @workspace@.record_lines(record, 'each') AS l);
	members constant text[] := (SELECT array_agg(l.field[2] ORDER BY l.n) FROM @workspace@.record_lines(record, 'member') AS l);
	units constant text[] := (SELECT array_agg(l.field[2] ORDER BY l.n) FROM @workspace@.record_lines(record, 'unit') AS l);
	-- The candidates, and which of them are drawn, by their number.
	c_id text[];
	c_unit text[];
	c_stratum text[];
	c_ticket text[];
	d integer[];
	pair_inspector integer[];
	pair_unit integer[];
	taken integer[];
	stuck integer[];
	short record;
	initial integer;
	old integer;
	next integer;
BEGIN
	IF $2 IS NULL THEN
		RAISE EXCEPTION 'a draw needs a seed' USING ERRCODE = 'null_value_not_allowed';
	ELSIF kind IS NULL OR kind NOT IN ('expert', 'unit', 'inspection', 'work') THEN
		RAISE EXCEPTION 'there are no draws of kind %', coalesce(quote_literal(kind), 'NULL')
			USING ERRCODE = 'invalid_parameter_value', HINT = 'A record begins with its line "draw".';
	ELSIF members IS NULL OR kind = 'inspection' AND units IS NULL THEN
		RAISE EXCEPTION 'there is nobody to draw from'
			USING ERRCODE = 'no_data_found', HINT = 'A pool needs members who are in it on the day of the draw, and not recused.';
	END IF;
	PERFORM @workspace@.check_ids(members);
	PERFORM @workspace@.check_ids(CASE WHEN kind = 'work'
		THEN (SELECT array_agg(l.field[5] || '|' || l.field[2]) FROM @workspace@.record_lines(record, 'unit') AS l) ELSE units END);
	SELECT array_agg(c.id ORDER BY c.n), array_agg(c.unit ORDER BY c.n), array_agg(c.stratum ORDER BY c.n), array_agg(c.ticket ORDER BY c.n)
	INTO c_id, c_unit, c_stratum, c_ticket FROM @workspace@.draw_candidates(record, $2) AS c;

	IF kind = 'inspection' THEN
		-- An inspector has no more units than there are.
		most := least(most, cardinality(units));
		SELECT coalesce(array_agg(m.n ORDER BY c.n), '{}'), coalesce(array_agg(u.n ORDER BY c.n), '{}') INTO pair_inspector, pair_unit
		FROM unnest(c_id, c_unit) WITH ORDINALITY AS c (id, unit, n)
			JOIN unnest(members) WITH ORDINALITY AS m (id, n) ON m.id = c.id
			JOIN unnest(units) WITH ORDINALITY AS u (id, n) ON u.id = c.unit;
		SELECT f.taken, f.stuck INTO taken, stuck
		FROM @workspace@.first_full_matching(cardinality(members), cardinality(units), each, most, pair_inspector, pair_unit) AS f;
		IF stuck IS NOT NULL THEN
			SELECT sum(least(x.units, most)) AS places, string_agg(x.id, ', ' ORDER BY x.id COLLATE "C") AS who INTO short
			FROM (SELECT c.id, count(*) AS units FROM unnest(c_id, pair_unit) AS c (id, unit) WHERE c.unit = ANY (stuck) GROUP BY c.id) AS x;
			RAISE EXCEPTION 'unit "%" cannot be served', units[stuck[1]]
				USING ERRCODE = 'check_violation',
					DETAIL = format('%s units (%s) need %s inspections, and those who may inspect them (%s) can give %s.', cardinality(stuck),
						(SELECT string_agg(units[s.u], ', ' ORDER BY s.n) || CASE WHEN cardinality(stuck) > 10 THEN ', ...' ELSE '' END
						 FROM unnest(stuck) WITH ORDINALITY AS s (u, n) WHERE s.n <= 10),
						cardinality(stuck) * each, coalesce(CASE WHEN length(short.who) > 100 THEN left(short.who, 100) || '...' ELSE short.who END, 'nobody'),
						coalesce(short.places, 0)),
					HINT = 'Add inspectors of other units and regions, let each take more units, or give each unit fewer inspectors.';
		END IF;
		d := taken;
	ELSIF kind = 'work' THEN
		SELECT m.id, count(u.field) AS units INTO short
		FROM unnest(members) AS m (id) LEFT JOIN @workspace@.record_lines(record, 'unit') AS u ON u.field[5] = m.id
		GROUP BY m.id HAVING count(u.field) < each ORDER BY m.id COLLATE "C" LIMIT 1;
		IF FOUND THEN
			RAISE EXCEPTION 'work "%" has % units, and % are to be drawn', short.id, short.units, each
				USING ERRCODE = 'invalid_parameter_value', HINT = 'Draw fewer units for each work, or leave the work out of the pool.';
		ELSIF take > cardinality(members) THEN
			RAISE EXCEPTION '% are to be drawn of %', take, cardinality(members)
				USING ERRCODE = 'invalid_parameter_value', HINT = 'Draw fewer, or add members to the pool.';
		END IF;
		SELECT array_agg(x.n ORDER BY x.work, x.n) INTO d
		FROM (SELECT c.n, t.place AS work, row_number() OVER (PARTITION BY c.id ORDER BY c.n) AS nth
		      FROM @workspace@.draw_tickets($2, members) AS t
		          JOIN unnest(c_id) WITH ORDINALITY AS c (id, n) ON c.id = t.id
		      WHERE t.place <= take) AS x
		WHERE x.nth <= each;
	ELSE
		SELECT s.stratum, s.seats, (SELECT count(*) FROM unnest(c_stratum) AS c (stratum) WHERE c.stratum IS NOT DISTINCT FROM s.stratum) AS there INTO short
		FROM (SELECT l.field[2] AS stratum, l.field[3]::integer AS seats FROM @workspace@.record_lines(record, 'stratum') AS l
		      UNION ALL SELECT NULL, take WHERE NOT EXISTS (SELECT FROM @workspace@.record_lines(record, 'stratum'))) AS s
		WHERE s.seats > (SELECT count(*) FROM unnest(c_stratum) AS c (stratum) WHERE c.stratum IS NOT DISTINCT FROM s.stratum) LIMIT 1;
		IF FOUND THEN
			RAISE EXCEPTION '% are to be drawn of %', short.seats, short.there || coalesce(' in stratum "' || short.stratum || '"', '')
				USING ERRCODE = 'invalid_parameter_value', HINT = 'Draw fewer, or add members to the pool.';
		END IF;
		SELECT array_agg(x.n ORDER BY x.position, x.n) INTO d
		FROM (SELECT c.n, s.n AS position, coalesce(s.field[3]::integer, take) AS seats, row_number() OVER (PARTITION BY c.stratum ORDER BY c.n) AS nth
		      FROM unnest(c_stratum) WITH ORDINALITY AS c (stratum, n)
		          LEFT JOIN @workspace@.record_lines(record, 'stratum') AS s ON s.field[2] = c.stratum) AS x
		WHERE x.nth <= x.seats;
	END IF;
	d := coalesce(d, '{}');
	initial := cardinality(d);

	-- Who takes a place: the next ticket of the same stratum, unit or work that was
	-- not drawn before, if the inspector has not enough units already.
	FOR r IN 1 .. cardinality(replaced) LOOP
		old := replaced[r];
		IF old IS NULL OR old NOT BETWEEN 1 AND cardinality(d) OR old = ANY (replaced[1:r - 1]) THEN
			RAISE EXCEPTION 'place % cannot be taken by another', coalesce(old::text, 'NULL') USING ERRCODE = 'invalid_parameter_value';
		END IF;
		SELECT min(c.n) INTO next
		FROM unnest(c_id, c_unit, c_stratum) WITH ORDINALITY AS c (id, unit, stratum, n)
		WHERE c.n <> ALL (d)
			AND CASE kind
				WHEN 'inspection' THEN c.unit = c_unit[d[old]] AND coalesce((
					SELECT count(*) FROM unnest(d) WITH ORDINALITY AS x (n, place)
					WHERE c_id[x.n] = c.id AND x.place <> ALL (replaced[1:r])) < most, true)
				WHEN 'work' THEN c.id = c_id[d[old]]
				ELSE c.stratum IS NOT DISTINCT FROM c_stratum[d[old]] END;
		IF next IS NULL THEN
			RAISE EXCEPTION 'nobody is left to take place %', old
				USING ERRCODE = 'no_data_found', HINT = 'All others of the pool are drawn, recused or have as many units as they may.';
		END IF;
		d := d || next;
	END LOOP;
	RETURN QUERY
		SELECT x.place::integer, c_id[x.n], c_unit[x.n], c_stratum[x.n], c_ticket[x.n], replaced[x.place - initial]
		FROM unnest(d) WITH ORDINALITY AS x (n, place) ORDER BY x.place;
END
$$;
COMMENT ON FUNCTION @workspace@.drawn(text[], text, integer[]) IS
	'what a record and a seed text draw, and who takes the place of whom: a function of published text (由公开文本推算抽取结果)';
