# The published data sets: demo/real.sql must reproduce them, count by count.
#
#   PERFEVAL_REAL_DATA=DIR prove test/t/real.t
#
# needs a server with perfeval (PGHOST and so on, see tools/server.sh).  The
# counts are those that come with the data; they include the stages that cannot
# agree everywhere, and the controls of test/real/controls.sql, which do one
# thing wrongly each, so that a comparison that always agrees would be found.
use strict;
use warnings;
use File::Basename qw(dirname);
use File::Spec;
use File::Temp qw(tempdir);
use POSIX ();
use Test::More;

my $data = $ENV{PERFEVAL_REAL_DATA};
plan skip_all => 'PERFEVAL_REAL_DATA is not set, so there are no published data sets to check'
	unless defined $data && length $data;
-d $data or die "PERFEVAL_REAL_DATA is no folder: $data";

my $top      = dirname(__FILE__) . '/../..';
my $database = "perfeval_real_$$";

# A path with everything that \copy could trip over.
my $odd = tempdir(CLEANUP => 1) . "/it's \"the\" data";
symlink File::Spec->rel2abs($data), $odd or die "symlink $odd: $!";

# Runs psql and returns its output; what it says on stderr goes to the second
# element, its exit status to the third.
sub psql
{
	my ($db, @arguments) = @_;
	my $errors = File::Temp->new;
	my $pid = open(my $out, '-|') // die "fork: $!";
	if (!$pid)
	{
		open(STDERR, '>&', $errors) && exec('psql', '-X', '-v', 'ON_ERROR_STOP=1', '-d', $db, @arguments);
		POSIX::_exit(127);
	}
	my $text = do { local $/; <$out> } // '';
	close $out;
	my $status = $? >> 8;
	seek $errors, 0, 0;
	return ($text, do { local $/; <$errors> } // '', $status);
}

# Rows of name|equal|compared as a hash of name => 'equal of compared'.
sub counts
{
	my ($text, $errors, $status) = psql($database, '-Atq', @_);
	is($status, 0, "psql @_[0, 1]") or diag $errors;
	return { map { /^(.*)\|(\d+)\|(\d+)$/ ? ($1 => "$2 of $3") : ($_ => 'unreadable') } split /\n/, $text };
}

sub expect
{
	my ($got, $what, @expected) = @_;
	my $n = 0;
	while (my ($name, $count) = splice @expected, 0, 2)
	{
		is(delete $got->{$name}, $count, "$what: $name");
	}
	is_deeply([ sort keys %$got ], [], "$what: nothing else");
	return;
}

END
{
	my $status = $?;
	psql('postgres', '-q', '-c', "DROP DATABASE IF EXISTS $database") if defined $database && defined $data && length $data;
	$? = $status;
}

my ($text, $errors, $status) = psql('postgres', '-q', '-c', "CREATE DATABASE $database");
$status == 0 or die "no database to test in: $errors";

# The demo as such ---------------------------------------------------------

($text, $errors, $status) = psql($database, '-f', "$top/demo/real.sql");
isnt($status, 0, 'without a folder the demo stops');
like($errors, qr/Where is the data\?.*real_data is not set/s, '... and asks for it');

psql($database, '-q', '-c', 'CREATE SCHEMA demo_real CREATE TABLE mine ()');
($text, $errors, $status) = psql($database, '-v', "real_data=$odd", '-f', "$top/demo/real.sql");
like($errors, qr/"demo_real" exists and is not this demo's/, 'a schema of somebody else stays');
psql($database, '-q', '-c', 'DROP SCHEMA demo_real CASCADE');

my ($first, $second);
($first, $errors, $status) = psql($database, '-v', "real_data=$odd", '-f', "$top/demo/real.sql");
is($status, 0, 'the demo runs') or die $errors;
is($errors, '', '... without a word on stderr');
($second, $errors, $status) = psql($database, '-v', "real_data=$data", '-f', "$top/demo/real.sql");
my ($hash) = $first =~ /^final run +2474 +2474 +3 +([0-9a-f]{16})/m;
like($first, qr/^live standings +2474 +2473 +2 -$/m, 'a correction comes after the run is final');
is(() = $first =~ /^run again, from .* +2474 +2474 +3 \Q$hash\E/mg, 2, 'which is worked out again to the same totals and the same hash');
# Hashes have a secret in them, which pseudonyms are made with, and are others each time.
like($first, qr/^2474 subjects: every card evaluated.*^head [0-9a-f]{64}: it is the one\nconfirmed: /ms, 'its bundle is confirmed by the independent verifier');
s/\b[0-9a-f]{16}\.\.\.|\b[0-9a-f]{64}\b/HASH/g for $first, $second;
is($second, $first, 'a second run prints the same');

like($first, qr/^\s*2474\s+2474\s+90065\s+2474$/m, 'the workspace gives the published totals, before and after folding');
my ($lines) = $first =~ /^sum of the lines +- +(\S+)$/m;
my ($third) = $first =~ /^as published +3 +(\S+)/m;
is($lines, $third, 'the lines of an explanation add up');
like($first, qr/^MSPB-1 corrected to 0\.84816 +2 .*\n^and corrected back +3 +\Q$third\E/m, 'a correction moves a rank, its correction moves it back');

for my $line (
	'achievement points equal to published: 43688 of 43688',
	'improvement points equal to published: 42870 of 42870',
	'measure scores equal to published: 43688 of 43688',
	'clinical domain scores equal to published: 2474 of 2474',
	'person domain scores equal to published: 2474 of 2474',
	'safety domain scores equal to published: 2474 of 2474',
	'efficiency domain scores equal to published: 2474 of 2474',
	'total performance scores equal to published: 2474 of 2474')
{
	like($first, qr/^  \Q$line\E$/m, "it says: $line");
}
like($first, qr/^Every value is equal in 38 of 44 stages;/m, 'it states the number of stages');
like($first, qr/^Hospitals, equal to published: achievement points 43688 of 43688, improvement points 42870 of 42870, domain scores 9896 of 9896, totals 2474 of 2474\.\n\z/m,
	'it ends with the hospitals');

# Every stage of every set --------------------------------------------------

my $stages = counts('-c', 'SELECT lower(split_part(data_set, $$:$$, 1)) || $$: $$ || stage, equal, compared FROM demo_real.agreement');

expect(
	$stages, 'stage',
	'hospitals: achievement points'                => '43688 of 43688',
	'hospitals: improvement points'                => '42870 of 42870',
	'hospitals: measure scores'                    => '43688 of 43688',
	'hospitals: survey base'                       => '2467 of 2467',
	'hospitals: survey consistency'                => '2467 of 2467',
	'hospitals: clinical domain scores'            => '2474 of 2474',
	'hospitals: person domain scores'              => '2474 of 2474',
	'hospitals: safety domain scores'              => '2474 of 2474',
	'hospitals: efficiency domain scores'          => '2474 of 2474',
	'hospitals: weighted clinical domain scores'   => '2474 of 2474',
	'hospitals: weighted person domain scores'     => '2474 of 2474',
	'hospitals: weighted safety domain scores'     => '2474 of 2474',
	'hospitals: weighted efficiency domain scores' => '2474 of 2474',
	'hospitals: total performance scores'          => '2474 of 2474',

	'nursing facilities: achievement points'                  => '763 of 763',
	'nursing facilities: improvement points'                  => '726 of 726',
	'nursing facilities: performance scores'                  => '763 of 763',
	'nursing facilities: pay multipliers (within 0.00000001)' => '763 of 763',
	'nursing facilities: order of the national rank'          => '763 of 763',

	'nursing homes: overall ratings' => '950 of 950',

	'diving: Tokyo, points of the dive'  => '72 of 72',
	'diving: Tokyo, rank of the dive'    => '72 of 72',
	'diving: Tokyo, total so far'        => '72 of 72',
	'diving: Tokyo, rank so far'         => '72 of 72',
	'diving: Tokyo, points behind first' => '72 of 72',
	'diving: Paris, points of the dive'  => '72 of 72',

	'figure skating: grades of execution' => '2144 of 2144',
	'figure skating: element scores'      => '2155 of 2155',
	'figure skating: component scores'    => '1250 of 1250',
	'figure skating: element totals'      => '250 of 250',
	'figure skating: component totals'    => '250 of 250',
	'figure skating: segment totals'      => '250 of 250',
	'figure skating: ranks'               => '250 of 250',

	'apportionment: seats'         => '37 of 37',
	'apportionment: whole vectors' => '8 of 8',

	'appraisal: goal scores'  => '2 of 2',
	'appraisal: final scores' => '3 of 3',

	# published with one decimal, worked out from inputs with one decimal
	'countries: scores (from rounded factors)'       => '171 of 177',
	'countries: world ranks (from rounded factors)'  => '169 of 177',
	'countries: region ranks (from rounded factors)' => '174 of 177',

	'universities: totals (from rounded indicators)'                      => '917 of 1056',
	'universities: totals (from rounded indicators), some missing (2011)' => '55 of 64',
	'universities: ranks by published total, 2011 to 2015'                => '1001 of 1001',
	'universities: ranks by published total, 2016 (the list is one too low from 108 on)' => '156 of 200');

# One thing done wrongly each, and second ways ----------------------------------

my $controls = counts('-f', "$top/test/real/controls.sql");

expect(
	$controls, 'control',
	'four domains'  => '2037 of 2037',
	'three domains' => '437 of 437',

	'domains first'                  => '2474 of 2474',
	'domains rounded first'          => '2469 of 2474',
	'weighted domains rounded first' => '2353 of 2474',
	'no total without a domain'      => '2037 of 2474',
	'two domains'                    => '0 of 430',
	'steps counted when complete'    => '30376 of 43688',

	'lower is better'        => '14433 of 14433',
	'merged from domains'    => '2474 of 2474',
	'tiers by place'         => '2474 of 2474',
	'states with full seats' => '50 of 50',
	'tiers by seats'         => '2474 of 2474',

	'straight line by threshold' => '460 of 460',
	'without the cap'            => '923 of 950',
	'three times a rounded mean' => '45 of 72',

	'components rounded after adding' => '173 of 250',
	'no rounding inside'              => '107 of 250',
	'ranks without the tie break'     => '249 of 250',

	'missing parts left out' => '1 of 3',

	'half to even'                   => '174 of 177',
	'misses that end in 5'           => '6 of 6',
	'country scores within 0.1'      => '177 of 177',
	'world ranks by published score' => '144 of 177',

	'university totals off by 0.1'          => '139 of 139',
	'university totals off by 0.1, missing' => '9 of 9',
	'hidden income'                         => '81 of 81');

done_testing();
