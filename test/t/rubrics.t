# Rubrics of published schemes against their published results: the files of
# test/rubrics, from the raw inputs to the score, one call a subject.
#
#   PERFEVAL_REAL_DATA=DIR prove -Itest/t/lib test/t/rubrics.t
#
# needs a server with perfeval (PGHOST and so on, see tools/server.sh).  For each
# NAME.sql there: it loads the data, packs cards, evaluates NAME.json and prints
# name|equal|compared.  The counts wanted are those that come with the data; the
# few lines that do one thing wrongly must keep failing as often as they did.
use strict;
use warnings;
use File::Basename qw(basename dirname);
use File::Spec;
use FindBin;
use lib "$FindBin::Bin/lib";
use Psql;
use Published;
use Test::More;

my $data = real_data();

my $rubrics = File::Spec->rel2abs(dirname(__FILE__) . '/../rubrics');

# set => [name => at least so many of so many]
my @wanted = (
	hvbp => [
		'standards as published'                => '27 of 27',
		'standards as published, stages'        => '29 of 29',
		'achievement points'                    => '43688 of 43688',
		'improvement points'                    => '42870 of 42870',
		'measure scores'                        => '43688 of 43688',
		'measure scores, by one rule'           => '41368 of 41368',
		'survey base'                           => '2467 of 2467',
		'survey consistency'                    => '2467 of 2467',
		'combined infections'                   => '2474 of 2474',
		'clinical domain scores'                => '2474 of 2474',
		'person domain scores'                  => '2474 of 2474',
		'safety domain scores'                  => '2474 of 2474',
		'efficiency domain scores'              => '2474 of 2474',
		'weighted clinical domain scores'       => '2474 of 2474',
		'weighted person domain scores'         => '2474 of 2474',
		'weighted safety domain scores'         => '2474 of 2474',
		'weighted efficiency domain scores'     => '2474 of 2474',
		'total performance scores'              => '2474 of 2474',
		'clinical domain scores, by one rule'   => '2474 of 2474',
		'person domain scores, by one rule'     => '2474 of 2474',
		'safety domain scores, by one rule'     => '2474 of 2474',
		'efficiency domain scores, by one rule' => '2474 of 2474',
		'total performance scores, by one rule' => '2474 of 2474',
		'totals straight from the card'         => '2474 of 2474',
		'rank bases of both rubrics'            => '2474 of 2474',
		'no total with two domains'             => '435 of 435',
		'domains rounded first'                 => 'exactly 2469 of 2474',
		'weighted domains rounded first'        => 'exactly 2353 of 2474',
	],
	nursing_home => [
		'overall ratings' => '950 of 950',
		'without the cap' => 'exactly 923 of 950',
	],
	star_rating => [
		'measure stars by the cut points'    => '11199 of 11590',
		'domain stars'                       => '1924 of 1925',
		'summary by the mean alone'          => '330 of 409',
		'summary with the reward'            => '378 of 409',
		'summary with reward and adjustment' => '408 of 409',
		'an error without parameters'        => '409 of 409',
	],
	hdi => [
		'index'                        => '5571 of 5571',
		'no index without a part'      => '664 of 664',
		'ranks by the rounded index'   => '191 of 191',
		'ranks by the unrounded index' => 'exactly 162 of 191',
	],
	skating => [
		'grades of execution'             => '2144 of 2144',
		'element scores'                  => '2155 of 2155',
		'component scores'                => '1250 of 1250',
		'element totals'                  => '250 of 250',
		'component totals'                => '250 of 250',
		'segment totals'                  => '250 of 250',
		'ranks'                           => '250 of 250',
		'components rounded after adding' => 'exactly 173 of 250',
		'no rounding inside'              => 'exactly 107 of 250',
	],
	freedom => [
		'scores'       => '171 of 177',
		'world ranks'  => '169 of 177',
		'region ranks' => '174 of 177',
		'half to even' => 'exactly 174 of 177',
	],
	combined_events => [
		'decathlon totals'                 => '34 of 41',
		'decathlon totals within 4 points' => '41 of 41',
		'heptathlon totals'                => '19 of 25',
	],
	connectivity => [
		'normalised (within 0.000000001)' => '2499 of 2499',
		'aggregated (within 0.000000001)' => '561 of 561',
		'scores'                          => '561 of 561',
		'ranks'                           => '559 of 561',
	],
	nursing_facility => [
		'achievement points'                  => '763 of 763',
		'improvement points'                  => '726 of 726',
		'performance scores'                  => '763 of 763',
		'pay multipliers (within 0.00000001)' => '763 of 763',
		'order of the national rank'          => '763 of 763',
	],
	university => [
		'totals'                      => '917 of 1056',
		'totals within 0.1'           => '1056 of 1056',
		'totals, some missing (2011)' => '55 of 64',
	],
	appraisal => [
		'goal scores'            => '2 of 2',
		'final scores'           => '3 of 3',
		'missing parts left out' => 'exactly 1 of 3',
	],
);

my $database = new_database("perfeval_rubrics_$$");
query($database, 'CREATE EXTENSION perfeval;');

my %seen;
while (my ($set, $wanted) = splice @wanted, 0, 2)
{
	$seen{$set} = 1;
	my ($status, $text, $said) = psql($database, "SET search_path = perfeval, public;\n\\i '$rubrics/$set.sql'",
		'-v', 'ON_ERROR_STOP=1', '-v', "real_data=$data", '-v', "rubrics=$rubrics");
	is($status, 0, "$set: runs") or diag $said;
	is($said, '', "$set: without a word on stderr") if !$status;
	my %counts = map { /^(.*)\|(\d+)\|(\d+)$/ ? ($1 => [$2, $3]) : ($_ => [-1, -1]) } split /\n/, $text;
	my @names = @$wanted;
	while (my ($name, $count) = splice @names, 0, 2)
	{
		my ($exactly, $least, $of) = $count =~ /^(exactly )?(\d+) of (\d+)$/ or die $count;
		my ($equal, $compared) = @{ delete $counts{$name} // [-1, -1] };
		ok($compared == $of && ($exactly ? $equal == $least : $equal >= $least), "$set: $name: $equal of $compared agree")
			or diag "wanted: $count";
	}
	is_deeply([ sort keys %counts ], [], "$set: nothing else");
}

# A rubric's own text gives the same rubric.
for my $file (glob "$rubrics/*.json")
{
	my $text = slurp($file);
	is(query($database, "SELECT r::text::perfeval.rubric::text = r::text FROM (SELECT \$rubric\$$text\$rubric\$::perfeval.rubric) AS t (r);"),
		't', basename($file) . ' reads back');
}

my @scripts = grep { !$seen{$_} } map { basename($_, '.sql') } glob "$rubrics/*.sql";
is_deeply(\@scripts, [qw(connectivity_stage lines read)], 'every script is run');

done_testing();
