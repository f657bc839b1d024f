# A server of its own for the tests that kill it, clients in the background, and killing.
package Crash;
use strict;
use warnings;
use File::Temp qw(tempdir);
use FindBin;
use POSIX ();
use Psql;
use Test::More;
use Time::HiRes qw(sleep time);
use Exporter qw(import);
our @EXPORT = qw(start_server start backend_of kill_server kill_backend crashes odd_lines);

my $tool = "$FindBin::RealBin/../../tools/server.sh";
my ($folder, $link, $server, $preamble);
my ($parent, $clients) = ($$, 0);
END { my $status = $?; system($tool, 'stop', $link) if $link && $parent && $parent == $$ && -l $link; $? = $status; }

# How often to kill; says how to repeat it.
sub crashes
{
	my ($few) = @_;
	my $crashes = $ENV{PERFEVAL_CRASHES} // $few;
	my $seed = int($ENV{PERFEVAL_SEED} // time % 1_000_000_007);
	srand $seed;
	diag "PERFEVAL_SEED=$seed PERFEVAL_CRASHES=$crashes";
	return $crashes;
}

# Starts the server, and lets psql find it. Every client's script begins with the preamble.
sub start_server
{
	($preamble) = @_;
	$folder = tempdir(CLEANUP => 1);
	$link = "$folder/server";
	# Compiling the views' many expressions takes longer than the queries.
	local $ENV{PERFEVAL_SETTINGS} = join ';', $ENV{PERFEVAL_SETTINGS} // (), 'jit = off';
	system($tool, 'start', $link) == 0 or BAIL_OUT('no server of its own');
	chomp(my @variables = `$tool in $link env`);
	/^(PG\w+|PATH|PERFEVAL_LOG)=(.*)/ and $ENV{$1} = $2 for @variables;
	$server = readlink $link;
	return;
}

# Lines of the server's log that tell of a crash which was not ours.
sub odd_lines
{
	return grep { /was terminated by signal (?!9\b)|PANIC: |TRAP: |: runtime error: |ERROR: AddressSanitizer/ } split /\n/, slurp("$server/pg/log");
}

# psql in the background; gives its process and the file of what it says.
sub start
{
	my ($script) = @_;
	my $file = "$folder/client" . ++$clients;
	open my $out, '>:raw', "$file.sql" or die $!;
	print $out "SELECT pg_backend_pid();\n$preamble$script";
	close $out;
	my $pid = fork // die "fork: $!";
	if (!$pid)
	{
		undef $parent;
		open STDOUT, '>', "$file.out" or die $!;
		open STDERR, '>', "$file.err" or die $!;
		exec('psql', '-XqAt', '-v', 'ON_ERROR_STOP=1', '-d', 'demo', '-f', "$file.sql") or POSIX::_exit(127);
	}
	return { pid => $pid, file => $file };
}

# The backend of a client, once it has one.
sub backend_of
{
	my ($client) = @_;
	for (1 .. 1000)
	{
		return $1 if -e "$client->{file}.out" && slurp("$client->{file}.out") =~ /\A(\d+)\n/;
		sleep 0.01;
	}
	die "no backend: " . slurp("$client->{file}.err");
}

# State and parent of a process, if it is there.
sub stat_of
{
	open my $file, '<', "/proc/$_[0]/stat" or return '';
	my ($stat) = (<$file> // '') =~ /.*\) (\S \d+)/;
	return $stat // '';
}
sub alive { return kill(0, $_[0]) && stat_of($_[0]) !~ /^Z/; }
sub wait_for
{
	my ($what, $happened) = @_;
	for (1 .. 3000) { return if $happened->(); sleep 0.02; }
	die "$what took more than a minute";
}

# All of the server's processes at once; then it is started again.
sub kill_server
{
	my ($postmaster) = slurp("$server/pg/data/postmaster.pid") =~ /\A(\d+)/;
	kill 'STOP', $postmaster; # so that it starts no more processes
	my @processes = grep { stat_of($_) =~ / \Q$postmaster\E$/ } map { m{(\d+)} } glob '/proc/[0-9]*';
	kill 'KILL', $postmaster, @processes;
	wait_for('the death of the server', sub { !grep { alive($_) } $postmaster, @processes });
	# A dead process that nobody waits for still looks like a server to the next one.
	for (1 .. 500) { last if !kill 0, $postmaster; sleep 0.02; }
	unlink "$server/pg/data/postmaster.pid" if kill 0, $postmaster;
	system($tool, 'revive', $link) == 0 or BAIL_OUT('the server does not start again');
	return;
}

# One process; the server ends the others by itself, and recovers.
sub kill_backend
{
	my ($backend) = @_;
	kill 'KILL', $backend;
	wait_for('the death of the backend', sub { !alive($backend) });
	wait_for('recovery', sub { (psql('demo', 'SELECT 1'))[1] eq "1\n" });
	return;
}

1;
