# Hospital value-based purchasing, fiscal year 2024, inside a workspace: from
# the published rates as readings to the published totals in the view standing, and
# in a run that is assessed, published, final and worked out again.
#
#   PERFEVAL_REAL_DATA=DIR prove -Itest/t/lib test/t/workspace_hvbp.t
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
	'findings that are no warnings'              => '0 of 0',
	'rubrics, one for each state'                => '50 of 50',
	'readings loaded, as published'              => '46377 of 46377',
	'readings in the tail, as published'         => '43688 of 43688',
	'totals from cards and tail'                 => '2474 of 2474',
	'totals from the cards'                      => '2474 of 2474',
	'standings that folding left as they were'   => '2474 of 2474',
	'readings left in the tail'                  => '0 of 0',
	'ranks in the state'                         => '2474 of 2474',
	'tiers in the state'                         => '2474 of 2474',
	'clinical domain scores'                     => '2474 of 2474',
	'person domain scores'                       => '2474 of 2474',
	'safety domain scores'                       => '2474 of 2474',
	'efficiency domain scores'                   => '2474 of 2474',
	'explanations that add up'                   => '2474 of 2474',
	'cards that verify finds wrong'              => '0 of 0',
	'cards'                                      => '2474 of 2474',
	'standings that a rebuild left as they were' => '2474 of 2474',
	'totals that a correction moves'             => '3 of 3',
	'totals that it leaves'                      => '2471 of 2471',
	'totals corrected back'                      => '2474 of 2474',
	'standings as they were at first'            => '2474 of 2474',
	'cards that verify finds wrong in the end'   => '0 of 0',
	'totals of the run'                          => '2474 of 2474',
	'ranks and tiers of the run'                 => '2474 of 2474',
	'final totals'                               => '2474 of 2474',
	'reruns with the hash of the run'            => '2 of 2',
	'totals of the reruns'                       => '4948 of 4948',
);

same_counts('workspace.sql', q(医院 "it's" 50%), $data, @wanted);

done_testing();
