# Bundles, checked outside the database: of a small town with all that lines can hold, of the example city, and of
# the hospitals of fiscal year 2024 are confirmed by test/verifier, with and without names; what is altered in them
# is found. A bundle is read by psql as anybody would.
#
#   PERFEVAL_REAL_DATA=DIR prove -Itest/t/lib test/t/bundle.t       (PERFEVAL_SEED=n repeats a run)
#
# needs a server with perfeval (PGHOST and so on, see tools/server.sh) and python3.
use strict;
use warnings;
use File::Basename qw(dirname);
use File::Spec;
use File::Temp qw(tempdir);
use FindBin;
use lib "$FindBin::Bin/lib";
use Psql;
use Test::More;

my $test     = dirname(File::Spec->rel2abs(__FILE__)) . '/..';
my $verifier = "$test/verifier/verify_bundle.py";
my $folder   = tempdir(CLEANUP => 1);
my $seed     = $ENV{PERFEVAL_SEED} // int(rand(1_000_000));
diag "PERFEVAL_SEED=$seed";

sub said
{
	open my $out, '-|', @_ or die "$_[0]: $!";
	my $text = do { local $/; <$out> } // '';
	close $out;
	return ($? >> 8, $text);
}

# The way of doc/proof.md: as it comes, a few rows at a time.
sub export
{
	my ($database, $workspace, $arguments, $name) = @_;
	my $file = "$folder/$name.jsonl";
	local $ENV{PGCLIENTENCODING} = 'UTF8';
	system('psql', '-XqAt', '-d', $database, '-v', 'FETCH_COUNT=1000', '-v', 'ON_ERROR_STOP=1', '-o', $file,
		'-c', "SET search_path = $workspace, pg_catalog", '-c', "SELECT export_bundle($arguments)") == 0 or die 'export';
	return $file;
}

sub confirmed
{
	my ($file, $name, @heads) = @_;
	my ($status, $text) = said('python3', $verifier, $file, map { ('--head', $_) } @heads);
	ok($status == 0 && $text =~ /^confirmed: /m, "$name: confirmed") or diag $text;
	return $text;
}

sub alterations
{
	my ($file, $name, $count) = @_;
	my ($status, $text) = said('python3', "$test/verifier/alter.py", $file, $seed, $count);
	my %found = map { /^(.*)\|(\d+)\|(\d+)$/ ? ($1 => "$2 of $3") : () } split /\n/, $text;
	my $tenth = int($count / 10);
	is_deeply(\%found, { 'as it is' => '1 of 1', 'single bytes' => "$count of $count", 'single bytes, the end made again' => "$count of $count",
			'numbers, all hashes made again' => "$tenth of $tenth", 'numbers, all hashes made again, and a head was kept' => "$tenth of $tenth" },
		"$name: $count alterations found") or diag $text;
}

sub bundles
{
	my ($name, $database, $quoted, $run, $expected) = @_;
	my $head = query($database, "SELECT hash FROM $quoted.chain_head;");
	my %files;
	for my $names ('true', 'false')
	{
		$files{$names} = export($database, $quoted, "$run, names => $names", "$name-$names");
		like(confirmed($files{$names}, "$name, names $names", $head), $expected, 'with as much in it as there is');
	}
	my $bare = slurp($files{false});
	my @people = grep { length > 3 } split /\n/, query($database, "SELECT subject_name FROM $quoted.result WHERE run_id = $run
		UNION SELECT subject_name_zh FROM $quoted.result WHERE run_id = $run UNION SELECT reason FROM $quoted.adjustment
		UNION SELECT adjusted_by FROM $quoted.adjustment UNION SELECT published_by FROM $quoted.publication;");
	is_deeply([ grep { index($bare, $_) >= 0 } @people ], [], "$name: without names there are none");
	(my $other = slurp($files{true})) =~ s/"told":(?!null)(\{(?:[^{}"]|"(?:[^"\\]|\\.)*")*\})/"told":null/g;
	$other =~ s/\A(.*?"names":)true/$1false/;
	$bare =~ s/.*\n\z//, $other =~ s/.*\n\z// for 1;
	is($other, $bare, "$name: and nothing else is different");
	alterations($files{true}, "$name, with names", 200);
	alterations($files{false}, "$name, without", 20);
	return $files{true};
}

# ---- a small town

my $database = new_database("perfeval_bundle_$$");
query($database, 'CREATE EXTENSION perfeval;');
my $workspace = q(证明 "it's" 50%);
(my $quoted = $workspace) =~ s/"/""/g;
$quoted = qq("$quoted");
my ($status, undef, $said) = psql($database, "\\i '$test/workspace/proof/town.sql'", '-v', 'ON_ERROR_STOP=1', '-v', "workspace=$workspace");
is($status, 0, 'the town is set up') or diag $said;
my %run = map { /^(\w+)\|(\d+)$/ } split /\n/, query($database, "SELECT CASE purpose WHEN 'rerun' THEN 'rerun' ELSE state END, max(run_id) FROM $quoted.run GROUP BY 1;");
my $file = bundles('town', $database, $quoted, $run{final}, qr/^18 subjects.*^4 adjustments\n5 calibrations\n18 final results\n4 links/ms);
for my $state ('draft', 'published', 'rerun')
{
	my $bundle = export($database, $quoted, $run{$state}, $state);
	like(confirmed($bundle, "a $state run"), qr/^18 subjects/m, 'with its results');
	alterations($bundle, "a $state run", 50);
}

# What is said of what is wrong, and what is not known.
my @lines = split /^/, slurp($file);
my ($at) = grep { $lines[$_] =~ /^\{"subject".*"code":"U4"/ } 0 .. $#lines;
(my $line = $lines[$at]) =~ s/"rank":(\d+)/'"rank":' . ($1 + 1)/e;
open my $out, '>:raw', "$folder/altered.jsonl" or die $!;
print $out @lines[0 .. $at - 1], $line, @lines[$at + 1 .. $#lines];
close $out;
($status, my $text) = said('python3', $verifier, "$folder/altered.jsonl");
is($status, 1, 'an altered bundle is not confirmed');
like($text, qr/^NOT CONFIRMED: .*: line @{[ $at + 1 ]} \(subject \d+, U4\): hash is '/m, 'and the place is said');
($status, $text) = said('python3', $verifier, $file, '--head', '0' x 64);
is($status, 1, 'a head that is not its own');
like($text, qr/the head 0+ is not that of this run/, 'is said to be another');
is((said('sh', '-c', "python3 $verifier 2>/dev/null"))[0], 2, 'no file: exit code 2');

# Whoever has no grant gets nothing.
query($database, 'DROP ROLE IF EXISTS perfeval_bundle; CREATE ROLE perfeval_bundle;');
($status, undef, $said) = psql($database, "GRANT USAGE ON SCHEMA $quoted TO perfeval_bundle; SET ROLE perfeval_bundle; SELECT $quoted.export_bundle($run{final});", '-v', 'ON_ERROR_STOP=1');
like($said, qr/ERROR: .*(may not export a bundle|permission denied)/, 'a bundle is for auditors and operators');
query($database, "CALL $quoted.grant_role('perfeval_bundle', 'auditor');");
is(query($database, "SET ROLE perfeval_bundle; SELECT count(*) > 30 FROM $quoted.export_bundle($run{final});"), 't', 'an auditor has it');
query($database, "DROP OWNED BY perfeval_bundle; DROP ROLE perfeval_bundle;");

# ---- the example city

($status, undef, $said) = psql($database, <<'END', '-v', 'ON_ERROR_STOP=1', '-v', "demo=$test/../demo/city");
\set workspace 'city'
\set office 'office'
CALL perfeval.create_workspace('city', time_zone => 'Asia/Shanghai');
\cd :demo
\i 10_office.sql
\i 20_organisation.sql
\i 30_scheme.sql
CALL review_version(:version, 'D05', 'agree');
CALL review_version(:version, 'D13', 'agree');
CALL seal_version(:version);
\i 40_facts.sql
CALL fold();
CALL publish_version(:version);
CALL assess('units', '2025') \gset year_
CALL publish(:year_run_id, 0) \gset
CALL raise_objection(:year_run_id, 'U295', 'the exercise of November was ours', node => 13) \gset exercise_
CALL adjust(:year_run_id, 'U295', 0.5, 'exercise of November', 'minutes 12', :exercise_objection_id) \gset
CALL answer_objection(:exercise_objection_id, 'upheld', 'half a point');
CALL finalize(:year_run_id) \gset
END
is($status, 0, 'the city has its final year') or diag $said;
bundles('city', $database, 'city', query($database, "SELECT run_id FROM city.run WHERE state = 'final';"), qr/^400 subjects.*^1 adjustments\n400 final results\n3 links/ms);

# ---- the hospitals

my $data = $ENV{PERFEVAL_REAL_DATA};
SKIP:
{
	skip 'PERFEVAL_REAL_DATA is not set, so there are no hospitals', 1 unless defined $data && length $data;
	-d $data or die "PERFEVAL_REAL_DATA is no folder: $data";
	$data = File::Spec->rel2abs($data);
	($status, undef, $said) = psql($database, <<"END", '-v', 'ON_ERROR_STOP=1', '-v', "real_data=$data", '-v', "rubrics=$test/rubrics", '-v', 'workspace=hospitals');
\\i '$test/../demo/real/workspace.sql'
CALL fold();
CALL assess('HVBP', '2024', 'fiscal year 2024') \\gset year_
CALL publish(:year_run_id, 0) \\gset
CALL finalize(:year_run_id) \\gset
END
	is($status, 0, 'the hospitals have their final year') or diag $said;
	bundles('hospitals', $database, 'hospitals', query($database, "SELECT run_id FROM hospitals.run WHERE state = 'final';"), qr/^2474 subjects.*^2474 final results\n2 links/ms);
}

done_testing();
