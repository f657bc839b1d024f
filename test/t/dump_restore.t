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
my $include = "$FindBin::Bin/../include";
query($from, slurp("$include/types_in_use.sql"));
is(query($from, 'SELECT count(*) FROM from_marks m JOIN from_states s USING (unit) WHERE ROW(m.score::text, m.imputed::text, m.mean::text, m.coefficient::text) = ROW(s.score::text, s.imputed::text, s.mean::text, s.coefficient::text)'),
	40, 'states answer as the marks do');
is(query($from, 'SELECT count(*) FROM from_cards c JOIN from_card_states s USING (unit) WHERE ROW(c.s::text, c.m::text, c.n::text, c.x::text, c.l::text) = ROW(s.s::text, s.m::text, s.n::text, s.x::text, s.l::text)'), 41, 'and as the cards do');

is(query($from, 'SELECT count(*) FROM compiled c JOIN rubric r USING (version) WHERE c.rubric OPERATOR(perfeval.=) r.rubric'), 6, 'rubrics are what their rows compile to');

# Everything there is to ask, as text.
my $answers = slurp("$include/types_in_use_answers.sql") . <<'SQL';
SELECT viewname, definition FROM pg_views WHERE schemaname = 'public' ORDER BY viewname;
SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY indexname;
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
