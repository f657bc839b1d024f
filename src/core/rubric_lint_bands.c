/*
 * rubric_lint_bands.c
 *	  Bands, curves and words: holes, overlaps, and points that turn.
 */
#include "rubric_lint_parts.h"

#include <stdlib.h>

/* Where points turn: they rise and fall, or fall and rise. */
typedef struct Turn
{
	bool		any;
	int			direction;		/* of the points so far */
	PeDec		last;
	bool		turned;
	PeDec		from;			/* the first turn */
	PeDec		to;
	int			was;
} Turn;

static void
turn_next(PeLint *lint, Turn *turn, PeDec points)
{
	int			change = turn->any ? pe_dec_cmp(lint->arena, points, turn->last) : 0;

	if (change != 0 && change == -turn->direction && !turn->turned)
	{
		turn->turned = true;
		turn->from = turn->last;
		turn->to = points;
		turn->was = turn->direction;
	}
	if (change != 0)
		turn->direction = change;
	turn->any = true;
	turn->last = points;
}

static void
turn_found(PeLint *lint, int32_t index, const Turn *turn)
{
	if (!turn->turned || pe_lint_full(lint))
		return;
	pe_lint_find(lint, PE_LINT_WARNING, index, "not_monotonic",
				 pe_lint_text(lint->arena, turn->was > 0 ? "the points rise to " : "the points fall to ",
							  pe_lint_number(lint->arena, turn->from),
							  turn->was > 0 ? " and then fall to " : " and then rise to ",
							  pe_lint_number(lint->arena, turn->to), NULL),
				 "Check the order of the points; leave it if the middle is meant to be best or worst.");
}

static void
lint_points(PeLint *lint, int32_t index, int first)
{
	const PeNode *node = pe_lint_node(lint, index);
	Turn		turn = {0};
	PeDec		points;

	for (int i = first; i < node->noperands; i += 2)
		if (pe_lint_known(lint, node, i, &points))
			turn_next(lint, &turn, points);
	turn_found(lint, index, &turn);
}

/*
 * A place on the line of values: just before x, or just after it.  Between two
 * places that follow each other all values have the same range.
 */
typedef struct Cut
{
	PeArena    *arena;			/* for the comparison */
	PeDec		x;
	int32_t		after;
	int32_t		owner;			/* 2 * range, + 1 for its upper end */
} Cut;

static int
by_place(const void *a, const void *b)
{
	const Cut  *x = a;
	const Cut  *y = b;
	int			result = pe_dec_cmp(x->arena, x->x, y->x);

	return result != 0 ? result : x->after - y->after;
}

/* "from 60", "above 60"; "below 60", "up to 60" */
static const char *
lower_text(PeLint *lint, const Cut *cut)
{
	return pe_lint_text(lint->arena, cut->after ? "above " : "from ",
						pe_lint_number(lint->arena, cut->x), NULL);
}

static const char *
upper_text(PeLint *lint, const Cut *cut)
{
	return pe_lint_text(lint->arena, cut->after ? "up to " : "below ",
						pe_lint_number(lint->arena, cut->x), NULL);
}

/* Can the reading be between the two places?  NULL: no end. */
static bool
can_lie(PeLint *lint, PeRange value, const Cut *from, const Cut *to)
{
	int			c;

	if (to)
	{
		c = pe_end_cmp(lint->arena, value.low, (PeEnd) {0, to->x});
		if (c > 0 || (c == 0 && !to->after))
			return false;
	}
	if (from)
	{
		c = pe_end_cmp(lint->arena, value.high, (PeEnd) {0, from->x});
		if (c < 0 || (c == 0 && from->after))
			return false;
	}
	return true;
}

/* "values above 3.33 and below 3.34"; NULL: no end */
static const char *
between_text(PeLint *lint, const Cut *from, const Cut *to)
{
	PeArena    *arena = lint->arena;

	if (from && to && pe_dec_cmp(arena, from->x, to->x) == 0)
		return pe_lint_text(arena, "the value ", pe_lint_number(arena, from->x), NULL);
	return pe_lint_text(arena, "values ", from ? lower_text(lint, from) : "",
						from && to ? " and " : "", to ? upper_text(lint, to) : "", NULL);
}

static void
found_hole(PeLint *lint, int32_t index, const Cut *from, const Cut *to)
{
	const char *message;

	if (pe_lint_full(lint))
		return;
	message = pe_lint_text(lint->arena, "no range holds ", between_text(lint, from, to), NULL);
	if (from && to)
		pe_lint_find(lint, PE_LINT_ERROR, index, "band_hole", message,
					 "Let each range begin where the one before ends, one of the two bounds excluding the number.");
	else
		pe_lint_find(lint, PE_LINT_WARNING, index, "band_end", message,
					 "If such values occur, leave the bound at this end out, or add a range without bounds.");
}

static int32_t
find_free(int32_t *next, int32_t segment)
{
	while (next[segment] != segment)
	{
		next[segment] = next[next[segment]];
		segment = next[segment];
	}
	return segment;
}

/*
 * Ranges: the first that holds a value counts.  The line is painted range by
 * range, each range where nothing is painted yet; what is met on the way is an
 * overlap, what stays is a hole.
 */
static void
lint_ranges(PeLint *lint, int32_t index)
{
	PeArena    *arena = lint->arena;
	const PeNode *node = pe_lint_node(lint, index);
	PeRange		value = pe_setting_range(&lint->ranges, node, PE_VALUE);
	int32_t		n = (node->noperands - PE_BA_END) / 3;
	Cut		   *cuts = pe_alloc(arena, sizeof(Cut) * 2 * (size_t) (n + 1));
	int32_t    *place = pe_alloc(arena, sizeof(int32_t) * 2 * (size_t) (n + 1));
	int32_t    *painter;
	int32_t    *next;
	int32_t		ncuts = 0;
	int32_t		nplaces = 0;
	int32_t		scale = 0;
	int32_t		rest = -1;
	Turn		turn = {0};

	for (int32_t i = 0; i < n; i++)
		for (int side = 0; side < 2; side++)
		{
			int			operand = PE_BA_END + 3 * i + side;
			uint8_t		bound = pe_lint_operand(lint, node, operand)->bound;
			Cut		   *cut = &cuts[ncuts];

			if (bound == PE_BOUND_NONE)
				continue;
			if (!pe_lint_known(lint, node, operand, &cut->x))
				return;			/* not bound yet */
			cut->arena = arena;
			cut->after = bound == PE_BOUND_GT || bound == PE_BOUND_LE;
			cut->owner = 2 * i + side;
			if (cut->x.scale > scale)
				scale = cut->x.scale;
			ncuts++;
		}
	/* at one scale comparisons take no memory */
	for (int32_t i = 0; i < ncuts; i++)
		cuts[i].x = pe_dec_rescale(arena, cuts[i].x, scale);
	if (ncuts > 1)
		qsort(cuts, (size_t) ncuts, sizeof(Cut), by_place);

	/* segment k lies before cuts[k], and the last one after all of them */
	for (int32_t i = 0; i < n; i++)
	{
		place[2 * i] = 0;
		place[2 * i + 1] = -1;
	}
	for (int32_t i = 0; i < ncuts; i++)
	{
		int32_t		owner = cuts[i].owner;

		if (nplaces == 0 || by_place(&cuts[nplaces - 1], &cuts[i]) != 0)
			cuts[nplaces++] = cuts[i];
		place[owner] = nplaces;
	}
	for (int32_t i = 0; i < n; i++)
		if (place[2 * i + 1] < 0)
			place[2 * i + 1] = nplaces + 1;
	painter = pe_alloc(arena, sizeof(int32_t) * (size_t) (nplaces + 2));
	next = pe_alloc(arena, sizeof(int32_t) * (size_t) (nplaces + 2));
	for (int32_t i = 0; i <= nplaces + 1; i++)
	{
		painter[i] = -1;
		next[i] = i;
	}

	for (int32_t i = 0; i < n && !pe_lint_full(lint); i++)
	{
		int32_t		from = place[2 * i];
		int32_t		to = place[2 * i + 1];
		bool		everything = from == 0 && to == nplaces + 1;
		int32_t		overlap = -1;
		bool		painted = false;

		if (everything && rest < 0)
			rest = i;
		for (int32_t at = from; at < to;)
		{
			int32_t		open = find_free(next, at);

			if (open > at && overlap < 0)
				overlap = at;
			if (open < to)
			{
				painter[open] = i;
				next[open] = open + 1;
				painted = true;
			}
			at = open + 1;
		}
		if (!painted)
			pe_lint_find(lint, PE_LINT_WARNING, index, "band_unreachable",
						 pe_lint_text(arena, "range ", pe_lint_int(arena, i + 1),
									  " never counts: ranges before it hold all its values", NULL),
						 "Put it before them, or take it out.");
		else if (overlap >= 0 && !everything)
		{
			const char *first = pe_lint_int(arena, painter[overlap] + 1);

			pe_lint_find(lint, PE_LINT_WARNING, index, "band_overlap",
						 pe_lint_text(arena, "ranges ", first, " and ", pe_lint_int(arena, i + 1), " both hold ",
									  between_text(lint, overlap > 0 ? &cuts[overlap - 1] : NULL,
												   overlap < nplaces ? &cuts[overlap] : NULL),
									  ": range ", first, " counts", NULL),
						 "Bound one of the two so that each value is in one range.");
		}
	}

	for (int32_t i = 0; i <= nplaces && !pe_lint_full(lint); i++)
	{
		PeDec		points;

		if (painter[i] >= 0)
		{
			if (painter[i] != rest &&
				pe_lint_known(lint, node, PE_BA_END + 3 * painter[i] + 2, &points))
				turn_next(lint, &turn, points);
		}
		else if (i == 0 || painter[i - 1] >= 0)
		{
			int32_t		end = i;
			const Cut  *from = i > 0 ? &cuts[i - 1] : NULL;
			const Cut  *to;

			while (end < nplaces && painter[end + 1] < 0)
				end++;
			to = end < nplaces ? &cuts[end] : NULL;
			if ((from || to) && can_lie(lint, value, from, to))
				found_hole(lint, index, from, to);
		}
	}
	turn_found(lint, index, &turn);
}

void
pe_lint_lists(PeLint *lint, int32_t index)
{
	const PeNode *node = pe_lint_node(lint, index);

	switch (node->rule)
	{
		case PE_RULE_BANDS:
			if (node->choice[1] == 1)
				lint_ranges(lint, index);
			else
			{
				lint_points(lint, index, PE_BA_END);
			}
			break;
		case PE_RULE_INTERPOLATE:
			lint_points(lint, index, PE_IN_END + 1);
			break;
		case PE_RULE_ORDINAL:
			lint_points(lint, index, PE_OR_END + 1);
			break;
		default:
			break;
	}
}
