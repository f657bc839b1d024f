# From the oldest PostgreSQL of this machine to the newest, by pg_upgrade and by pg_dump of a workspace's owner: the same
# rows in every table and view of the workspace and in tables of others that use the types, and it goes on from there.
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
my $include = "$FindBin::Bin/../include";
my $answers = slurp("$include/types_in_use_answers.sql");

# What follows asks the old or the new server, as a role.
sub ask
{
	my ($n, $role) = @_;
	@ENV{qw(PGHOST PGPORT PGUSER)} = ("$home[$n]/pg", 5432, $role);
}

ask(0, 'postgres');
query('postgres', 'CREATE ROLE keeper LOGIN');
query('postgres', "CREATE DATABASE $_") for qw(city types);
query('city', 'CREATE EXTENSION perfeval; GRANT CREATE ON DATABASE city TO keeper;');
query('types', slurp("$include/types_in_use.sql"));
my $types = query('types', $answers);
ask(0, 'keeper');
query('city', "CALL perfeval.create_workspace($literal, time_zone => 'Asia/Shanghai');\nSET search_path = $schema;\n" . slurp("$include/small_workspace.sql") . slurp("$include/runs_and_draw.sql"));
my $before = rows('city', 'keeper', $literal);
cmp_ok(length(join '', values %$before), '>', 100_000, 'there is something to compare');
run('the newer pg_dump dumps the older workspace', "$bin[1]/pg_dump -Fc -d city -n \Q$schema\E -f $folder/dump");

ask(1, 'postgres');
query('postgres', 'DROP DATABASE demo');	# pg_upgrade wants an empty server
run('the ' . (qw(old new))[$_] . ' server stops', "@as_server $bin[$_]/pg_ctl -D $home[$_]/pg/data -m fast -w stop") for 0, 1;
# initdb of 18 makes checksums where that of its elders made none, and pg_upgrade wants the same on both sides
my @checksums = map { `LC_ALL=C @as_server $bin[$_]/pg_controldata $home[$_]/pg/data` =~ /checksum version: +(\d+)/ } 0, 1;
run('the old server gets checksums', "@as_server $bin[0]/pg_checksums --enable -D $home[0]/pg/data") if !$checksums[0] && $checksums[1];
run('pg_upgrade works', "@as_server sh -c 'cd $home[1]/pg && $bin[1]/pg_upgrade -U postgres -b $bin[0] -B $bin[1] -d $home[0]/pg/data -D $home[1]/pg/data -s $home[1]/pg'")
	or do { diag(`cd / && tail -n 20 $home[1]/pg/data/pg_upgrade_output.d/*/log/pg_upgrade_dump_*.log`); die "not upgraded\n"; };
run('the new server starts', "@as_server $bin[1]/pg_ctl -D $home[1]/pg/data -w -l $home[1]/pg/log start") or die "no server\n";

is(query('types', $answers), $types, 'tables of all types: the same answers, by their indexes too');
query('postgres', 'CREATE DATABASE restored');
query('restored', 'CREATE EXTENSION perfeval; GRANT CREATE ON DATABASE restored TO keeper;');
ask(1, 'keeper');
run('and is restored by the owner', "$bin[1]/pg_restore --exit-on-error --no-owner -d restored $folder/dump");
for my $database (qw(city restored))
{
	same_rows(rows($database, 'keeper', $literal), $before, $database);
	query($database, "CALL perfeval.upgrade_workspace($literal);");
	same_rows(rows($database, 'keeper', $literal), $before, "$database, the workspace upgraded too");
	my $standing = query($database, "SET jit = off;\nSELECT * FROM $schema.standing ORDER BY period_id, subject_id");
	query($database, "CALL $schema.fold();");
	is(query($database, "SET jit = off;\nSELECT * FROM $schema.standing ORDER BY period_id, subject_id"), $standing, "$database: folding changes no answer");
	is(query($database, "SELECT * FROM $schema.verify_runs()"), '', "$database: the chain of runs is whole");
	is(query($database, "CALL $schema.rerun(1);\nSELECT bool_and(same), count(*) FROM $schema.rerun_status"), "3\nt|2", "$database: a run is worked out again to the same bits");
}
done_testing();
