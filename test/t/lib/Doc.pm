# The documents for doc.t: their fenced blocks, run by psql, and the names in them.
#
# Kinds of block, by the word after the fence:
#   sql          run; must work
#   sql error    run; must end in an error (all of its statements are run)
#   text         what psql prints for the sql block directly above it
#   synopsis     signatures: "[aggregate|window] name(arguments) -> result", "procedure name(arguments)", "operator (left = right) -> result",
#                "type name", "cast source AS target"; further lines of one indented
#   sh           commands for a shell, not run; but one of the form  cat > NAME <<'END' ... END  makes the file
# Anything else is a problem: a block nobody runs is a block nobody checks.
package Doc;
use strict;
use warnings;
use Cwd qw(getcwd);
use File::Temp qw(tempdir);
use Exporter qw(import);
our @EXPORT = qw(blocks run_blocks problems signatures same_signatures examples_missing);

# The blocks of a document, each a hash (kind, line, body, section, follows), and what is wrong with its fences.
sub blocks
{
	my ($text) = @_;
	my (@blocks, @problems, $open);
	my ($line, $section, $between) = (0, '', 1);
	for (split /\n/, $text, -1)
	{
		$line++;
		if ($open)
		{
			if (/^```\s*$/) { undef $open; $between = 0; }
			else { $open->{body} .= "$_\n"; }
		}
		elsif (/^```(.*?)\s*$/)
		{
			my $kind = $1;
			push @problems, "line $line: a block of kind \"$kind\"" if $kind !~ /^(sql|sql error|text|synopsis|sh)$/;
			my $follows = !$between && @blocks && $blocks[-1]{kind} =~ /^sql/;
			push @problems, "line $line: output of nothing" if $kind eq 'text' && !$follows;
			push @blocks, $open = { kind => $kind, line => $line, body => '', section => $section };
			$blocks[-2]{output} = $open if $kind eq 'text' && $follows;
		}
		elsif (/^\s*(```|~~~)/) { push @problems, "line $line: a fence that is not at the margin, or of tildes"; }
		else
		{
			$section = $1 if /^#+ +(.*?) *$/;
			$between = 1 if /\S/;
		}
	}
	push @problems, "line $open->{line}: the block does not end" if $open;
	for (grep { $_->{kind} =~ /^sql/ } @blocks)
	{
		push @problems, "line $_->{line}: the last statement does not end" if $_->{body} !~ /(;|^\\[^\n]*)[ \t]*(--[^\n]*)?\n\z/m;
	}
	return (\@blocks, \@problems);
}

# Runs the sql blocks in one session, in their order; gives each that was reached its "printed". Trailing blanks,
# which nobody sees, do not count.
sub run_blocks
{
	my ($database, @blocks) = @_;
	my $folder = tempdir(CLEANUP => 1);
	my $script = "\\set ON_ERROR_STOP on\n";
	my $mark = 'block of document:';
	my @sql = grep { $_->{kind} =~ /^sql/ } @blocks;
	for (@blocks)
	{
		next unless $_->{kind} eq 'sh' && $_->{body} =~ /\Acat > ([\w.-]+) <<'END'\n(.*)^END\n\z/ms;
		open my $file, '>:raw', "$folder/$1" or die "$1: $!";
		print $file $2;
		close $file;
	}
	for my $n (0 .. $#sql)
	{
		my ($off, $on) = $sql[$n]{kind} eq 'sql' ? ('', '') : ("\\set ON_ERROR_STOP off\n", "\\set ON_ERROR_STOP on\n");
		$script .= "\\echo $mark $n\n$off$sql[$n]{body}$on";
	}
	$script .= "\\echo $mark end\n";
	open my $out, '>:raw', "$folder/script.sql" or die $!;
	print $out $script;
	close $out;

	local %ENV = (%ENV, LC_ALL => 'C', PGCLIENTENCODING => 'UTF8', PGDATESTYLE => 'ISO, MDY', PGTZ => 'UTC', PSQL_PAGER => 'cat');
	my $pid = open(my $from, '-|') // die "fork: $!";
	if (!$pid)
	{
		# read from stdin, psql prints errors as a person sees them
		chdir $folder or die $!;
		open STDIN, '<', 'script.sql' or die $!;
		open STDERR, '>&', \*STDOUT or die $!;
		exec('psql', '-Xq', '-d', $database) or die "psql: $!";
	}
	binmode $from;
	my $printed = do { local $/; <$from> } // '';
	close $from;

	my ($before, @parts) = split /^\Q$mark\E (\d+|end)\n/m, $printed;
	while (my ($n, $text) = splice @parts, 0, 2)
	{
		last if $n eq 'end';
		$text //= '';
		$text =~ s/[ \t]+$//mg;
		$text =~ s/\n+\z/\n/;
		$sql[$n]{printed} = $text;
	}
	return @sql;
}

# What is wrong with a document: a list of texts, empty if all is well.
sub problems
{
	my ($text, $database) = @_;
	my ($blocks, $problems) = blocks($text);
	my @problems = @$problems;
	return @problems if @problems;
	my $count = () = $text =~ /^```sql/mg;
	my @run = run_blocks($database, @$blocks);
	my $ran = grep { defined $_->{printed} } @run;
	push @problems, "$count sql blocks, $ran of them run" if $count != $ran;
	for my $block (@run)
	{
		my $at = "line $block->{line}";
		my $printed = $block->{printed};
		if (!defined $printed) { push @problems, "$at: not run"; next; }
		my $failed = $printed =~ /^ERROR: /m;
		push @problems, "$at: fails\n$printed" if $failed && $block->{kind} eq 'sql';
		push @problems, "$at: does not fail\n$printed" if !$failed && $block->{kind} eq 'sql error';
		if ($block->{output})
		{
			(my $wanted = $block->{output}{body}) =~ s/[ \t]+$//mg;
			push @problems, "$at: prints\n$printed-- and not\n$wanted" if $printed ne $wanted;
		}
		elsif ($printed ne '' && !$failed) { push @problems, "$at: prints something that the document does not show\n$printed"; }
	}
	return @problems;
}

# The signatures that a document's synopses state, as hash signature => section.
sub signatures
{
	my ($text) = @_;
	my ($blocks) = blocks($text);
	my %stated;
	for my $block (grep { $_->{kind} eq 'synopsis' } @$blocks)
	{
		$stated{ one_form($_) } = $block->{section} for $block->{body} =~ /^\S(?:[^\n]|\n[ \t])*/mg;
	}
	return %stated;
}

# Blanks and the casts of defaults differ between a document and the catalog.
sub one_form
{
	my ($signature) = @_;
	$signature =~ s/::[a-z]+(\[\])?//g;
	$signature =~ s/\s+/ /g;
	$signature =~ s/ ?([(),]) ?/$1/g;
	$signature =~ s/ $//;
	return $signature;
}

# The differences between the signatures stated and those there are.
sub same_signatures
{
	my ($stated, @there) = @_;
	my %there = map { one_form($_) => 1 } @there;
	return ((map { "not in the extension: $_" } grep { !$there{$_} } sort keys %$stated),
		(map { "not documented: $_" } grep { !exists $stated->{$_} } sort keys %there));
}

# Functions of a synopsis that no sql block of the same section calls, operators, types and casts that none uses.
sub examples_missing
{
	my ($text) = @_;
	my %stated = signatures($text);
	my ($blocks) = blocks($text);
	my %examples;
	$examples{ $_->{section} } .= $_->{body} for grep { $_->{kind} =~ /^sql/ } @$blocks;
	my %missing;
	while (my ($signature, $section) = each %stated)
	{
		my ($name, $use) = $signature =~ /^operator ?\(\S+ (\S+)/ ? ($1, qr/ \Q$1\E /)
			: $signature =~ /^type (\w+)/ ? ($1, qr/::$1\b/)
			: $signature =~ /^cast (\w+) AS (\w+)/ ? ("$1 AS $2", qr/::$1::$2\b/)
			: $signature =~ /(\w+)\(/ ? ($1, qr/\b$1\(/) : ($signature, qr/^$/);
		$missing{$name} = 1 if ($examples{$section} // '') !~ $use;
	}
	return sort keys %missing;
}

1;
