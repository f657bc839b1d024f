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

# Everything there is to ask, as text.
my $answers = <<'SQL';
SELECT * FROM mark ORDER BY unit, item;
SELECT * FROM rollup ORDER BY unit, part;
SELECT * FROM from_marks ORDER BY unit;
SELECT unit, md5(score::text), imputed, mean, coefficient FROM from_states ORDER BY unit;
SELECT * FROM tier ORDER BY unit;
SELECT * FROM refund;
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
# the \restrict of newer minor versions has a random key
my ($first, $again) = map { s/^\\(un)?restrict .*\n//mgr } $dump, slurp("$folder/again");
is($again, $first, 'and a dump of that is the same');

# COPY in binary, and a table that stores states in every way.
is(query($from, <<"SQL"), '126 126', 'binary COPY out and in: the same states');
\\copy rollup TO '$folder/rollup' (FORMAT binary)
CREATE TABLE copy (LIKE rollup);
\\copy copy FROM '$folder/rollup' (FORMAT binary)
SELECT count(*) || ' ' || count(*) FILTER (WHERE (r.w::text, r.z::text, r.t::text, r.r::text) IS NOT DISTINCT FROM (c.w::text, c.z::text, c.t::text, c.r::text)) FROM rollup r JOIN copy c USING (unit, part);
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
