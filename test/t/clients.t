# Every public view of a workspace, read by clients that people use: ODBC (isql with psqlodbc), JDBC (a Java program
# run from its source) and R (RPostgreSQL with dbplyr). What they get is what psql gets, cell by cell: numbers, texts,
# NULLs, dates, times, truth values. The views come from the catalog, so none can be forgotten: all that a role with a
# grant may read, and that is all that doc/views.md does not call inner ones.
#
# A client that is not installed is skipped. On Debian: unixodbc odbc-postgresql; libpostgresql-jdbc-java and a JDK of
# 16 or later; r-base-core r-cran-rpostgresql r-cran-dbplyr. PERFEVAL_ODBC and PERFEVAL_JDBC name a driver elsewhere.
# Nothing is configured outside a temporary folder.
use strict;
use warnings;
use Cwd qw(realpath);
use File::Temp qw(tempdir);
use FindBin;
use IO::Select;
use IO::Socket::INET;
use IO::Socket::UNIX;
use POSIX ();
use lib "$FindBin::Bin/lib";
use Psql;
use Test::More;

my $folder = tempdir(CLEANUP => 1);
my $database = new_database("perfeval_clients_$$");
my $name = q(客户 "it's" 50%);
(my $quoted = qq("$name")) =~ s/(?<=.)"(?=.)/""/g;
my ($auditor, $unit) = map { "perfeval_client_${_}_$$" } qw(auditor unit);
my $parent = $$;
END { if ($parent && $parent == $$) { my $status = $?; psql($database, "DROP OWNED BY $auditor, $unit; DROP ROLE $auditor, $unit;"); $? = $status; } }

# ---- a workspace with a little of everything: a final run, one on display and contested, a draft, a rerun

my $root = realpath("$FindBin::RealBin/../..");
query($database, <<"SQL");
CREATE ROLE $auditor LOGIN;
CREATE ROLE $unit LOGIN;
ALTER ROLE $auditor SET jit = off;
ALTER ROLE $unit SET jit = off;
CREATE EXTENSION perfeval;
CALL perfeval.create_workspace(\$\$$name\$\$, label => 'Clients 客户', time_zone => 'Asia/Shanghai');
SET search_path = $quoted;
\\i $root/test/include/small_workspace.sql
UPDATE subject SET name = E'Bureau "of" culture, it\\'s | 50% \\\\ C:\\\\x', name_zh = '文化“局”' WHERE subject_id = 101;
UPDATE subject SET name_zh = NULL WHERE subject_id = 103;
INSERT INTO source (code, label, label_zh, kind, max_age) VALUES ('self', 'Own report', '自报', 'self', NULL), ('hotline', 'Hotline 12345', '热线', 'platform', '1 day');
INSERT INTO reading (subject_id, period_id, item, value, evidence, recorded_by, note, source_id) VALUES
	(101, 2025021, 2, 88.125, E'two lines:\\nthe second', '张三', '', 1), (101, 2025021, 2, 88.5, NULL, 'li', NULL, 2),
	(103, 2025021, 2, 0.000001, '', 'O''Brien', NULL, 1), (104, 2025022, 3, 12345678901.5, NULL, '', NULL, 2);
INSERT INTO subject (code, name, kind) VALUES ('S130', 'In no group', 'institution');
CALL publish_version(1, 'Notice board 公告栏', 'hung up "as is"');

CALL assess('city', '2025-01', 'the first month 一月') \\gset
CALL publish(:run_id, 0, 'Notice board 公告栏');
CALL raise_objection(:run_id, 'S101', E'A complaint was counted twice,\\n"见附件"', 'letter 7') \\gset
CALL adjust(:run_id, 'S101', 1.25, 'as contested 异议成立', 'minutes', :objection_id);
CALL answer_objection(:objection_id, 'upheld', 'granted');
CALL adjust(:run_id, 'S104', -0.5, 'late report');
CALL calibrate(:run_id, 'S105', 2, 'in view of 备注 "all"', '校准小组 "A"');
CALL finalize(:run_id);
CALL rerun(:run_id, false, 'to be sure');
CALL assess('city', '2025-02') \\gset
CALL publish(:run_id, 10);
CALL raise_objection(:run_id, 'S101', '不服', NULL, 3);
CALL assess('city', '2025-03');
INSERT INTO scheme (scheme_id, code, label, grouping_id) VALUES (9, 'year', 'Year 年度', 1);
INSERT INTO scheme_version (version_id, scheme_id, number, in_force_from, period_kinds, round_at, round_digits, round_mode, rank_basis, ties, tie_chain, capped_seat)
VALUES (9, 9, 1, '2025-01-01', '{year}', 'final', 2, 'half_up', 'unrounded', 'expand', '{}', 'refilled');
INSERT INTO node (version_id, node, position, spec) VALUES (9, 0, 1, '{"rule": "given", "item": 1, "min": 0, "max": 100}');
INSERT INTO tier (version_id, tier, code, label, share, bound, preference) VALUES (9, 1, '优', '优秀', 0.5, 'exact', 1), (9, 2, 'b', '"称职"', 0.5, 'exact', 2);
INSERT INTO grade_rule (version_id, source_id, good, fail, goods, periods_min, taken_by, taken_kind, taken_until) VALUES (9, 1, 'B', 'C', 1, 1, 4, 'quarter', 'decided');
INSERT INTO linkage_rule (version_id, rule, kind, department_scheme_id, grades, tier, label, label_zh) VALUES (9, 1, 'cap_all', 1, '{1}', 2, 'GOV "as is"', '部门较差');
UPDATE scheme_version SET capped_seat = 'kept' WHERE version_id = 9;
CALL seal_version(9);
CALL apply_grades('year', '2025');
CALL award_grade('GOV', 'city', '2025', 1, 'notice 12');
CALL apply_linkages('year', '2025');
CALL add_pool('experts', 'Experts', '专家库');
INSERT INTO pool_member (pool_id, code, name) SELECT find_pool('experts'), 'E0' || n, 'Expert ' || n FROM generate_series(1, 6) AS n;
CALL open_draw('抽签 1', 'expert', 'experts', take => 3);
CALL announce_source('抽签 1', 'lottery', clock_timestamp() + '1 second');
CALL commit_draw('抽签 1');
SELECT pg_sleep(1.1);
CALL reveal_draw('抽签 1', '抽签 1|lottery=4');
CALL show_draw('抽签 1');
INSERT INTO panel_role (role, kind, label, label_zh) VALUES ('peer', 'peer', 'Peers', '同级');
CALL assign_raters('{S102,S103}', '{S101}', 'quality', 'peer', 'month', '2025-01-01');
CREATE TABLE polls (subject text, item text, period text, n text, mean text, variance text);
INSERT INTO polls VALUES ('S101', '2', '2025-03', '12', '80.5', '2.25'), ('S101', '2', '2025-04', '1', '81', NULL);
CALL load_survey('polls');
CALL recuse_rater('S103', 'S101', 'kin 亲属', '2025-02-01', '2025-03-01');
INSERT INTO indicator (item, code, name, name_zh, fact, criterion, rater_role) VALUES (311, 'difficulty', 'Difficulty', '难度', 'rating', 'difficulty', 'expert'),
	(312, 'precision', 'Precision', '精准度', 'rating', 'precision', 'expert'), (320, 'recognition', 'Recognition', '认同系数', 'recognition', NULL, NULL);
INSERT INTO recognition_rule (item, difficulty_item, precision_item, difficulty_share, low, high, drop_each, min_experts) VALUES (320, 311, 312, 0.5, 0.8, 1.2, 0, 2);
INSERT INTO scheme (scheme_id, code, label, grouping_id) VALUES (21, 'goals', 'Goals 目标', 1);
INSERT INTO scheme_version (version_id, scheme_id, number, in_force_from, period_kinds, round_at, round_digits, round_mode, rank_basis, ties, tie_chain)
VALUES (21, 21, 1, '2025-01-01', '{half_year}', 'final', 2, 'half_up', 'unrounded', 'expand', '{}');
INSERT INTO node (version_id, node, parent, part, spec) VALUES
	(21, 0, NULL, 'coefficient', '{"rule": "coefficient", "coefficient": {"item": 320}, "low": 0.8, "high": 1.2, "max_points": 100, "otherwise": 1}'),
	(21, 1, 0, 'base', '{"rule": "given", "item": 1, "min": 0, "max": 100}');
CALL seal_version(21);
INSERT INTO rating (subject_id, period_id, criterion, rater_role, rater_id, value)
SELECT 101, 2025001, c, 'expert', 110 + n, 50 + 10 * n FROM unnest('{difficulty,precision}'::text[]) AS c, generate_series(1, 3) AS n;
INSERT INTO indicator (item, code, name, name_zh, severity_of, severity_digits, severity_shrink, severity_disconnected) VALUES (6, 'PEERSEV', 'Peers'' severity', '互评宽严修正', 5, 3, 1, 'within');
CALL apply_severity('2025');
CALL fold();
INSERT INTO reading (subject_id, period_id, item, value) VALUES (102, 2025023, 1, 77.7);
CALL verify();
CALL grant_role('$auditor', 'auditor');
CALL grant_role('$unit', 'unit', 'S101');
SQL

# The views that a role with a grant may read, and of each the types of its columns.
my (%types, @views);
for (split /\n/, query($database, "SELECT c.relname, string_agg(format_type(a.atttypid, a.atttypmod), ',' ORDER BY a.attnum)
	FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
	WHERE c.relnamespace = \$\$$quoted\$\$::regnamespace AND c.relkind = 'v' AND has_table_privilege('$auditor', c.oid, 'SELECT') GROUP BY 1 ORDER BY 1"))
{
	my ($view, $types) = split /\|/;
	$types{$view} = [split /,/, $types];
	push @views, $view;
}
cmp_ok(scalar @views, '>=', 40, scalar(@views) . ' views');
my ($inner) = slurp("$root/doc/views.md") =~ /^## Inner views.*?\n(.*)/ms or die 'doc/views.md has no inner views';
my %inner = map { $_ => 1 } $inner =~ /`(\w+)`/g;
is(join(' ', grep { !$types{$_} && !$inner{$_} } split /\n/, query($database, "SELECT relname FROM pg_class WHERE relnamespace = \$\$$quoted\$\$::regnamespace AND relkind = 'v' ORDER BY 1")),
	'', 'the others are inner views, says doc/views.md');

# ---- what psql gets

$ENV{PGTZ} = 'UTC';
delete $ENV{PGDATESTYLE};
sub rows_of { return map { [split /\x1f/, $_, -1] } split /\x1e/, $_[0]; }
sub psql_rows
{
	my ($role) = @_;
	my ($status, undef, $said) = psql($database, "\\pset null '\\\\N'\n" . join('', map { "\\o '$folder/psql.$_'\nSELECT * FROM $quoted.\"$_\";\n" } @views),
		'-U', $role, '-F', "\x1f", '-R', "\x1e", '-v', 'ON_ERROR_STOP=1');
	die "psql: $said" if $status;
	return { map { my $view = $_; $view => [rows_of(slurp("$folder/psql.$view") =~ s/\x1e?\n\z//r)] } @views };
}

# One form of a cell for all clients; numbers as they are, or to the 17 digits of a client that has nothing but binary ones.
sub cell
{
	my ($cell, $type, $binary) = @_;
	return $cell if $cell eq '\N';
	return $cell =~ s/(\.\d+)?(\+00)?\z/sprintf '.%-6s', substr($1 || '.', 1)/er =~ tr/ /0/r =~ s/(?<=^.{10})0/ /r if $type eq 'timestamp with time zone';
	return sprintf '%.17g', $cell if $type eq 'double precision' || $binary && $type =~ /^(integer|bigint|numeric)$/;
	return $cell;
}

# Differences between a client's rows and psql's from before and after. What moved in between, such as an age, is only looked at
# to be a number in between.
sub differences
{
	my ($view, $got, $before, $after, $binary) = @_;
	my $types = $types{$view};
	my ($g, $b, $a) = map { [sort { join("\x1f", @$a) cmp join("\x1f", @$b) } map { my $row = $_; [map { cell($row->[$_], $types->[$_], $binary) } 0 .. $#$row] } @$_] }
		$got, $before, $after;
	return sprintf '%s: %d rows, psql has %d', $view, scalar @$g, scalar @$b if @$g != @$b;
	my @differences;
	for my $r (0 .. $#$b)
	{
		return "$view: " . @{ $g->[$r] } . ' columns' if @{ $g->[$r] } != @$types;
		for my $c (0 .. $#$types)
		{
			my ($is, @should) = map { $_->[$r][$c] } $g, $b, $a;
			next if $is eq $should[0] || $is eq $should[1];
			next if $should[0] ne $should[1] && $types->[$c] =~ /^(numeric|bigint)$/ && $is >= $should[0] && $is <= $should[1];
			push @differences, "$view, row $r, column $c: '$is', psql has '$should[0]'";
		}
	}
	return @differences;
}

# ---- the clients: each gives, for a role, the rows of all views

# A gate from TCP to the server's socket, for one connection.
sub gate
{
	my $listening = IO::Socket::INET->new(Listen => 1, LocalAddr => '127.0.0.1') or die "listen: $!";
	my $port = $listening->sockport;
	my $pid = fork // die "fork: $!";
	return ($port, $pid) if $pid;
	undef $parent;
	my $client = $listening->accept;
	close $listening;
	my $server = IO::Socket::UNIX->new(Peer => "$ENV{PGHOST}/.s.PGSQL." . ($ENV{PGPORT} // 5432)) or POSIX::_exit(1);
	my %other = ($client => $server, $server => $client);
	my $both = IO::Select->new($client, $server);
	RELAY: while (1)
	{
		for my $from ($both->can_read)
		{
			sysread($from, my $bytes, 65536) or last RELAY;
			for (my $at = 0; $at < length $bytes;) { $at += syswrite($other{$from}, $bytes, length($bytes) - $at, $at) // last RELAY; }
		}
	}
	POSIX::_exit(0);
}

# Runs a program with something on its standard input; gives what it said, dies if it failed.
sub run
{
	my ($input, @command) = @_;
	open my $in, '>:raw', "$folder/input" or die $!;
	print $in $input;
	close $in;
	my $pid = open(my $out, '-|') // die "fork: $!";
	if (!$pid)
	{
		undef $parent;
		open STDIN, '<', "$folder/input" or die $!;
		open STDERR, '>', "$folder/errors" or die $!;
		exec @command or POSIX::_exit(127);
	}
	my $said = do { local $/; <$out> } // '';
	close $out or die "$command[0] failed: $said" . slurp("$folder/errors");
	return $said;
}
sub files_of { return { map { $_ => [rows_of(slurp("$folder/$_"))] } @views }; }

my ($odbc) = grep { defined && -e } $ENV{PERFEVAL_ODBC}, glob('/usr/lib/*/odbc/psqlodbcw.so'), glob('/usr/lib*/psqlodbcw.so');
my ($jdbc) = grep { defined && -e } $ENV{PERFEVAL_JDBC}, '/usr/share/java/postgresql.jar';
sub succeeds { return system("$_[0] >/dev/null 2>&1") == 0; }

my %client = (
	ODBC => {
		lacks => sub { return !succeeds('isql --version') ? 'no isql' : !$odbc ? 'no psqlodbcw.so' : undef },
		read => sub {
			my ($role) = @_;
			my %rows;
			my $driver = "DRIVER=$odbc;SERVER=$ENV{PGHOST};PORT=" . ($ENV{PGPORT} // 5432) . ";DATABASE=$database;UID=$role;BoolsAsChar=0";
			my $said = run(join('', map { "SELECT '== $_'::text\nSELECT * FROM $quoted.\"$_\"\n" } @views), 'isql', '-k', $driver, '-b', '-x0x1f', '-q', '-L1000000');
			for my $view (@views)
			{
				my ($text) = $said =~ /^"== \Q$view\E"\n(.*?)(?=^"== |\z)/ms or die "isql: nothing of $view: " . substr $said, 0, 300;
				# With -q texts have quotes around them, and NULL has none; a line break may be part of a text.
				my $types = $types{$view};
				my $row = join "\x1f", map { $_ eq 'text' ? qr/("(?:.*?)"|)/s : qr/([^\x1f\n]*)/ } @$types;
				my @rows;
				push @rows, [map { $_ eq '' ? '\N' : s/\A"(.*)"\z/$1/sr } map { substr $text, $-[$_], $+[$_] - $-[$_] } 1 .. $#-] while $text =~ /\G$row\n/gs;
				for my $row (@rows) { for (grep { $types->[$_] eq 'boolean' } 0 .. $#$types) { $row->[$_] =~ tr/10/tf/; } }
				$rows{$view} = \@rows;
			}
			return (\%rows, "isql with $odbc");
		} },
	JDBC => {
		lacks => sub { return !succeeds('java --list-modules | grep -q jdk.compiler') ? 'no JDK' : !$jdbc ? 'no JDBC driver' : undef },
		read => sub {
			my ($role) = @_;
			my ($port, $gate) = gate();
			my $said = run(join('', map { "$_\tSELECT * FROM $quoted.\"$_\"\n" } @views), 'java', '-cp', $jdbc, "$root/test/clients/Read.java",
				"jdbc:postgresql://127.0.0.1:$port/$database?sslmode=disable&gssEncMode=disable", $role, $folder);
			waitpid $gate, 0;
			return (files_of(), $said);
		} },
	R => {
		binary => 1,
		lacks => sub { return !succeeds(q(Rscript -e 'library(RPostgreSQL); library(dbplyr); library(dplyr)')) ? 'no R with RPostgreSQL and dbplyr' : undef },
		read => sub {
			my ($role) = @_;
			local $ENV{LC_ALL} = 'C.UTF-8';
			my $said = run(join('', map { "$_\n" } @views), 'Rscript', '--vanilla', "$root/test/clients/read.R", $ENV{PGHOST}, $ENV{PGPORT} // 5432, $database, $role, $name, $folder);
			# A question that dbplyr put together.
			my $answer = join "\n", map { join '|', @$_ } rows_of(slurp("$folder/question"));
			my ($status, $should) = psql($database, "SELECT period_id, group_code, count(*), max(score) FROM $quoted.standing WHERE score IS NOT NULL GROUP BY 1, 2 ORDER BY 1, 2;", '-U', $role);
			$_ = join "\n", map { join '|', map { /^[\d.]+$/ ? 0 + $_ : $_ } split /\|/ } split /\n/ for $answer, $should;
			die "dbplyr: $answer, and psql: $should" if $answer ne $should || $answer eq '';
			return (files_of(), $said);
		} },
);

my %lacks = map { $_ => $client{$_}{lacks}->() } sort keys %client;
my %some;
for my $role ($auditor, $unit)
{
	my $who = $role eq $auditor ? 'an auditor' : 'a unit';
	my $before = psql_rows($role);
	$some{$_} = 1 for grep { @{ $before->{$_} } } @views;
	for my $name (sort keys %client)
	{
		my $client = $client{$name};
		SKIP: {
			skip "$name: $lacks{$name}", 1 if $lacks{$name};
			my ($got, $version) = eval { $client->{read}->($role) };
			my @differences = $got ? () : ("$@");
			diag "$name: $version" =~ s/\n//r if $got && $role eq $auditor;
			my $after = psql_rows($role);
			push @differences, map { differences($_, $got->{$_}, $before->{$_}, $after->{$_}, $client->{binary}) } $got ? @views : ();
			ok(!@differences, "$name, $who: what psql gets") or diag join "\n", @differences[0 .. ($#differences > 20 ? 20 : $#differences)];
			$before = $after;
		}
	}
}
is(join(' ', grep { !$some{$_} } @views), '', 'there is something to read in all');
done_testing();
