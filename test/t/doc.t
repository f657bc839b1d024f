# The documents tell the truth: their SQL is run and its output compared, every function, operator, type and
# cast of the extension is described with its very signature and has an example, and what they point at is there.
use strict;
use warnings;
use Encode qw(decode);
use FindBin;
use lib "$FindBin::Bin/lib";
use Doc;
use Psql;
use Test::More;

my $top = "$FindBin::Bin/../..";
chdir $top or die "$top: $!";
my %text = map { $_ => slurp($_) } 'README.md', glob 'doc/*.md';
ok(exists $text{$_}, "there is $_") for qw(README.md doc/reference.md doc/rubrics.md doc/views.md doc/mechanisms.md);

sub database
{
	my $database = new_database('perfeval_doc');
	query($database, 'CREATE EXTENSION perfeval');
	return $database;
}

# One text for each thing that is wrong.
sub well
{
	my ($name, @problems) = @_;
	return ok(!@problems, $name) || diag join "\n", @problems;
}

# ---- the SQL, each file in a database and session of its own

my $blocks = 0;
for my $file (sort keys %text)
{
	my ($all) = blocks($text{$file});
	my $sql = grep { $_->{kind} =~ /^sql/ } @$all;
	my $shown = grep { $_->{kind} eq 'text' } @$all;
	well("$file: $sql blocks of SQL run, $shown outputs are what psql prints", problems($text{$file}, database()));
	$blocks += $sql;
}
cmp_ok($blocks, '>=', 30, 'there is SQL in the documents');

# ---- the functions

my $database = database();
my $member = "FROM pg_proc p JOIN pg_depend d ON d.classid = 'pg_proc'::regclass AND objid = p.oid AND deptype = 'e'
	JOIN pg_extension e ON refclassid = 'pg_extension'::regclass AND e.oid = refobjid AND extname = 'perfeval'";
my $supports = "(EXISTS (SELECT FROM pg_aggregate WHERE p.oid IN (aggtransfn, aggcombinefn, aggfinalfn, aggserialfn, aggdeserialfn, aggmtransfn, aggminvtransfn, aggmfinalfn))
	OR EXISTS (SELECT FROM pg_type WHERE p.oid IN (typinput, typoutput, typreceive, typsend, typmodin, typmodout))
	OR EXISTS (SELECT FROM pg_operator WHERE p.oid = oprcode AND oprresult = 'boolean'::regtype) OR EXISTS (SELECT FROM pg_amproc WHERE p.oid = amproc))";
my @public = split /\n/, query($database, <<"SQL");
SET search_path = perfeval, pg_catalog;	-- types of ours without their schema
SET intervalstyle = postgres;
SELECT format('%s%s(%s)%s', CASE prokind WHEN 'a' THEN 'aggregate ' WHEN 'w' THEN 'window ' WHEN 'p' THEN 'procedure ' END, proname,
	CASE prokind WHEN 'p' THEN regexp_replace(pg_get_function_arguments(p.oid), '\\mIN ', '', 'g') ELSE pg_get_function_arguments(p.oid) END, ' -> ' || pg_get_function_result(p.oid))
$member WHERE NOT $supports;
CREATE TEMP VIEW member AS SELECT classid, objid FROM pg_depend d JOIN pg_extension e ON refclassid = 'pg_extension'::regclass AND e.oid = refobjid AND extname = 'perfeval' WHERE deptype = 'e';
SELECT format('operator (%s %s %s) -> %s', oprleft::regtype, oprname, oprright::regtype, oprresult::regtype) FROM pg_operator o JOIN member ON classid = 'pg_operator'::regclass AND objid = o.oid;
SELECT format('cast %s AS %s', castsource::regtype, casttarget::regtype) FROM pg_cast c JOIN member ON classid = 'pg_cast'::regclass AND objid = c.oid;
-- states go by the names of their aggregates
SELECT format('type %s', typname) FROM pg_type t JOIN member ON classid = 'pg_type'::regclass AND objid = t.oid WHERE typtype = 'b' AND typcategory <> 'A' AND NOT EXISTS (SELECT FROM pg_aggregate WHERE aggtranstype = t.oid);
SQL
s/'(\d+) mons'/'$1 months'/ for @public;
my @support = split /\n/, query($database, "SELECT DISTINCT proname $member WHERE $supports ORDER BY 1");
my $reference = $text{'doc/reference.md'};
my %stated = signatures($reference);
cmp_ok(scalar @public, '>=', 69, 'the test sees the functions');
well('the synopses are the public functions, operators, types and casts, as they are', same_signatures(\%stated, @public));
well('each has an example under its synopsis', examples_missing($reference));
my ($section) = $reference =~ /^## Support functions\n(.*?)^## /ms;
is(join(' ', sort { $a cmp $b } $section =~ /`(\w+_\w+)`/g), join(' ', @support), 'the support functions are those that are not for calling');

# A name that a document writes as ours, or as a call, is one.
my %known = map { $_ => 1 } qw(coalesce greatest least nullif), split /\n/, query($database, "SELECT proname FROM pg_proc WHERE pronamespace IN ('perfeval'::regnamespace, 'pg_catalog'::regnamespace)
	UNION SELECT typname FROM pg_type WHERE typnamespace = 'perfeval'::regnamespace");
# What is in every workspace: documents speak of it as workspace.NAME, or of its routines as NAME(...).
$known{$_} = 1 for split /\n/, query($database, "SET client_min_messages = error; CALL perfeval.create_workspace('workspace');
	SELECT unnest(ARRAY[proname, 'workspace.' || proname]) FROM pg_proc WHERE pronamespace = 'workspace'::regnamespace
	UNION SELECT 'workspace.' || relname FROM pg_class WHERE relnamespace = 'workspace'::regnamespace AND relkind IN ('r', 'p', 'v')");
sub unknown_names
{
	my ($text) = @_;
	$text =~ s/^```text\n.*?^```$//msg;
	my %unknown = map { $_ => 1 } grep { !$known{$_} && !-e "perfeval.$_" } $text =~ /\bperfeval\.([a-z_]\w*)/g;
	my @code = $text =~ /`([^`\n]+)`/g;
	$unknown{$_} = 1 for grep { !$known{$_} } map { /\b([a-z_]\w*)\(/g } @code;
	return sort keys %unknown;
}
well("$_: names no function that does not exist", unknown_names($text{$_})) for sort keys %text;

# ---- the views of a workspace, in doc/views.md as the catalog has them

my %view;	# name => the rows of its table
for (split /\n/, query($database, <<'SQL'))
SELECT relname, format('| `%s` | %s | %s |', attname, replace(replace(replace(format_type(atttypid, atttypmod),
	'timestamp with time zone', 'timestamptz'), 'double precision', 'float8'), 'integer', 'int'), col_description(attrelid, attnum))
FROM pg_class c JOIN pg_attribute ON attrelid = c.oid AND attnum > 0
WHERE relnamespace = 'workspace'::regnamespace AND relkind = 'v' ORDER BY relname, attnum
SQL
{
	my ($name, $row) = split /\|/, $_, 2;
	push @{ $view{$name} }, $row;
}
sub false_views
{
	my ($text) = @_;
	my @problems;
	my ($inner) = $text =~ /^## Inner views[^\n]*\n(.*)/ms;
	my %inner = map { $_ => 1 } ($inner // '') =~ /`(\w+)`/g;
	my %section = $text =~ /^### (\w+)\n(.*?)(?=^##)/msg;
	push @problems, map { "no view $_" } grep { !$view{$_} } sort(keys %section), sort keys %inner;
	for my $name (sort keys %view)
	{
		next if $inner{$name};
		my $told = $section{$name};
		if (!defined $told) { push @problems, "view $name is not described"; next; }
		my @rows = grep { !/^\| column \|/ } $told =~ /^(\| .*\|)$/mg;
		push @problems, "view $name: $_" for grep { my $row = $_; !grep { $_ eq $row } @rows } @{ $view{$name} };
		push @problems, "view $name has no $_" for grep { my $row = $_; !grep { $_ eq $row } @{ $view{$name} } } @rows;
		push @problems, "view $name: no example" if $told !~ /^```sql\n(?:(?!```).)*\bFROM $name\b/ms;
	}
	return @problems;
}
well('doc/views.md: every view and column of a workspace, and no other', false_views($text{'doc/views.md'}));

# ---- doc/access.md: every procedure that asks who calls it, and no other

my @verbs = split /\n/, query($database, <<'SQL');
SELECT DISTINCT proname FROM pg_proc WHERE pronamespace = 'workspace'::regnamespace AND prosecdef AND prorettype <> 'trigger'::regtype
SQL
sub verbs_missing
{
	my ($text) = @_;
	my ($section) = $text =~ /^## Who does what[^\n]*\n(.*?)^## /ms;
	my %told = map { $_ => 1 } map { /`(\w+)`/g } $section =~ /^\| (.*?) \|/mg;
	my %known_here = map { $_ => 1 } split /\n/, query($database, "SELECT proname FROM pg_proc WHERE pronamespace = 'workspace'::regnamespace");
	return ((map { "$_ is not told of" } grep { !$told{$_} } sort @verbs),
		map { "no routine $_" } grep { !$known_here{$_} && $_ ne 'upgrade_workspace' } sort keys %told);
}
well('doc/access.md: who does what, for every procedure that asks', verbs_missing($text{'doc/access.md'}));

# ---- files, links, make's targets

my %target = map { $_ => 1 } map { split ' ' } slurp('Makefile') =~ /^\.PHONY:(.*)/mg;
sub slug
{
	my ($heading) = @_;
	$heading = lc decode('UTF-8', $heading);
	$heading =~ s/[^\w\- ]//g;
	$heading =~ s/ /-/g;
	return $heading;
}
sub points_nowhere
{
	my ($file, $text) = @_;
	my ($folder) = $file =~ m{^(.*/)?};
	my @problems;
	while ($text =~ /\]\(([^)#\s]*)(?:#([^)\s]*))?\)/g)
	{
		my ($path, $anchor) = ($1, $2);
		next if $path =~ /^https?:/;
		my $to = $path eq '' ? $file : ($folder // '') . $path;
		if (!-e $to) { push @problems, "link to $to"; next; }
		next if !defined $anchor;
		my %anchor = map { slug($_) => 1 } slurp($to) =~ /^#+ +(.*?) *$/mg;
		push @problems, "link to $to#$anchor" if !$anchor{ decode('UTF-8', $anchor) };
	}
	push @problems, map { "no file $_" } grep { !-e } $text =~ m{`((?:test|doc|demo|src|sql|tools|bench)/[\w./-]+)`}g;
	push @problems, map { "no target of make: $_" } grep { !$target{$_} } $text =~ /(?:^|`)make ([a-z][a-z-]*)/mg;
	return @problems;
}
well("$_: what it points at is there", points_nowhere($_, $text{$_})) for sort keys %text;
well('README.md lists every document', grep { index($text{'README.md'}, "]($_)") < 0 } grep { m{^doc/} } sort keys %text);

# ---- doc/mechanisms.md: the objects exist, and their tests know them

sub false_rows
{
	my ($text) = @_;
	my (@problems, $last);
	my $demo = join '', map { slurp($_) } glob 'demo/city/*.sql';
	my @rows = $text =~ /^(\|.*\|)$/mg;
	for (@rows[ 2 .. $#rows ])
	{
		my (undef, $row, $what, $objects, $tests) = split / *\| */;
		push @problems, "a row \"$row\"" if $row !~ /^S[0-4]\.\d\d$/;
		push @problems, "$row is not after $last" if defined $last && $row le $last;
		$last = $row;
		my @objects = $objects =~ /`([^`]+)`/g;
		my @files = $tests =~ /`([^`]+)`/g;
		push @problems, "$row: no object, or no test" if !@objects || !@files;
		my $told = join '', map { -e $_ ? slurp($_) : '' } @files;
		# these tests work everything out again without our functions; the demo, which they run, calls them
		$told .= $demo if grep { m{^test/(t/demo\.t|workspace/city\.sql)$} } @files;
		for my $object (@objects)
		{
			# office.NAME is of the demo's files; workspace.NAME goes by its name alone in tests
			my ($schema, $name) = $object =~ /^(office|workspace)\.(\w+)$/ ? ($1, $2) : ('', $object);
			my $there = $schema eq 'office' ? $demo =~ /CREATE (?:VIEW|TABLE) :"office"\.$name\b/ : $known{$object};
			push @problems, "$row: no $object" if !$there;
			push @problems, "$row: no test of $object" if $told !~ /\b\Q$name\E\b/;
		}
	}
	push @problems, 'no rows' if @rows < 3;
	return @problems;
}
well('doc/mechanisms.md: objects exist and are tested where it says', false_rows($text{'doc/mechanisms.md'}));

# ---- a test that cannot fail proves nothing: the same checks on documents with one fault each

my $good = "Text.\n\n```sql\nSELECT perfeval.score_events(1, 10, 5) AS points;\n```\n```text\n points\n--------\n      5\n(1 row)\n```\n";
my $bad = "```sql error\nSELECT perfeval.score_events(-1, 10, 5);\n```\n```text\nERROR:  count must not be negative, but is -1\n```\n";
well('planted: a document without a fault', problems("$good\n$bad\n$good", $database));
for (
	[ 'a wrong digit', $good =~ s/  5$/  6/mr, qr/prints/ ],
	[ 'a row too few', $good =~ s/^\(1 row\)\n//mr, qr/prints/ ],
	[ 'output left out', $good =~ s/^```text.*//msr, qr/does not show/ ],
	[ 'a statement that fails', $good =~ s/score_events/score_event/r, qr/fails/ ],
	[ 'a statement after one that fails', "```sql\nSELECT 1 / 0;\n```\n$good", qr/2 sql blocks, 1 of them run/ ],
	[ 'an error that does not come', $bad =~ s/-1, 10/1, 10/r, qr/does not fail/ ],
	[ 'another error', $bad =~ s/but is -1/but is -2/r, qr/prints/ ],
	[ 'psql ended by a block', "```sql\n\\q\n```\n$good", qr/not run/ ],
	[ 'a statement without an end', "```sql\nSELECT 1\n```\n$good", qr/does not end/ ],
	[ 'SQL of another name', $good =~ s/```sql/```psql/r, qr/kind "psql"/ ],
	[ 'SQL under a fence without a name', $good =~ s/```sql/```/r, qr/kind ""/ ],
	[ 'SQL with an indented fence', $good =~ s/```sql/  ```sql/r, qr/margin/ ],
	[ 'SQL after tildes', $good =~ s/```sql\n(.*?)```/~~~sql\n$1~~~/sr, qr/margin/ ],
	[ 'output of nothing', $good =~ s/```sql.*?```\n//sr, qr/output of nothing/ ],
	[ 'output elsewhere', $good =~ s/```text/words\n\n```text/r, qr/output of nothing/ ],
	[ 'a block that does not end', $good =~ s/```\n\z//r, qr/does not end/ ])
{
	my ($name, $text, $wanted) = @$_;
	like(join("\n", problems($text, $database)), $wanted, "planted: $name");
}
my $synopsis = qr/^score_events\(.*?^```\n/ms;
for (
	[ 'a function left out', $reference =~ s/$synopsis/```\n/r, qr/^not documented: score_events\(/ ],
	[ 'a function that does not exist', $reference =~ s/^score_events\(/score_event(/mr, qr/not in the extension: score_event\(/ ],
	[ 'another default', $reference =~ s/^(score_events\(.*?)DEFAULT 0/$1DEFAULT 1/msr, qr/not in the extension: score_events\(/ ],
	[ 'an operator left out', $reference =~ s/^operator \(scorecard -> integer\) -> numeric\n//mr, qr/^not documented: operator\(scorecard -> integer\)/ ],
	[ 'another operator', $reference =~ s/^operator \(scorecard <> scorecard\)/operator (scorecard != scorecard)/mr, qr/not in the extension: operator\(scorecard != scorecard\)/ ],
	[ 'a cast that does not exist', $reference =~ s/^cast jsonb AS scorecard/cast json AS scorecard/mr, qr/not in the extension: cast json AS scorecard/ ],
	[ 'a type left out', $reference =~ s/^type scorecard\n//mr, qr/^not documented: type scorecard$/m ],
	[ 'another result', $reference =~ s/^(aggregate trimmed_mean\(value numeric\) -> )numeric/$1integer/mr, qr/not in the extension: aggregate trimmed_mean\(/ ],
	[ 'an overload left out', $reference =~ s/^aggregate trimmed_mean\(value numeric\) -> numeric\n//mr, qr/^not documented: aggregate trimmed_mean\(value numeric\)/ ])
{
	my ($name, $text, $wanted) = @$_;
	isnt($text, $reference, "planted: $name:");
	like(join("\n", same_signatures({ signatures($text) }, @public)), $wanted, 'is found');
}
is(join(' ', examples_missing($reference =~ s/(^### seat_quota.*?)^```sql\n.*?^```\n/$1/msr)), 'seat_quota', 'planted: a function without an example');
is(join(' ', examples_missing($reference =~ s/ \|\| b AS merged/ AS merged/r)), '||', 'planted: an operator without an example');
is(join(' ', unknown_names("`score_nothing(1)`, perfeval.score_less, `score_events(1, 2, 3)`, `round(x, 2)`")), 'score_less score_nothing', 'planted: unknown names');
is(join("\n", points_nowhere('README.md', '[a](doc/none.md) [b](doc/reference.md#none) [c](LICENSE) `test/t/none.t` `test/t/doc.t` `make none` `make demo`')),
	"link to doc/none.md\nlink to doc/reference.md#none\nno file test/t/none.t\nno target of make: none", 'planted: what points nowhere');
is(join(' ', verbs_missing($text{'doc/access.md'} =~ s/`take_lots`/`take_lot`/r)), 'take_lots is not told of no routine take_lot', 'planted: a verb by another name');
my $row = "| Row | Mechanism | Object | Test |\n|---|---|---|---|\n| S3.10 | x | `score_events` | `test/sql/score_events.sql` |\n";
well('planted: a row without a fault', false_rows($row));
is(join("\n", false_rows($row . "| S3.09 | x | `score_nothing`, `score_bands`, `office.not_there`, `workspace.not_there` | `test/sql/score_events.sql` |\n")),
	"S3.09 is not after S3.10\nS3.09: no score_nothing\nS3.09: no test of score_nothing\nS3.09: no test of score_bands\nS3.09: no office.not_there\nS3.09: no test of office.not_there\nS3.09: no workspace.not_there\nS3.09: no test of workspace.not_there", 'planted: false rows');
my $one = $text{'doc/views.md'};
cmp_ok(scalar(false_views($one =~ s/^\| `rank` .*\n//mr)), '==', 1, 'planted: a column left out');
cmp_ok(scalar(false_views($one =~ s/^### trend$/### trends/mr)), '==', 2, 'planted: a view by another name');

done_testing();
