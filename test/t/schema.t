# doc/rubric.schema.json and the engine agree on what a rubric is. The engine says in its hints which rules, keys and
# words it takes; each setting is tried with values of every kind, and the schema must refuse what the engine refuses.
# What only the engine can see, as it relates settings to each other, is listed here by its message.
use strict;
use warnings;
use utf8;
use Encode qw(decode encode);
use File::Temp qw(tempfile);
use FindBin;
use lib "$FindBin::Bin/lib";
use Doc;
use Psql;
use Test::More;

my $top = "$FindBin::Bin/../..";
chdir $top or die "$top: $!";
binmode $_, ':encoding(UTF-8)' for *STDOUT, *STDERR, Test::More->builder->output, Test::More->builder->failure_output;

# ---- JSON, with the kind of each value: [kind, value], objects with the order of their keys

sub parse
{
	my ($text) = @_;
	pos($text) = 0;
	my $value = eval { parse_value(\$text) };
	die "$@ at " . (pos($text) // 0) . " of $text\n" if $@;
	$text =~ /\G\s*/gc;
	die "more text after the document: $text\n" if pos($text) < length $text;
	return $value;
}

sub parse_value
{
	my ($text) = @_;
	$$text =~ /\G\s*/gc;
	return [ lc $1 ] if $$text =~ /\G(null|true|false)/gc;
	return [ number => $1 ] if $$text =~ /\G(-?[0-9]+(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?)/gc;
	return [ string => parse_string($text) ] if substr($$text, pos $$text, 1) eq '"';
	if ($$text =~ /\G\[\s*/gc)
	{
		my @elements;
		until ($$text =~ /\G\s*\]/gc)
		{
			die 'no comma' if @elements && $$text !~ /\G\s*,/gc;
			push @elements, parse_value($text);
		}
		return [ array => \@elements ];
	}
	$$text =~ /\G\{\s*/gc or die 'no value';
	my (%members, @order);
	until ($$text =~ /\G\s*\}/gc)
	{
		die 'no comma' if @order && $$text !~ /\G\s*,\s*/gc;
		my $key = parse_string($text);
		die "\"$key\" twice" if exists $members{$key};
		$$text =~ /\G\s*:/gc or die 'no colon';
		$members{$key} = parse_value($text);
		push @order, $key;
	}
	return [ object => \%members, \@order ];
}

sub parse_string
{
	my ($text) = @_;
	my %escape = (n => "\n", t => "\t", r => "\r", b => "\b", f => "\f");
	$$text =~ /\G"((?:[^"\\]++|\\.)*+)"/gcs or die 'no string';
	return $1 =~ s/\\(u([0-9a-fA-F]{4})|.)/defined $2 ? chr hex $2 : $escape{$1} \/\/ $1/sger;
}

sub text
{
	my ($value) = @_;
	my ($kind, $content, $order) = @$value;
	return $kind if $kind =~ /^(null|true|false)$/;
	return $content if $kind eq 'number';
	return '"' . $content =~ s/(["\\])/\\$1/gr . '"' if $kind eq 'string';
	return '[' . join(', ', map { text($_) } @$content) . ']' if $kind eq 'array';
	return '{' . join(', ', map { "\"$_\": " . text($content->{$_}) } @$order) . '}';
}

# The object with another value for a key, or without it.
sub with
{
	my ($object, $key, $value) = @_;
	my (undef, $members, $order) = @$object;
	my %members = (%$members, $key => $value);
	my @order = ((grep { $_ ne $key } @$order), $key);
	delete $members{$key}, pop @order if !$value;
	return [ object => \%members, \@order ];
}

# ---- JSON Schema, as much of it as ours uses; another keyword is no schema

my %says_nothing = map { $_ => 1 } qw($schema $defs title description default examples);
my ($schema, %keywords, %enum);

sub kind_is
{
	my ($value, $type) = @_;
	return $value->[0] =~ /^(true|false)$/ if $type eq 'boolean';
	return $value->[0] eq 'number' && $value->[1] == int $value->[1] if $type eq 'integer';
	return $value->[0] eq $type;
}

sub list { return map { $_->[0] eq 'array' ? @{ $_->[1] } : $_ } @_; }

sub defined_by
{
	my ($reference) = @_;
	$reference =~ m{^#/\$defs/(\w+)$} or die "reference $reference\n";
	return $schema->[1]{'$defs'}[1]{$1} // die "no $reference\n";
}

# Is the value what the schema says?
sub fits
{
	my ($value, $rule) = @_;
	return $rule->[0] eq 'true' if $rule->[0] =~ /^(true|false)$/;
	my ($kind, $content) = @$value;
	my $says = $rule->[1];
	my $keywords = $keywords{$rule} //= [ grep { !$says_nothing{$_} } sort keys %$says ];
	for my $keyword (@$keywords)
	{
		my $is = $says->{$keyword};
		my $limit = $is->[1];
		my $number = $kind eq 'number';
		my @properties = $kind eq 'object' ? keys %$content : ();
		my $good =
			  $keyword eq '$ref' ? fits($value, defined_by($limit))
			: $keyword eq 'type' ? grep { kind_is($value, $_->[1]) } list($is)
			: $keyword eq 'enum' ? ($enum{$is} //= { map { text($_) => 1 } list($is) })->{ text($value) }
			: $keyword eq 'const' ? text($is) eq text($value) || ($number && $is->[0] eq 'number' && $content == $limit)
			: $keyword eq 'minimum' ? !$number || $content >= $limit
			: $keyword eq 'exclusiveMinimum' ? !$number || $content > $limit
			: $keyword eq 'maximum' ? !$number || $content <= $limit
			: $keyword eq 'minLength' ? $kind ne 'string' || length $content >= $limit
			: $keyword eq 'pattern' ? $kind ne 'string' || $content =~ /$limit/
			: $keyword eq 'items' ? $kind ne 'array' || !grep { !fits($_, $is) } @$content
			: $keyword eq 'minItems' ? $kind ne 'array' || @$content >= $limit
			: $keyword eq 'maxItems' ? $kind ne 'array' || @$content <= $limit
			: $keyword eq 'required' ? $kind ne 'object' || !grep { !exists $content->{ $_->[1] } } list($is)
			: $keyword eq 'minProperties' ? $kind ne 'object' || @properties >= $limit
			: $keyword eq 'maxProperties' ? $kind ne 'object' || @properties <= $limit
			: $keyword eq 'properties' ? !grep { $limit->{$_} && !fits($content->{$_}, $limit->{$_}) } @properties
			: $keyword eq 'additionalProperties' ? !grep { !$says->{properties}[1]{$_} && !fits($content->{$_}, $is) } @properties
			: $keyword eq 'propertyNames' ? !grep { !fits([ string => $_ ], $is) } @properties
			: $keyword eq 'allOf' ? !grep { !fits($value, $_) } list($is)
			: $keyword eq 'anyOf' ? grep { fits($value, $_) } list($is)
			: $keyword eq 'oneOf' ? 1 == grep { fits($value, $_) } list($is)
			: $keyword eq 'not' ? !fits($value, $is)
			: $keyword eq 'if' ? fits_branch($value, $says)
			: $keyword =~ /^(then|else)$/ ? $says->{if}
			: die "the schema has a keyword that this test does not know: $keyword\n";
		return 0 if !$good;
	}
	return 1;
}

# Another schema to go by.
sub follow
{
	(%keywords, %enum) = ();
	$schema = parse($_[0]);
}

sub fits_branch
{
	my ($value, $says) = @_;
	my $branch = $says->{ fits($value, $says->{if}) ? 'then' : 'else' };
	return !$branch || fits($value, $branch);
}

# ---- the engine's word on documents: its message and hint, '' if it takes them

my $database = new_database('perfeval_schema');
query($database, <<'SQL');
CREATE EXTENSION perfeval;
CREATE FUNCTION verdict(document text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE said text; hint text;
BEGIN
	PERFORM document::perfeval.rubric;
	RETURN '';
EXCEPTION WHEN data_exception OR program_limit_exceeded THEN
	GET STACKED DIAGNOSTICS said = MESSAGE_TEXT, hint = PG_EXCEPTION_HINT;
	RETURN said || '|' || hint;
END $$;
SQL

my %verdict;

sub judge
{
	my @unknown = do { my %seen; grep { !exists $verdict{$_} && !$seen{$_}++ } @_ };
	return if !@unknown;
	my $sql = join '', map { "SELECT ':' || translate(verdict(\$document\$" . $_ . "\$document\$), E'\\n', ' ');\n" } @unknown;
	my @said = map { s/^://r } split /\n/, decode('UTF-8', query($database, encode('UTF-8', $sql)));
	die @said . ' answers to ' . @unknown . " documents\n" if @said != @unknown;
	@verdict{@unknown} = @said;
}

sub verdict { judge($_[0]); return $verdict{ $_[0] }; }
sub hint { return (split /\|/, verdict($_[0]), 2)[1] // ''; }

# "a (甲), b" in a hint, as a sorted list of all words
sub words { return join ' ', sort map { /^(\w+) \((\w+)\)$/ ? ($1, $2) : $_ } split /, /, $_[0]; }

# ---- documents to try

sub root { return '{"rubric": 1, "parameters": {"p": 1}, "root": ' . $_[0] . '}'; }

# Below a list of deductions, beside nodes 1 to 3 that it may look at, so that everything has a meaning.
sub in_list
{
	return root('{"rule": "sum", "children": [{"node": 1, "rule": "given", "item": 1}, {"node": 2, "rule": "deductions", "children": [' . $_[0] . ']}]}');
}
sub in_mean { return root('{"rule": "weighted_mean", "children": [{"node": 1, "rule": "given", "item": 1}, ' . $_[0] . ']}'); }
sub in_limits { return '{"rubric": 1, "parameters": {"p": 1}, "root": {"rule": "given", "item": 1}, "limits": [' . $_[0] . ']}'; }

# One a word: for any key, and for those whose values are not simple.
sub values_of { return map { parse($_) } split ' ', $_[0]; }
my @values = values_of(<<'END');
null true -1 -0.5 0 0.5 1 31 9999999 10000000 2147483647 2147483648 "" "x" "1" "half_up" [] [1] {}
{"item":1} {"item":-1} {"item":1.5} {"node":1} {"node":0.5} {"parameter":"p"} {"parameter":""} {"parameter":1} {"item":1,"node":1} {"unknown":1}
END
my @lists = values_of(<<'END');
[-1] [1.5] [null] [[1]] [{}] [{"item":1}] [{"parameter":"p"}]
[{"word":"x","points":1}] [{"word":"","points":1}] [{"word":"x"}] [{"points":1}] [{"word":"x","points":null}]
[{"word":"x","points":1,"unknown":1}] [{"ge":1,"points":1}] [{"ge":1,"gt":1,"points":1}] [{"以上":1,"不足":2,"points":1}]
[{"ge":{"item":1},"points":1}] [{"lt":1}] [{"points":1,"unknown":1}]
[{"rule":"given","item":1}] [{"rule":"given","item":1},{"rule":"given","item":2}] [{"rule":"given","item":1,"cap":1}]
[{"rule":"nothing"}] [{"rule":"given","item":1,"node":0}] [{"rule":"limit","item":1,"ge":1,"effect":"zero_score"}]
[{"rule":"given","item":1,"weight":{"parameter":"p"}}]
END
my %values = (
	round => [ values_of('{"digits":2} {"digits":31} {"digits":2,"mode":"ceil"} {"digits":2,"mode":"up"} {"mode":"ceil"} {"digits":2,"unknown":1}') ],
	missing => [ values_of('"renormalize" "renormalize:0.6" "renormalize:2" "renormalize:" "zero" "zero:1" "strict" "impute:-60.5" "impute" "impute:x"') ],
	expression => [ values_of('"1+" "item(1)" "item(1)>1"') ],
	map { $_ => \@lists } qw(items cuts points ranges xs ys words children limits));
my @bounds = qw(ge gt le lt 以上 以下 以内 超过 以外 不满 不足 届满);

# What the schema cannot say: how settings relate to each other and to the rest of the document.
my @only_engine = (
	qr/is \S+, above "(full_points|high|max|max_points)"/,
	qr/"(cuts|xs)" must ascend/,
	qr/has \d+ elements for \d+ of/,
	qr/must lie (above|below) "threshold"/,
	qr/is \S+, as "target"/,
	qr/is no formula/,
	qr/a geometric_mean has to be rounded/,
	qr/children of a geometric_mean need weights that are numbers/,
	qr/there is no number between the bounds/,
	qr/which is the number of/,
	qr/refers to node \d+, which (there is not|is a limit)/,
	qr/refers to the parameter "\w+", which is not declared/,
	qr/depends on this node|looks at itself/,
	qr/sum to more than 10000/,
	qr/exponent/,
	qr/decimals|below 2\^127/);
my @relations = (
	root('{"rule": "given", "item": 1, "min": 2, "max": 1}'),
	root('{"rule": "bands", "item": 1, "cuts": [2, 1], "points": [1, 2, 3]}'),
	root('{"rule": "bands", "item": 1, "cuts": [1, 2], "points": [1, 2]}'),
	root('{"rule": "achievement", "item": 1, "threshold": 2, "benchmark": 1}'),
	root('{"rule": "proportional", "item": 1, "target": 1, "start": 1, "full_points": 1}'),
	root('{"rule": "formula", "expression": "1 +"}'),
	root('{"rule": "sum", "children": [{"rule": "geometric_mean", "children": [{"rule": "given", "item": 1}]}]}'),
	'{"rubric": 1, "parameters": {"p": null}, "root": {"rule": "geometric_mean", "children": [{"rule": "given", "item": 1, "weight": {"parameter": "p"}}]}}',
	root('{"rule": "geometric_mean", "children": [{"rule": "given", "item": 1, "weight": 1}, {"rule": "given", "item": 2, "weight": 0.00001}]}'),
	root('{"rule": "met", "item": 1, "ge": 2, "lt": 1, "points": 1}'),
	root('{"rule": "sum", "children": [{"node": 1, "rule": "given", "item": 1}, {"node": 1, "rule": "given", "item": 2}]}'),
	root('{"rule": "given", "value": {"node": 9}}'),
	root('{"rule": "given", "value": {"parameter": "q"}}'),
	root('{"rule": "sum", "children": [{"node": 1, "rule": "given", "value": {"node": 1}}]}'),
	root('{"rule": "given", "item": 1, "min": 1e2}'),
	root('{"rule": "given", "item": 1, "min": 0.000000000000000000000000000000000000001}'));

# Everything that the schema and the engine say differently.
my %seen_reason;

sub differences
{
	my (@only) = @_;	# rules, if not all
	my @differences;
	my $defs = $schema->[1]{'$defs'}[1];
	my $node = $defs->{node}[1]{properties}[1]{rule};
	my $said = hint(root('{"rule": "nothing"}')) =~ /^Use one of: (.*)\.$/ ? $1 : '';
	my @rules = map { s/ .*//r } split /, /, $said;
	push @differences, 'rules: the engine has ' . words($said) . ', the schema ' . join ' ', sort map { $_->[1] } list($node->[1]{enum})
		if words($said) ne join ' ', sort map { $_->[1] } list($node->[1]{enum});

	my @documents;
	my %all_keys = map { $_ => 1 } map { $defs->{$_} ? keys %{ $defs->{$_}[1]{properties}[1] } : () } @rules, 'limit';
	for my $rule (@only ? @only : (@rules, 'limit'))
	{
		my $limit = $rule eq 'limit';
		my $of = $defs->{$rule};
		if (!$of || !$of->[1]{examples}) { push @differences, "$rule: no definition with an example"; next; }
		my $says = $of->[1]{properties}[1];
		my $zh = $limit ? '' : $says->{rule}[1]{enum}[1][1][1];
		my $place = $limit ? \&in_limits : \&in_list;
		push @documents, map { my $example = text($_); ($place->($example), $limit ? () : in_mean($example)) } list($of->[1]{examples});
		my ($example) = list($of->[1]{examples});
		push @differences, "$rule: the example is refused: " . verdict($place->(text($example))) if verdict($place->(text($example))) ne '';

		# the keys
		my $keys = hint($place->(text(with($example, 'unknown', [ 'null' ])))) =~ /are: (.*)\.$/ ? $1 : '';
		$keys =~ s/ or item/, item/;
		my %engine = map { $_ => 1 } split /, /, $keys;
		$engine{item} = 1 if $engine{items};	# for one
		my @mine = grep { /^\w+$/a } keys %$says;
		push @differences, "$rule: \"$_\" is not in the schema" for grep { !$says->{$_} } sort keys %engine;
		push @differences, "$rule: \"$_\" is not in the engine" for grep { !$engine{$_} } sort @mine;

		# words of choices, and what the rule in words says of defaults
		my $words = decode('UTF-8', query($database, encode('UTF-8', 'SELECT string_agg(rule, chr(10)) FROM perfeval.explain(\'{}\', $document$' . $place->(text($example)) . '$document$)')));
		for my $key (sort @mine)
		{
			my $setting = $says->{$key}[1];
			if ($setting->{enum} && $key ne 'rule')
			{
				my $hint = hint($place->(text(with($example, $key, [ string => 'no such word' ])))) =~ /^Use one of: (.*)\.$/ ? $1 : '';
				my $mine = join ' ', sort map { $_->[1] } list($setting->{enum});
				push @differences, "$rule: words of \"$key\" are " . words($hint) . ", not $mine" if words($hint) ne $mine;
			}
			my $default = $setting->{default} && $setting->{default}[1];
			push @differences, "$rule: the default of \"$key\" is not $default" if defined $default && $key ne 'weight' && !$example->[1]{$key}
				&& $words !~ /[:,] \Q${ \($key =~ s{_}{ }gr) }\E \Q$default\E(,|$)/m;
			push @differences, "$rule: \"$key\" has a default: $1" if !defined $default && !$example->[1]{$key} && $key !~ /^(rule|node|label|weight|cap|round|missing|children|value|item|items)$/
				&& $words =~ /^$rule .*[:,] \Q${ \($key =~ s{_}{ }gr) }\E ([\w.]+)(,|$)/m;
		}

		# every key of any rule, with every value; each key left out; both names of the rule
		for my $key (sort(keys %all_keys), @bounds, qw(root limits rubric))
		{
			my $example = $key =~ /^(value|item|items)$/ ? with(with(with($example, 'item'), 'items'), 'value') : $example;
			my @try = ($key eq 'rule' && !$limit) || $key eq 'children' && !$says->{children} ? () : (@values, @{ $values{$key} // [] });
			push @try, map { [ string => $_ ] } map { $_->[1] } list($says->{$key}[1]{enum}) if $says->{$key} && $says->{$key}[1]{enum};
			@try = [ number => 1 ] if !$says->{$key};
			push @documents, map { $place->(text(with($example, $key, $_))) } undef, @try;
			push @documents, map { in_mean(text(with($example, $key, $_))) } @values if $key eq 'cap' && !$limit;
		}
		push @documents, $place->(text(with($example, 'rule', [ string => $zh ]))) if $zh;
	}
	# bounds, two by two; methods and effects with what they need
	for my $one (@bounds)
	{
		push @documents, map { root("{\"rule\": \"met\", \"item\": 1, \"points\": 1, \"$one\": 1, \"$_\": 1}") } grep { $_ ne $one } @bounds;
	}
	for my $method (qw(minmax zscore distance percent_of_max))
	{
		for my $set (0 .. 15)
		{
			my @given = map { $set >> $_ & 1 ? (qw(low high mean deviation))[$_] : () } 0 .. 3;
			push @documents, root('{"rule": "normalise", "item": 1, "method": "' . $method . '"' . join('', map { ", \"$_\": 1" } @given) . '}');
		}
	}
	for my $effect (qw(cap_tier zero_score ineligible))
	{
		push @documents, map { in_limits("{\"item\": 1, \"ge\": 1, \"effect\": \"$effect\"$_}") } '', ', "tier": 1', ', "for": "x"', ', "tier": 1, "for": "x"';
	}
	push @documents, root('{"rule": "clamp", "children": [{"rule": "given", "item": 1}]' . $_ . '}') for '', ', "low": null', ', "low": null, "high": null', ', "low": null, "high": 1', ', "high": {"parameter": "p"}';
	# the document itself
	my $whole = parse('{"rubric": 1, "root": {"rule": "given", "item": 1}}');
	my ($document_keys) = hint(text(with($whole, 'unknown', [ 'null' ]))) =~ /are: (.*)\.$/;
	my ($rounding_keys) = hint(text(with($whole, 'rounding', parse('{"unknown": 1}')))) =~ /are: (.*)\.$/;
	for ([ document => $schema, $document_keys ], [ rounding => $schema->[1]{properties}[1]{rounding}, $rounding_keys ])
	{
		my ($name, $of, $keys) = @$_;
		my $mine = join ' ', sort keys %{ $of->[1]{properties}[1] };
		push @differences, "keys of the $name are $keys, not $mine" if $mine ne join ' ', sort split /, /, $keys // '';
	}
	for my $key (qw(rubric label rounding parameters root limits unknown))
	{
		push @documents, map { text(with($whole, $key, $_)) } undef, @values, @{ $values{$key} // [] }, map { parse($_) } '{"p": 1}', '{"p": null}', '{"p": "1"}', '{"": 1}', '{"at": 1}', '[{"item": 1, "ge": 1, "effect": "zero_score"}]';
	}
	for my $key (qw(at digits mode rank_basis unknown))
	{
		push @documents, map { text(with($whole, 'rounding', with([ object => {}, [] ], $key, $_))) } @values, map { [ string => $_ ] } qw(none indicator node final half_even floor unrounded rounded);
	}
	push @documents, root(text(with(parse('{"rule": "given", "item": 1}'), $_->[0], parse($_->[1])))) for [ node => 0 ], [ node => 1 ], [ cap => 1 ], [ weight => 1 ], [ rule => '"limit"' ], [ rule => '1' ];
	push @documents, map { in_limits("{\"rule\": \"$_\", \"item\": 1, \"ge\": 1, \"effect\": \"zero_score\"}") } qw(limit 一票否决);
	push @documents, @relations;

	# one after the other
	my %done;
	@documents = grep { !$done{$_}++ } @documents;
	judge(@documents);
	for my $text (@documents)
	{
		my $fits = fits(parse($text), $schema);
		my ($said) = split /\|/, $verdict{$text};
		if ($verdict{$text} eq '') { push @differences, "the schema refuses $text" if !$fits; }
		elsif ($fits)
		{
			my @reasons = grep { $said =~ $only_engine[$_] } 0 .. $#only_engine;
			$seen_reason{$_} = 1 for @reasons;
			push @differences, "the schema takes $text, but the engine says: $said" if !@reasons;
		}
	}
	return @differences;
}

my $file = 'doc/rubric.schema.json';
my $text = decode('UTF-8', slurp($file));
follow($text);
is($schema->[1]{'$schema'}[1], 'https://json-schema.org/draft/2020-12/schema', 'the schema says which draft it follows');
my @differences = differences();
ok(!@differences, 'the schema and the engine agree on ' . keys(%verdict) . ' documents') || diag join "\n", @differences[ 0 .. (@differences > 40 ? 40 : $#differences) ];
cmp_ok(scalar(keys %verdict), '>=', 10000, 'and these are many');
is(join(' ', map { $only_engine[$_] } grep { !$seen_reason{$_} } 0 .. $#only_engine), '', 'each reason that only the engine has comes up');

# every part of the schema is reached from the top
my %reached;
my @references = $text =~ /"\$ref": "#\/\$defs\/(\w+)"/g;
$reached{$_} = 1 for @references;
is(join(' ', grep { !$reached{$_} } sort keys %{ $schema->[1]{'$defs'}[1] }), '', 'no definition without use');

# ---- the documents that there are

sub agree
{
	my ($name, $document) = @_;
	my $fits = eval { fits(parse($document), $schema) } ? 1 : 0;
	return is($fits, verdict($document) eq '' ? 1 : 0, "$name: the schema " . ($fits ? 'takes' : 'refuses') . ' it, as the engine does') && $fits;
}

my @files = glob 'test/rubrics/*.json';
cmp_ok(scalar @files, '>=', 12, 'there are rubrics of published schemes');
ok(agree($_, decode('UTF-8', slurp($_))), "$_ fits") for @files;

# The literals of the guide's SQL: documents, nodes, lists of children; a part that || completes is taken with it.
my ($blocks) = blocks(slurp('doc/rubrics.md'));
my %found;
for my $block (grep { $_->{kind} =~ /^sql/ } @$blocks)
{
	my $body = decode('UTF-8', $block->{body});
	while ($body =~ /'((?:[^']|'')*)'(?:\s*\|\|\s*jsonb_build_object\('(\w+)', \w+\))?/g)
	{
		my ($literal, $completed) = ($1 =~ s/''/'/gr, $2);
		my $kind = $literal =~ /^\{\s*"(rubric|root)"/ ? 'document' : $literal =~ /^\{\s*"rule"/ ? 'node' : $literal =~ /^\[\s*\{\s*"rule"/ ? 'children' : next;
		$literal =~ s/\}\s*\z/, "$completed": "point"}/ if $completed;
		my $document = $kind eq 'document' ? $literal : $kind eq 'node' ? "{\"rubric\": 1, \"root\": $literal}" : "{\"rubric\": 1, \"root\": {\"rule\": \"bonus\", \"children\": $literal}}";
		my $fits = agree('doc/rubrics.md, line ' . $block->{line} . ": $kind " . ++$found{$kind}, $document);
		is($fits ? 1 : 0, $block->{kind} eq 'sql' ? 1 : 0, '... and ' . ($block->{kind} eq 'sql' ? 'fits' : 'does not fit'));
	}
}
cmp_ok($found{document} // 0, '>=', 10, 'documents of the guide');
cmp_ok($found{node} // 0, '>=', 20, 'nodes of the guide');
cmp_ok($found{children} // 0, '>=', 3, 'lists of children of the guide');

# ---- the same on schemas with one fault each

for (
	[ 'a setting left out', sub { $_[0] =~ s/"step": \{"\$ref": "#\/\$defs\/positive", "default": 1\},? *//r }, qr/"step" is not in the schema/ ],
	[ 'a setting too many', sub { $_[0] =~ s/("step": )/"stride": {}, $1/r }, qr/"stride" is not in the engine/ ],
	[ 'a rule left out', sub { $_[0] =~ s/"threshold", "达标扣分", //r }, qr/^rules: / ],
	[ 'another word', sub { $_[0] =~ s/"floor", "舍去"/"floor", "舍"/r }, qr/words of "mode"/ ],
	[ 'another default', sub { $_[0] =~ s/("full_points": \{"\$ref": "#\/\$defs\/positive", "default": )100/${1}10/r }, qr/the default of "full_points" is not 10/, 'normalise' ],
	[ 'a sign forgotten', sub { $_[0] =~ s/"exclusiveMinimum": 0/"minimum": 0/r }, qr/the schema takes .* must be above 0/ ],
	[ 'a sign too many', sub { $_[0] =~ s/("number": \{"anyOf": \[\{"type": "number")/$1, "minimum": 0/r }, qr/the schema refuses/, 'constant' ],
	[ 'null where there is none', sub { $_[0] =~ s/("not_negative": \{"anyOf": \[\{"type": )"number"/$1\["number", "null"]/r }, qr/the schema takes .* must not be null/ ],
	[ 'a required setting that is not', sub { $_[0] =~ s/"required": \["rule", "target", "full_points", "penalty"\]/"required": ["rule", "target", "full_points"]/r }, qr/the schema takes .* is required/ ],
	[ 'two bounds on one side', sub { $_[0] =~ s/("one_lower_bound": \{\s*"description": "[^"]*",\s*)"oneOf"/$1"anyOf"/r }, qr/the schema takes .* has two lower bounds/, 'met' ],
	[ 'a cap anywhere', sub { $_[0] =~ s/, "cap": false//gr }, qr/the schema takes .* is only for the children of deductions and bonus/ ],
	[ 'a choice left open', sub { $_[0] =~ s/("then": \{"required": \["tier"\]\},\s*"else": )\{[^}]*\}\}/$1true/r }, qr/the schema takes .* has no part in this effect/, 'limit' ])
{
	my ($name, $change, $wanted, $rule) = @$_;
	my $changed = $change->($text);
	isnt($changed, $text, "planted: $name:");
	follow($changed);
	like(join("\n", differences($rule // 'threshold')), $wanted, 'is found');
}
follow($text =~ s/"minItems"/"minimumItems"/gr);
ok(!eval { differences('sum'); 1 } && $@ =~ /does not know: minimumItems/, 'planted: a keyword that the test does not know');

done_testing();
