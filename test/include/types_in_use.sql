-- Every type of the extension in tables, indexes, generated columns, checks, defaults, domains and views of an empty database.
CREATE EXTENSION perfeval;
CREATE TABLE mark (unit int, item int, x numeric, w numeric NOT NULL, percent numeric,
	points numeric GENERATED ALWAYS AS (perfeval.score_threshold(x, 95, 10, 2, mode => 'ceil')) STORED,
	CHECK (perfeval.score_bands(w, '{0}', '{0,1}') = 1));
INSERT INTO mark (unit, item, x, w, percent)
SELECT u, i, CASE WHEN (u * 7 + i) % 11 <> 0 THEN round((u * 7919 % 1000 + i * 31 % 17)::numeric * 0.1, i % 3) * CASE u WHEN 40 THEN 1e50 ELSE 1 END END, i * 0.5, u * i % 101
FROM generate_series(1, 40) u, generate_series(1, 50) i;
CREATE INDEX ON mark (perfeval.score_proportional(x, 100, 10));
CREATE TABLE rollup (unit int, part int, w perfeval.weighted_score_state, z perfeval.weighted_score_state, t perfeval.trimmed_mean_state, r perfeval.recognition_coefficient_state, PRIMARY KEY (unit, part));
INSERT INTO rollup
SELECT unit, item % 3, perfeval.weighted_score_state(x, w), perfeval.weighted_score_state(x, w, 'impute:60.50'), perfeval.trimmed_mean_state(x, 2), perfeval.recognition_coefficient_state(percent, percent, 0.8, 1.2, 3)
FROM mark GROUP BY 1, 2;
INSERT INTO rollup VALUES (41, 0, NULL, NULL, NULL, NULL);
-- long states, some of them outside the row
INSERT INTO rollup SELECT 42, n, perfeval.weighted_score_state(repeat('123456789', n * 100)::numeric, 1), NULL, perfeval.trimmed_mean_state(i / 7.0, 500), NULL FROM generate_series(1, 5) n, generate_series(1, 3000) i GROUP BY n;
-- cards: of all widths, in a column with indexes, generated, checked, as default and as domain; some outside the row
CREATE DOMAIN full_card AS perfeval.scorecard CHECK (perfeval.item_count(VALUE) > 0);
CREATE TABLE card (unit int, period int, card perfeval.scorecard NOT NULL DEFAULT '{"1": "missing", "2": 1.50}', filled full_card, first numeric GENERATED ALWAYS AS (card OPERATOR(perfeval.->) 1) STORED, PRIMARY KEY (unit, period), CHECK (perfeval.item_count(card) < 4000), UNIQUE (card, unit, period));
INSERT INTO card (unit, period, card)
SELECT unit, item % 5, perfeval.scorecard_agg(item * (1 + unit % 3 * 5000), CASE WHEN unit = 40 THEN x / 1e25 ELSE x END) FROM mark WHERE unit <> 40 OR x < 1e60 GROUP BY 1, 2;
INSERT INTO card (unit, period) VALUES (41, 0);
INSERT INTO card (unit, period, card) VALUES (41, 1, '{}'), (41, 2, '{"0": "error:7", "5": "exempt", "2147483647": "not_applicable"}'), (41, 3, '{"1": -99999999999999999999999999999999999999, "2": 0.00000000000000000000000000000000000001}');
UPDATE card SET filled = card WHERE unit > 37 AND perfeval.item_count(card) > 0;
CREATE INDEX ON card USING hash (card);
CREATE INDEX card_merged ON card ((card OPERATOR(perfeval.||) '{"1": 1}'));
CREATE TABLE long_card AS SELECT n, perfeval.scorecard_agg(i, i * n * 0.01) AS card FROM generate_series(1, 3) n, generate_series(1, n * 3000) i GROUP BY n;
CREATE INDEX ON long_card (perfeval.scorecard_value(card, 7));
CREATE TABLE card_rollup AS
SELECT unit, period % 2 AS part, perfeval.scorecard_sum_state(card) AS s, perfeval.scorecard_mean_state(card, 0, 'half_even') AS m, perfeval.scorecard_min_state(card) AS n, perfeval.scorecard_max_state(card) AS x, perfeval.scorecard_last_state(card, '2025-01-01'::timestamptz + period * interval '1 month') AS l
FROM card GROUP BY 1, 2;
CREATE TABLE card_parts AS SELECT unit, item % 3 AS part, perfeval.scorecard_agg_state(item, x) AS a FROM mark WHERE unit < 10 GROUP BY 1, 2;
CREATE TABLE latest_parts AS SELECT unit, item % 3 AS part, perfeval.scorecard_latest_state(item % 20, x, NULL, '2025-01-01'::timestamptz + item * interval '1 hour', item) AS l FROM mark WHERE unit < 10 GROUP BY 1, 2;
CREATE VIEW from_latest AS SELECT unit, perfeval.scorecard_latest_merge(l) AS card FROM latest_parts GROUP BY unit;
CREATE VIEW from_cards AS
SELECT unit, perfeval.scorecard_sum(card) AS s, perfeval.scorecard_mean(card, 0, 'half_even') AS m, perfeval.scorecard_min(card) AS n, perfeval.scorecard_max(card) AS x, perfeval.scorecard_last(card, '2025-01-01'::timestamptz + period * interval '1 month') AS l, count(DISTINCT card) AS cards FROM card GROUP BY unit;
CREATE VIEW from_card_states AS
SELECT unit, perfeval.scorecard_sum_merge(s) AS s, perfeval.scorecard_mean_merge(m) AS m, perfeval.scorecard_min_merge(n) AS n, perfeval.scorecard_max_merge(x) AS x, perfeval.scorecard_last_merge(l) AS l FROM card_rollup GROUP BY unit;
CREATE VIEW same_card AS SELECT a.unit, b.unit AS other FROM card a JOIN card b ON a.card OPERATOR(perfeval.=) b.card AND (a.unit, a.period) < (b.unit, b.period);
-- rubrics: in a column with an index, generated, checked, as default and as domain, in views; some outside the row
CREATE DOMAIN checked_rubric AS perfeval.rubric CHECK ((perfeval.jsonb(VALUE) ->> 'rubric') = '1');
CREATE TABLE rubric (version int PRIMARY KEY, rubric perfeval.rubric NOT NULL DEFAULT '{"rubric": 1, "root": {"rule": "直接评分", "item": 2}}', checked checked_rubric, points numeric GENERATED ALWAYS AS (perfeval.score('{"1": 93, "2": 70, "3": 1}', rubric)) STORED, CHECK (perfeval.score('{}', rubric) IS NULL));
INSERT INTO rubric (version) VALUES (1);
INSERT INTO rubric (version, rubric) VALUES
	(2, '{"rubric": 1, "label": "细则 \"二\"", "rounding": {"at": "node", "digits": 3, "mode": "half_even", "rank_basis": "rounded"}, "parameters": {"t": 95, "u": null}, "root": {"rule": "weighted_mean", "missing": "renormalize:0.5", "children": [{"rule": "threshold", "node": 20, "label": "清扫率", "weight": 60.50, "item": 1, "target": {"parameter": "t"}, "full_points": 100, "penalty": 2, "min_points": null, "mode": "ceil"}, {"rule": "bands", "weight": 40, "item": 2, "ranges": [{"以上": 80, "points": 5}, {"points": 0.125}]}]}, "limits": [{"label": "否决", "item": 3, "ge": 2, "effect": "zero_score"}]}'),
	(3, '{"rubric": 1, "root": {"rule": "geometric_mean", "round": {"digits": 30}, "children": [{"rule": "given", "item": 1}, {"rule": "formula", "expression": "power(item(2), 0.5, 4) + 1"}]}}');
INSERT INTO rubric (version, rubric) SELECT 10 + n, ('{"rubric": 1, "root": {"rule": "sum", "children": [' || string_agg(format('{"rule": "given", "item": %s, "label": "第%s项"}', i, i), ', ') || ']}}')::perfeval.rubric FROM generate_series(1, 3) n, generate_series(1, n * 500) i GROUP BY n;
UPDATE rubric SET checked = rubric WHERE version > 1;
CREATE INDEX ON rubric USING hash (rubric);
CREATE INDEX evaluated ON card (perfeval.score(card, '{"rubric": 1, "root": {"rule": "given", "item": 2, "label": "二"}}'));
CREATE VIEW result AS SELECT unit, period, version, perfeval.evaluate(card, rubric) AS result, perfeval.rank_basis(card, rubric) AS basis FROM card, rubric WHERE version < 10;
CREATE VIEW lines AS SELECT unit, e.* FROM card, perfeval.explain(card, '{"rubric": 1, "root": {"rule": "sum", "label": "合计", "children": [{"rule": "given", "item": 1}, {"rule": "constant", "points": 0.50}]}}') AS e WHERE period = 1;
CREATE VIEW rubric_row AS SELECT version, r.* FROM rubric, perfeval.rubric_rows(rubric) AS r;
CREATE VIEW compiled AS SELECT version, perfeval.compile_rubric(spec) AS rubric FROM rubric_row GROUP BY version;
CREATE VIEW from_marks AS
SELECT unit, perfeval.weighted_score(x, w) AS score, perfeval.weighted_score(x, w, 'impute:60.50') AS imputed, perfeval.trimmed_mean(x, 2) AS mean, perfeval.recognition_coefficient(percent, percent, 0.8, 1.2, 3) AS coefficient
FROM mark GROUP BY unit;
CREATE VIEW from_states AS
SELECT unit, perfeval.weighted_score_merge(w) AS score, perfeval.weighted_score_merge(z) AS imputed, perfeval.trimmed_mean_merge(t) AS mean, perfeval.recognition_coefficient_merge(r) AS coefficient
FROM rollup GROUP BY unit;
CREATE VIEW tier AS
SELECT unit, perfeval.forced_distribution(score, '{0.2,0.7,0.1}', bounds => '{exact,exact,at_most}') OVER (PARTITION BY unit % 3 ORDER BY unit) AS tier, perfeval.tier_quota(unit, '{0.2,0.7,0.1}') AS quota FROM from_marks;
CREATE MATERIALIZED VIEW refund AS SELECT perfeval.prededuct_refund(2, 1, 'half', 0.80, '2025-11-30', '2026-02-28') AS refund;
