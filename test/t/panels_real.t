# Judges as raters in a workspace: figure skating 2018 and both Olympic finals of
# diving, from the judges' marks to every published total and rank.
#
#   PERFEVAL_REAL_DATA=DIR prove -Itest/t/lib test/t/panels_real.t
#
# needs a server with perfeval (PGHOST and so on, see tools/server.sh).
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use Published;
use Test::More;

my $data = real_data();

my @wanted = (
	'skating: judges'                              => '144 of 144',
	'skating: marks'                               => '30546 of 30546',
	'skating: panel grades'                        => '2144 of 2144',
	'skating: panel marks of components'           => '1250 of 1250',
	'skating: elements'                            => '250 of 250',
	'skating: components'                          => '250 of 250',
	'skating: deductions'                          => '250 of 250',
	'skating: totals'                              => '250 of 250',
	'skating: ranks'                               => '250 of 250',
	'skating: explanations that add up'            => '250 of 250',
	'skating: equal totals that the chain decides' => '2 of 2',
	'skating: totals that new marks move'          => '1 of 1',
	'skating: the total that they move'            => '1 of 1',
	'diving: marks given'                          => '1008 of 1008',
	'diving: Tokyo 2020, points of the dive'       => '72 of 72',
	'diving: Tokyo 2020, ranks of the dive'        => '72 of 72',
	'diving: Tokyo 2020, totals so far'            => '72 of 72',
	'diving: Tokyo 2020, ranks so far'             => '72 of 72',
	'diving: Tokyo 2020, points behind'            => '72 of 72',
	'diving: Paris 2024, points of the dive'       => '72 of 72',
	'diving: Paris 2024, ranks of the dive'        => '72 of 72',
	'diving: Paris 2024, totals so far'            => '72 of 72',
	'diving: Paris 2024, ranks so far'             => '72 of 72',
	'runs: totals and ranks'                       => '274 of 274',
	'runs: reruns with the hash of the run'        => '3 of 3',
);

same_counts('panels.sql', q(裁判 "it's" 50%), $data, @wanted);

done_testing();
