# Dump and restore of a database that uses the extension, and states in binary: the same answers.
use strict;
use warnings;
use File::Temp qw(tempdir);
use FindBin;
use lib "$FindBin::Bin/lib";
use Psql;
use Test::More;

my $folder = tempdir(CLEANUP => 1);
my $from = new_database('perfeval_dump');
query($from, <<'SQL');
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
CREATE DOMAIN checked_rubric AS perfeval.rubric CHECK ((VALUE::jsonb ->> 'rubric') = '1');
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
SQL
is(query($from, 'SELECT count(*) FROM from_marks m JOIN from_states s USING (unit) WHERE ROW(m.score::text, m.imputed::text, m.mean::text, m.coefficient::text) = ROW(s.score::text, s.imputed::text, s.mean::text, s.coefficient::text)'),
	40, 'states answer as the marks do');
is(query($from, 'SELECT count(*) FROM from_cards c JOIN from_card_states s USING (unit) WHERE ROW(c.s::text, c.m::text, c.n::text, c.x::text, c.l::text) = ROW(s.s::text, s.m::text, s.n::text, s.x::text, s.l::text)'), 41, 'and as the cards do');

is(query($from, 'SELECT count(*) FROM compiled c JOIN rubric r USING (version) WHERE c.rubric OPERATOR(perfeval.=) r.rubric'), 6, 'rubrics are what their rows compile to');

# Everything there is to ask, as text.
my $answers = <<'SQL';
SELECT * FROM mark ORDER BY unit, item;
SELECT * FROM rollup ORDER BY unit, part;
SELECT * FROM from_marks ORDER BY unit;
SELECT unit, md5(score::text), imputed, mean, coefficient FROM from_states ORDER BY unit;
SELECT * FROM tier ORDER BY unit;
SELECT * FROM refund;
SELECT * FROM card ORDER BY unit, period;
SELECT n, md5(card::text), perfeval.item_count(card) FROM long_card ORDER BY n;
SELECT * FROM card_rollup ORDER BY unit, part;
SELECT * FROM card_parts ORDER BY unit, part;
SELECT unit, perfeval.scorecard_agg_merge(a) FROM card_parts GROUP BY unit ORDER BY unit;
SELECT * FROM from_cards ORDER BY unit;
SELECT * FROM from_card_states ORDER BY unit;
SELECT * FROM same_card ORDER BY 1, 2;
SELECT * FROM rubric ORDER BY version;
SELECT version, md5(perfeval.rubric_send(rubric)), perfeval.rubric_hash(rubric) FROM rubric ORDER BY version;
SELECT * FROM result ORDER BY unit, period, version;
SELECT * FROM lines ORDER BY unit, node, label;
SELECT * FROM rubric_row WHERE version < 10 ORDER BY version, path;
SELECT version, c.rubric OPERATOR(perfeval.=) r.rubric FROM compiled c JOIN rubric r USING (version) ORDER BY version;
SELECT viewname, definition FROM pg_views WHERE schemaname = 'public' ORDER BY viewname;
SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY indexname;
SET enable_seqscan = off;
SELECT unit, period FROM card WHERE card OPERATOR(perfeval.=) '{"1": "missing", "2": 1.5}' ORDER BY 1, 2;
SELECT n FROM long_card WHERE perfeval.scorecard_value(card, 7) = 0.14;
SELECT version FROM rubric WHERE rubric OPERATOR(perfeval.=) '{"rubric": 1, "root": {"rule": "given", "item": 2}}';
SELECT count(*) FROM card WHERE perfeval.score(card, '{"rubric": 1, "root": {"rule": "given", "item": 2, "label": "二"}}') > 50;
RESET enable_seqscan;
SELECT nspacl, obj_description(oid, 'pg_namespace') FROM pg_namespace WHERE nspname = 'perfeval';
SQL
my $before = query($from, $answers);
cmp_ok(length $before, '>', 100_000, 'there is something to compare');

sub run
{
	my (@command) = @_;
	my $said = `@command 2>&1`;
	is($?, 0, "@command[0, 1] works") or diag $said;
	return $said;
}

run('pg_dump', '--format=custom', '-d', $from, '-f', "$folder/custom");
my $custom = new_database('perfeval_restore_custom');
run('pg_restore', '--exit-on-error', '-d', $custom, "$folder/custom");
is(query($custom, $answers), $before, 'restored from the custom format: the same answers');

run('pg_dump', '--format=plain', '-d', $from, '-f', "$folder/plain");
my $dump = slurp("$folder/plain");
like($dump, qr/^CREATE EXTENSION .*perfeval/m, 'a dump creates the extension');
unlike($dump, qr/^CREATE (FUNCTION|AGGREGATE|TYPE)/m, 'and none of its members');
my $plain = new_database('perfeval_restore_plain');
run('psql', '-Xq', '-v', 'ON_ERROR_STOP=1', '-d', $plain, '-f', "$folder/plain");
is(query($plain, $answers), $before, 'restored from the plain format: the same answers');

run('pg_dump', '--format=plain', '-d', $plain, '-f', "$folder/again");
# the \restrict of newer minor versions has a random key; rows may move to another page
my ($first, $again) = map { join "\n", sort split /\n/, s/^\\(un)?restrict .*\n//mgr } $dump, slurp("$folder/again");
is($again, $first, 'and a dump of that is the same');

# COPY in binary, and a table that stores states in every way.
is(query($from, <<"SQL"), '126 126', 'binary COPY out and in: the same states');
\\copy rollup TO '$folder/rollup' (FORMAT binary)
CREATE TABLE copy (LIKE rollup);
\\copy copy FROM '$folder/rollup' (FORMAT binary)
SELECT count(*) || ' ' || count(*) FILTER (WHERE (r.w::text, r.z::text, r.t::text, r.r::text) IS NOT DISTINCT FROM (c.w::text, c.z::text, c.t::text, c.r::text)) FROM rollup r JOIN copy c USING (unit, part);
SQL
is(query($from, <<"SQL"), '204 204 3 3 82 82', 'binary COPY of cards and their states');
\\copy card (unit, period, card, filled) TO '$folder/card' (FORMAT binary)
\\copy long_card TO '$folder/long_card' (FORMAT binary)
\\copy card_rollup TO '$folder/card_rollup' (FORMAT binary)
CREATE TABLE copy_card (LIKE card INCLUDING GENERATED);
CREATE TABLE copy_long (LIKE long_card);
CREATE TABLE copy_rollup (LIKE card_rollup);
\\copy copy_card (unit, period, card, filled) FROM '$folder/card' (FORMAT binary)
\\copy copy_long FROM '$folder/long_card' (FORMAT binary)
\\copy copy_rollup FROM '$folder/card_rollup' (FORMAT binary)
SELECT concat_ws(' ', (SELECT count(*) FROM card), (SELECT count(*) FROM card a JOIN copy_card b USING (unit, period) WHERE (a.card::text, a.filled::text, a.first) IS NOT DISTINCT FROM (b.card::text, b.filled::text, b.first) AND a.card OPERATOR(perfeval.=) b.card),
	(SELECT count(*) FROM long_card), (SELECT count(*) FROM long_card a JOIN copy_long b USING (n) WHERE a.card OPERATOR(perfeval.=) b.card),
	(SELECT count(*) FROM card_rollup), (SELECT count(*) FROM card_rollup a JOIN copy_rollup b USING (unit, part) WHERE (a.s::text, a.m::text, a.n::text, a.x::text, a.l::text) IS NOT DISTINCT FROM (b.s::text, b.m::text, b.n::text, b.x::text, b.l::text)));
SQL
is(query($from, <<"SQL"), '6 6', 'binary COPY of rubrics');
\\copy rubric (version, rubric, checked) TO '$folder/rubric' (FORMAT binary)
CREATE TABLE copy_rubric (LIKE rubric INCLUDING ALL);
\\copy copy_rubric (version, rubric, checked) FROM '$folder/rubric' (FORMAT binary)
SELECT count(*) || ' ' || count(*) FILTER (WHERE r.rubric OPERATOR(perfeval.=) c.rubric AND r.points IS NOT DISTINCT FROM c.points AND r.checked::text IS NOT DISTINCT FROM c.checked::text) FROM rubric r JOIN copy_rubric c USING (version);
SQL
for my $storage (qw(PLAIN MAIN EXTERNAL EXTENDED))
{
	my $rows = $storage eq 'PLAIN' ? 'WHERE unit < 42' : '';
	is(query($from, <<"SQL"), $storage eq 'PLAIN' ? 41 : 42, "states in $storage storage");
CREATE TABLE stored_$storage (unit int, filler bool, w perfeval.weighted_score_state, t perfeval.trimmed_mean_state);
ALTER TABLE stored_$storage ALTER w SET STORAGE $storage, ALTER t SET STORAGE $storage;
INSERT INTO stored_$storage SELECT unit, true, w, t FROM rollup $rows;
SELECT count(*) FROM from_states f JOIN (SELECT unit, perfeval.weighted_score_merge(w) AS score, perfeval.trimmed_mean_merge(t) AS mean FROM stored_$storage GROUP BY unit) s USING (unit) WHERE (f.score::text, f.mean::text) IS NOT DISTINCT FROM (s.score::text, s.mean::text);
SQL
}
done_testing();
