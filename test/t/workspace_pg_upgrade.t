# pg_upgrade of a server with a workspace, from the oldest PostgreSQL of this machine to the newest: the same rows in every
# table and view, and it goes on from there.
#
#   PERFEVAL_UPGRADE   two pg_configs, old and new, in place of those that are found
use strict;
use warnings;
use File::Temp qw(tempdir);
use FindBin;
use lib "$FindBin::Bin/lib";
use Psql;
use Workspace;
use Test::More;

my ($folder, $top);
my @config = split ' ', $ENV{PERFEVAL_UPGRADE} // '';
if (!@config)
{
	# with server, headers and pg_upgrade
	my @there = grep { chomp(my $headers = `$_ --includedir-server`); -e "$headers/postgres.h" && -x s/pg_config$/initdb/r && -x s/pg_config$/pg_upgrade/r } glob '/usr/lib/postgresql/*/bin/pg_config';
	@there = sort { ($a =~ /(\d+)/)[0] <=> ($b =~ /(\d+)/)[0] } @there;
	plan skip_all => 'there are no two major versions of PostgreSQL here' if @there < 2;
	@config = @there[ 0, -1 ];
}

# The tree is built for either in a copy, so that nothing of ours is overwritten.
$folder = tempdir(CLEANUP => 1);
chmod 0755, $folder;
$top = "$FindBin::Bin/../..";
system('cp', '-r', (map { "$top/$_" } qw(Makefile perfeval.control src sql tools)), $folder) == 0 or die 'cp';
my @as_server = $> == 0 ? qw(runuser -u postgres --) : ();

sub run
{
	my ($name, @command) = @_;
	my $status = system("cd / && @command >$folder/said 2>&1");
	is($status, 0, $name) or diag slurp("$folder/said");
	return $status == 0;
}

my (@bin, @home);
END
{
	my $status = $?;
	for ($folder ? qw(old new) : ()) { system("$folder/tools/server.sh", 'stop', "$folder/$_") if -l "$folder/$_"; }
	$? = $status;
}
for my $n (0, 1)
{
	my $link = (qw(old new))[$n];
	run("$link: a server of " . `$config[$n] --version` =~ s/\n//r, "PG_CONFIG=$config[$n] $folder/tools/server.sh start $folder/$link") or die "no server\n";
	$home[$n] = readlink "$folder/$link";
	chomp($bin[$n] = `$config[$n] --bindir`);
}

my $schema = q("考核 ""it's"" 50%");
my $literal = q('考核 "it''s" 50%');
# Asked of the old or the new server.
sub rows_of
{
	my ($n) = @_;
	local $ENV{PGHOST} = "$home[$n]/pg";
	local $ENV{PGPORT} = 5432;
	local $ENV{PGUSER} = 'postgres';
	return rows('city', 'keeper', $literal);
}
{
	local $ENV{PGHOST} = "$home[0]/pg";
	local $ENV{PGPORT} = 5432;
	local $ENV{PGUSER} = 'postgres';
	query('postgres', 'CREATE ROLE keeper LOGIN');
	query('postgres', 'CREATE DATABASE city');
	query('city', 'CREATE EXTENSION perfeval; GRANT CREATE ON DATABASE city TO keeper;');
	local $ENV{PGUSER} = 'keeper';
	query('city', "CALL perfeval.create_workspace($literal, time_zone => 'Asia/Shanghai');\nSET search_path = $schema;\n" . slurp("$FindBin::Bin/../include/small_workspace.sql"));
	local $ENV{PGHOST} = "$home[1]/pg";
	local $ENV{PGUSER} = 'postgres';
	query('postgres', 'DROP DATABASE demo');	# pg_upgrade wants an empty server
}
my $before = rows_of(0);
cmp_ok(length(join '', values %$before), '>', 100_000, 'there is something to compare');

run('the ' . (qw(old new))[$_] . ' server stops', "@as_server $bin[$_]/pg_ctl -D $home[$_]/pg/data -m fast -w stop") for 0, 1;
run('pg_upgrade works', "@as_server sh -c 'cd $home[1]/pg && $bin[1]/pg_upgrade -U postgres -b $bin[0] -B $bin[1] -d $home[0]/pg/data -D $home[1]/pg/data -s $home[1]/pg'");
run('the new server starts', "@as_server $bin[1]/pg_ctl -D $home[1]/pg/data -w -l $home[1]/pg/log start") or die "no server\n";
same_rows(rows_of(1), $before, 'upgraded');
{
	local $ENV{PGHOST} = "$home[1]/pg";
	local $ENV{PGPORT} = 5432;
	local $ENV{PGUSER} = 'keeper';
	query('city', "CALL perfeval.upgrade_workspace($literal);");
	same_rows(rows_of(1), $before, 'the workspace too');
	my $standing = query('city', "SET jit = off;\nSELECT * FROM $schema.standing ORDER BY period_id, subject_id");
	query('city', "CALL $schema.fold();");
	is(query('city', "SET jit = off;\nSELECT * FROM $schema.standing ORDER BY period_id, subject_id"), $standing, 'folding changes no answer');
}
done_testing();
