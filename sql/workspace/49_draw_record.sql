-- A draw's record: the lines to publish, and their check from nothing else.
-- doc/draws.md has what each of them means.

CREATE OR REPLACE VIEW @workspace@.draw_record_line WITH (security_barrier = true) AS
SELECT d.draw_id, d.label, row_number() OVER (PARTITION BY d.draw_id ORDER BY l.section, l.n, l.byte_order, l.line COLLATE "C") AS line_no,
	CASE WHEN l.section < 15 THEN 'commitment' ELSE 'result' END AS part, l.line
FROM @workspace@.draw AS d CROSS JOIN LATERAL (
	SELECT 1 AS section, 0::bigint AS n, NULL::bytea AS byte_order, concat_ws('|', 'draw', 1, d.label, d.kind) AS line
	UNION ALL
	SELECT 2, 0, NULL, concat_ws('|', 'algorithm', d.algorithm_version, d.algorithm)
	UNION ALL
	SELECT 3, 0, NULL, 'committed|' || to_char(d.committed_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
	UNION ALL
	SELECT 4, s.position, NULL, concat_ws('|', 'source', s.position, s.source, to_char(s.known_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'))
	FROM @workspace@.draw_source AS s WHERE s.draw_id = d.draw_id
	UNION ALL
	SELECT 5, 0, NULL, 'target|' || coalesce(d.target, '') || '|' || coalesce(d.target_region, '') WHERE coalesce(d.target, d.target_region) IS NOT NULL
	UNION ALL
	SELECT 6, 0, NULL, 'take|' || d.take WHERE d.take IS NOT NULL
	UNION ALL
	SELECT 7, s.position, NULL, concat_ws('|', 'stratum', s.stratum, s.seats) FROM @workspace@.draw_stratum AS s WHERE s.draw_id = d.draw_id
	UNION ALL
	SELECT 8, 0, NULL, 'each|' || d.each || '|' || coalesce(d.most::text, '') WHERE d.each IS NOT NULL
	UNION ALL
	SELECT 9, a.n, NULL, 'apart|' || a.what FROM (VALUES (1, 'unit', d.apart_unit), (2, 'region', d.apart_region)) AS a (n, what, holds)
	WHERE a.holds AND (d.kind = 'inspection' OR coalesce(d.target, d.target_region) IS NOT NULL)
	UNION ALL
	SELECT CASE m.side WHEN 'member' THEN 10 ELSE 11 END, 0, convert_to(m.work || E'\001' || m.id, 'UTF8'),
		m.side || '|' || m.id || '|' || coalesce(m.unit, '') || '|' || coalesce(m.region, '') || '|'
		|| CASE m.side WHEN 'member' THEN coalesce(m.stratum, '') ELSE m.work END
	FROM @workspace@.draw_member AS m WHERE m.draw_id = d.draw_id
	UNION ALL
	SELECT 12, 0, convert_to(r.code || E'\001' || coalesce(r.unit, ''), 'UTF8'), 'recused|' || r.code || '|' || coalesce(r.unit, '')
	FROM @workspace@.recusal AS r WHERE r.draw_id = d.draw_id
	UNION ALL
	SELECT 13, 0, NULL, 'pool|' || d.pool_hash WHERE d.pool_hash IS NOT NULL
	UNION ALL
	SELECT 14, 0, NULL, 'units|' || d.unit_hash WHERE d.unit_hash IS NOT NULL
	UNION ALL
	SELECT 15, 0, NULL, 'commitment|' || d.commitment WHERE d.commitment IS NOT NULL
	UNION ALL
	SELECT 16, 0, NULL, 'seed|' || d.seed WHERE d.seed IS NOT NULL
	UNION ALL
	SELECT 17, 0, NULL, 'hash|' || d.seed_hash WHERE d.seed_hash IS NOT NULL
	UNION ALL
	SELECT 18, p.place, NULL, concat_ws('|', 'result', p.place, p.id, coalesce(p.unit, ''), coalesce(p.stratum, ''), p.ticket, coalesce(p.replaces::text, ''))
	FROM @workspace@.draw_place AS p WHERE p.draw_id = d.draw_id
	UNION ALL
	SELECT 19, 0, NULL, concat_ws('|', 'witness', d.witness, d.witness_signature, to_char(d.witnessed_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'))
	WHERE d.witness IS NOT NULL
) AS l
WHERE d.committed_at IS NOT NULL;
COMMENT ON VIEW @workspace@.draw_record_line IS 'records of all draws, hidden ones too; draw_line shows them (抽取记录行，内部)';
COMMENT ON COLUMN @workspace@.draw_record_line.draw_id IS 'draw (抽取)';
COMMENT ON COLUMN @workspace@.draw_record_line.label IS 'its name (抽取名称)';
COMMENT ON COLUMN @workspace@.draw_record_line.line_no IS 'number (行号)';
COMMENT ON COLUMN @workspace@.draw_record_line.part IS 'commitment or result (部分)';
COMMENT ON COLUMN @workspace@.draw_record_line.line IS 'the line (内容)';

CREATE OR REPLACE VIEW @workspace@.draw_line WITH (security_barrier = true) AS
SELECT l.draw_id, l.label, l.line_no, l.part, l.line
FROM @workspace@.draw_record_line AS l JOIN @workspace@.draw AS d ON d.draw_id = l.draw_id
WHERE (SELECT @workspace@.sees_all()) OR NOT d.hidden;
COMMENT ON VIEW @workspace@.draw_line IS 'records of draws, line by line: what is published of them (抽取记录)';
COMMENT ON COLUMN @workspace@.draw_line.draw_id IS 'number of the draw (抽取编号)';
COMMENT ON COLUMN @workspace@.draw_line.label IS 'its name (抽取名称)';
COMMENT ON COLUMN @workspace@.draw_line.line_no IS 'number of the line (行号)';
COMMENT ON COLUMN @workspace@.draw_line.part IS 'commitment: published before; result: after (部分)';
COMMENT ON COLUMN @workspace@.draw_line.line IS 'the line (内容)';

CREATE OR REPLACE FUNCTION @workspace@.draw_record(label text) RETURNS SETOF text
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	RETURN QUERY SELECT l.line FROM @workspace@.draw_line AS l WHERE l.label = $1 ORDER BY l.line_no;
	IF NOT FOUND THEN
		RAISE EXCEPTION 'there is no committed draw %', coalesce(quote_literal($1), 'NULL')
			USING ERRCODE = 'no_data_found', HINT = 'View draw_status lists the draws; a hidden one is for operators and auditors.';
	END IF;
END
$$;
COMMENT ON FUNCTION @workspace@.draw_record(text) IS 'the lines of a draw to publish (抽取公开记录)';

CREATE OR REPLACE FUNCTION @workspace@.verify_record(record text)
RETURNS TABLE (line_no bigint, line text, message text, message_zh text)
LANGUAGE plpgsql IMMUTABLE
SET search_path = pg_catalog, pg_temp
SET jit = off
AS $$
#variable_conflict use_column
DECLARE
	lines constant text[] := string_to_array(rtrim(record, E'\n'), E'\n');
	at constant integer := (SELECT min(l.n) FROM @workspace@.record_lines(lines, 'commitment') AS l);
	committed constant text[] := lines[1:at - 1];
	kind constant text := split_part(committed[1], '|', 4);
	seed text;
	seed_at bigint;
BEGIN
	IF at IS NULL OR committed[1] IS NULL OR committed[1] NOT LIKE 'draw|1|%' THEN
		RETURN QUERY SELECT 1::bigint, lines[1], 'this is no record of a committed draw', '不是已承诺抽取的记录';
		RETURN;
	END IF;
	RETURN QUERY
		SELECT l.n, l.line, 'nobody knows what this line means', '无法识别的行'
		FROM unnest(lines) WITH ORDINALITY AS l (line, n)
		WHERE split_part(l.line, '|', 1) <> ALL (CASE WHEN l.n < at
			THEN '{draw,algorithm,committed,source,target,take,stratum,each,apart,member,unit,recused,pool,units}'::text[]
			ELSE '{commitment,seed,hash,result,witness}'::text[] END)
			OR split_part(l.line, '|', 1) IN ('draw', 'algorithm', 'committed', 'target', 'take', 'each', 'pool', 'units', 'commitment', 'seed', 'hash', 'witness')
				AND EXISTS (SELECT FROM unnest(lines[1:l.n - 1]) AS b (line) WHERE split_part(b.line, '|', 1) = split_part(l.line, '|', 1))
		UNION ALL
		SELECT at, lines[at], 'the lines before this one have another hash', '之前各行的散列值不符'
		WHERE lines[at] <> 'commitment|' || @workspace@.draw_hash(array_to_string(committed, E'\n'))
		UNION ALL
		SELECT 2, lines[2], 'this is not how draws of this kind are done', '抽取算法不符'
		WHERE lines[2] IS DISTINCT FROM 'algorithm|1|' || @workspace@.draw_algorithm(kind)
		UNION ALL
		SELECT l.n, lines[l.n], 'the ids have another hash', '名录散列值不符'
		FROM (SELECT x.n, x.field[2] AS hash, (SELECT array_agg(m.field[2]) FROM @workspace@.record_lines(committed, 'member') AS m) AS ids
		      FROM @workspace@.record_lines(committed, 'pool') AS x
		      UNION ALL
		      SELECT x.n, x.field[2], (SELECT array_agg(CASE WHEN kind = 'work' THEN m.field[5] || '|' || m.field[2] ELSE m.field[2] END)
		          FROM @workspace@.record_lines(committed, 'unit') AS m)
		      FROM @workspace@.record_lines(committed, 'units') AS x) AS l
		WHERE l.hash IS DISTINCT FROM @workspace@.pool_hash(l.ids)
		UNION ALL
		SELECT m.n, lines[m.n], 'who is recused is in the pool', '已回避者仍在名录中'
		FROM @workspace@.record_lines(committed, 'member') AS m
			JOIN @workspace@.record_lines(committed, 'recused') AS r ON r.field[2] = m.field[2] AND r.field[3] = ''
		UNION ALL
		SELECT m.n, lines[m.n], 'who is of the unit or region is in the pool', '同单位或同地区者仍在名录中'
		FROM @workspace@.record_lines(committed, 'member') AS m
			CROSS JOIN @workspace@.record_lines(committed, 'target') AS t
			JOIN @workspace@.record_lines(committed, 'apart') AS a
				ON a.field[2] = 'unit' AND t.field[2] <> '' AND t.field[2] IN (m.field[2], m.field[3])
				OR a.field[2] = 'region' AND t.field[3] <> '' AND t.field[3] = m.field[4];

	SELECT l.n, substr(lines[l.n], 6) INTO seed_at, seed FROM @workspace@.record_lines(lines, 'seed') AS l;
	IF seed IS NULL THEN
		RETURN;
	END IF;
	BEGIN
		PERFORM @workspace@.check_seed(committed, seed);
	EXCEPTION WHEN data_exception THEN
		RETURN QUERY SELECT seed_at, lines[seed_at], SQLERRM, '种子文本与承诺不符';
	END;
	RETURN QUERY
		SELECT coalesce(h.n, seed_at), coalesce(lines[h.n], lines[seed_at]), 'the seed has another hash', '种子散列值不符'
		FROM (SELECT 1) AS one LEFT JOIN @workspace@.record_lines(lines, 'hash') AS h ON true
		WHERE h.field[2] IS DISTINCT FROM @workspace@.draw_hash(seed);
	BEGIN
		RETURN QUERY
			SELECT coalesce(g.n, cardinality(lines)), coalesce(lines[g.n], 'result|' || e.place),
				'drawn is ' || coalesce(e.line, 'nobody'), '应为：' || coalesce(e.line, '无')
			FROM (SELECT d.place, concat_ws('|', 'result', d.place, d.id, coalesce(d.unit, ''), coalesce(d.stratum, ''), d.ticket, coalesce(d.replaces::text, '')) AS line
			      FROM @workspace@.drawn(committed, seed,
			          (SELECT coalesce(array_agg(r.field[7]::integer ORDER BY r.n), '{}') FROM @workspace@.record_lines(lines, 'result') AS r WHERE r.field[7] <> '')) AS d) AS e
				FULL JOIN (SELECT r.n, row_number() OVER (ORDER BY r.n) AS place FROM @workspace@.record_lines(lines, 'result') AS r) AS g ON g.place = e.place
			WHERE lines[g.n] IS DISTINCT FROM e.line
			ORDER BY 1;
	EXCEPTION WHEN data_exception OR integrity_constraint_violation OR no_data_found THEN
		RETURN QUERY SELECT seed_at, lines[seed_at], 'it cannot be drawn: ' || SQLERRM, '无法抽取';
	END;
END
$$;
COMMENT ON FUNCTION @workspace@.verify_record(text) IS
	'what is wrong with a draw''s record, worked out from its text alone; nothing, if all is right (验证抽取记录)';

-- ---- views

-- Of a hidden draw nobody is to work out the tickets, nor to try a guess of its pool.
CREATE OR REPLACE VIEW @workspace@.draw_status WITH (security_barrier = true) AS
SELECT d.draw_id, d.label, d.kind, d.state, d.hidden, p.code AS pool, d.take, d.each, d.most,
	CASE WHEN w.shown THEN d.target END AS target, CASE WHEN w.shown THEN d.target_region END AS target_region,
	d.apart_unit, d.apart_region, d.algorithm, d.algorithm_version,
	(SELECT string_agg(s.source, ', ' ORDER BY s.position) FROM @workspace@.draw_source AS s WHERE s.draw_id = d.draw_id) AS sources,
	(SELECT max(s.known_at) FROM @workspace@.draw_source AS s WHERE s.draw_id = d.draw_id) AS known_at,
	(SELECT count(*) FROM @workspace@.draw_member AS m WHERE m.draw_id = d.draw_id AND m.side = 'member') AS members,
	(SELECT count(*) FROM @workspace@.draw_member AS m WHERE m.draw_id = d.draw_id AND m.side = 'unit') AS units,
	(SELECT count(*) FROM @workspace@.recusal AS r WHERE r.draw_id = d.draw_id) AS recusals,
	(SELECT count(*) FROM @workspace@.draw_place AS x WHERE x.draw_id = d.draw_id AND x.replaces IS NULL) AS drawn,
	(SELECT count(*) FROM @workspace@.draw_place AS x WHERE x.draw_id = d.draw_id AND x.replaces IS NOT NULL) AS replacements,
	CASE WHEN w.shown THEN d.pool_hash END AS pool_hash, CASE WHEN w.shown THEN d.unit_hash END AS unit_hash, d.commitment,
	CASE WHEN w.shown THEN d.seed END AS seed, CASE WHEN w.shown THEN d.seed_hash END AS seed_hash,
	d.opened_at, d.committed_at, d.drawn_at, d.witness, d.witness_signature, d.witnessed_at
FROM @workspace@.draw AS d
	JOIN @workspace@.expert_pool AS p ON p.pool_id = d.pool_id,
	LATERAL (SELECT (SELECT @workspace@.sees_all()) OR NOT d.hidden AS shown) AS w;
COMMENT ON VIEW @workspace@.draw_status IS 'draws, how far they are, and their hashes; of hidden ones the seed, the target and the hashes of pool, units and seed are for operators and auditors (抽取状态)';
COMMENT ON COLUMN @workspace@.draw_status.draw_id IS 'number (编号)';
COMMENT ON COLUMN @workspace@.draw_status.label IS 'its name, with which its seed begins (抽取名称)';
COMMENT ON COLUMN @workspace@.draw_status.kind IS 'expert, unit, inspection or work (种类)';
COMMENT ON COLUMN @workspace@.draw_status.state IS 'open, committed or drawn (状态)';
COMMENT ON COLUMN @workspace@.draw_status.hidden IS 'pool and result are for operators and auditors only (是否不公开)';
COMMENT ON COLUMN @workspace@.draw_status.pool IS 'pool that is drawn from (抽取名录)';
COMMENT ON COLUMN @workspace@.draw_status.take IS 'how many are drawn (抽取数)';
COMMENT ON COLUMN @workspace@.draw_status.each IS 'inspectors for each unit, or units for each work (每单位检查人员数或每工作单位数)';
COMMENT ON COLUMN @workspace@.draw_status.most IS 'most units for one inspector (每人最多检查单位数)';
COMMENT ON COLUMN @workspace@.draw_status.target IS 'of experts: the unit that they look at (评审对象)';
COMMENT ON COLUMN @workspace@.draw_status.target_region IS 'its region (评审对象所在地区)';
COMMENT ON COLUMN @workspace@.draw_status.apart_unit IS 'never somebody of the same unit (回避同单位)';
COMMENT ON COLUMN @workspace@.draw_status.apart_region IS 'never somebody of the same region (异地)';
COMMENT ON COLUMN @workspace@.draw_status.algorithm IS 'how it is drawn (抽取算法)';
COMMENT ON COLUMN @workspace@.draw_status.algorithm_version IS 'version of that (算法版本)';
COMMENT ON COLUMN @workspace@.draw_status.sources IS 'sources of chance, in the order of the seed text (随机源)';
COMMENT ON COLUMN @workspace@.draw_status.known_at IS 'when all of them are known (揭晓时间)';
COMMENT ON COLUMN @workspace@.draw_status.members IS 'members of the pool that was committed (名录人数)';
COMMENT ON COLUMN @workspace@.draw_status.units IS 'units of an inspection, or of works (单位数)';
COMMENT ON COLUMN @workspace@.draw_status.recusals IS 'recusals (回避数)';
COMMENT ON COLUMN @workspace@.draw_status.drawn IS 'places drawn (抽中数)';
COMMENT ON COLUMN @workspace@.draw_status.replacements IS 'how often somebody took the place of another (替补次数)';
COMMENT ON COLUMN @workspace@.draw_status.pool_hash IS 'sha256 of the ids of the pool (名录散列值)';
COMMENT ON COLUMN @workspace@.draw_status.unit_hash IS 'sha256 of the ids of the units (单位散列值)';
COMMENT ON COLUMN @workspace@.draw_status.commitment IS 'sha256 of the lines that were committed to (承诺散列值)';
COMMENT ON COLUMN @workspace@.draw_status.seed IS 'seed text (种子文本)';
COMMENT ON COLUMN @workspace@.draw_status.seed_hash IS 'sha256 of it (种子散列值)';
COMMENT ON COLUMN @workspace@.draw_status.opened_at IS 'when it was opened (设立时间)';
COMMENT ON COLUMN @workspace@.draw_status.committed_at IS 'when it was committed (承诺时间)';
COMMENT ON COLUMN @workspace@.draw_status.drawn_at IS 'when the seed was revealed (揭示时间)';
COMMENT ON COLUMN @workspace@.draw_status.witness IS 'notary or other witness (公证人或见证人)';
COMMENT ON COLUMN @workspace@.draw_status.witness_signature IS 'signature, or number of the certificate (见证签名或公证书编号)';
COMMENT ON COLUMN @workspace@.draw_status.witnessed_at IS 'when it was entered (见证时间)';

-- Names and reasons are for those who see all.
CREATE OR REPLACE VIEW @workspace@.draw_result WITH (security_barrier = true) AS
SELECT d.draw_id, d.label, d.kind, p.place, p.id, CASE WHEN (SELECT @workspace@.sees_all()) THEN m.name END AS name, p.unit, p.stratum, p.ticket,
	p.replaces, n.place AS replaced_by, n.place IS NULL AS holds,
	CASE WHEN (SELECT @workspace@.sees_all()) THEN p.reason END AS reason, p.recorded_at
FROM @workspace@.draw_place AS p
	JOIN @workspace@.draw AS d ON d.draw_id = p.draw_id
	LEFT JOIN @workspace@.draw_member AS m ON m.draw_id = p.draw_id AND m.side = 'member' AND m.work = '' AND m.id = p.id
	LEFT JOIN @workspace@.draw_place AS n ON n.draw_id = p.draw_id AND n.replaces = p.place
WHERE (SELECT @workspace@.sees_all()) OR NOT d.hidden;
COMMENT ON VIEW @workspace@.draw_result IS 'who was drawn, and who took the place of whom (抽取结果)';
COMMENT ON COLUMN @workspace@.draw_result.draw_id IS 'number of the draw (抽取编号)';
COMMENT ON COLUMN @workspace@.draw_result.label IS 'its name (抽取名称)';
COMMENT ON COLUMN @workspace@.draw_result.kind IS 'expert, unit, inspection or work (种类)';
COMMENT ON COLUMN @workspace@.draw_result.place IS 'order (次序)';
COMMENT ON COLUMN @workspace@.draw_result.id IS 'code of the expert, unit, inspector or work (代码)';
COMMENT ON COLUMN @workspace@.draw_result.name IS 'name, for operators and auditors (姓名或名称)';
COMMENT ON COLUMN @workspace@.draw_result.unit IS 'unit, of an inspection or a work (单位)';
COMMENT ON COLUMN @workspace@.draw_result.stratum IS 'stratum (分层)';
COMMENT ON COLUMN @workspace@.draw_result.ticket IS 'ticket (签号)';
COMMENT ON COLUMN @workspace@.draw_result.replaces IS 'place that it takes (所替补的次序)';
COMMENT ON COLUMN @workspace@.draw_result.replaced_by IS 'place that took its own (替补者次序)';
COMMENT ON COLUMN @workspace@.draw_result.holds IS 'it holds: nobody took its place (是否有效)';
COMMENT ON COLUMN @workspace@.draw_result.reason IS 'why it replaces another, for operators and auditors (替补理由)';
COMMENT ON COLUMN @workspace@.draw_result.recorded_at IS 'when (时间)';

-- All tickets of a draw: of members, of pairs that are allowed, of works and their units.
CREATE OR REPLACE VIEW @workspace@.draw_ticket WITH (security_barrier = true) AS
SELECT t.draw_id, t.label, t.kind, row_number() OVER (PARTITION BY t.draw_id, t.unit IS NULL ORDER BY t.ticket COLLATE "C") AS ticket_no,
	t.id, t.unit, t.stratum, t.ticket,
	EXISTS (SELECT FROM @workspace@.draw_place AS p
	        WHERE p.draw_id = t.draw_id AND p.id = t.id AND (t.unit IS NULL OR p.unit = t.unit)) AS drawn
FROM (SELECT d.draw_id, d.label, d.kind, m.id, u.id AS unit, m.stratum,
          encode(sha256(convert_to(d.seed_hash || '|' || m.id || coalesce('|' || u.id, ''), 'UTF8')), 'hex') AS ticket
      FROM @workspace@.draw AS d
          JOIN @workspace@.draw_member AS m ON m.draw_id = d.draw_id AND m.side = 'member'
          LEFT JOIN @workspace@.draw_member AS u ON u.draw_id = d.draw_id AND u.side = 'unit' AND d.kind = 'inspection'
      WHERE d.state = 'drawn' AND ((SELECT @workspace@.sees_all()) OR NOT d.hidden)
          AND (d.kind <> 'inspection' OR NOT coalesce(d.apart_unit AND m.unit = u.unit, false) AND NOT coalesce(d.apart_region AND m.region = u.region, false)
              AND NOT EXISTS (SELECT FROM @workspace@.recusal AS r WHERE r.draw_id = d.draw_id AND r.code = m.id AND r.unit = u.id))
      UNION ALL
      SELECT d.draw_id, d.label, d.kind, u.work, u.id, NULL, encode(sha256(convert_to(d.seed_hash || '|' || u.work || '|' || u.id, 'UTF8')), 'hex')
      FROM @workspace@.draw AS d JOIN @workspace@.draw_member AS u ON u.draw_id = d.draw_id AND u.side = 'unit'
      WHERE d.kind = 'work' AND d.state = 'drawn' AND ((SELECT @workspace@.sees_all()) OR NOT d.hidden)) AS t;
COMMENT ON VIEW @workspace@.draw_ticket IS 'tickets of draws, worked out from seed and pool: of members, of pairs, of works and their units (抽签号)';
COMMENT ON COLUMN @workspace@.draw_ticket.draw_id IS 'number of the draw (抽取编号)';
COMMENT ON COLUMN @workspace@.draw_ticket.label IS 'its name (抽取名称)';
COMMENT ON COLUMN @workspace@.draw_ticket.kind IS 'expert, unit, inspection or work (种类)';
COMMENT ON COLUMN @workspace@.draw_ticket.ticket_no IS 'order of the ticket; those of works and of their units are counted apart (签号次序)';
COMMENT ON COLUMN @workspace@.draw_ticket.id IS 'code of the member (代码)';
COMMENT ON COLUMN @workspace@.draw_ticket.unit IS 'unit, of a pair or of a work (单位)';
COMMENT ON COLUMN @workspace@.draw_ticket.stratum IS 'stratum (分层)';
COMMENT ON COLUMN @workspace@.draw_ticket.ticket IS 'ticket (签号)';
COMMENT ON COLUMN @workspace@.draw_ticket.drawn IS 'it was drawn, if only in the place of another (是否抽中)';
