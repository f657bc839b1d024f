/*
 * Runs a fuzz target where the compiler brings no fuzzer: inputs drawn from a
 * printed seed, and altered copies of them.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MOST	400

extern int	LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static uint64_t state;

static uint64_t
draw(uint64_t below)
{
	state ^= state >> 12;
	state ^= state << 25;
	state ^= state >> 27;
	return (state * UINT64_C(2685821657736338717)) % below;
}

int
main(void)
{
	static const char text[] = "\"{}:, 0123456789.-eroms_ing";
	const char *given = getenv("PERFEVAL_SEED");
	const char *runs = getenv("PERFEVAL_FUZZ_RUNS");
	long		most = runs ? atol(runs) : 20000;
	static const char *const begin[] = {
		"{\"1\": 95.5, \"2\": \"missing\", \"30\": \"error:7\"}",
		"\001\000\004\000\002\000\000\000\001\000\000\000\001\000\000\000\002\000\000\000\001\001",
		""
	};
	static const size_t begin_size[] = {44, 22, 0};

	state = given ? strtoull(given, NULL, 10) : 20250101;
	printf("# PERFEVAL_SEED=%llu\n", (unsigned long long) state);
	state = state * 2 + 1;
	for (long i = 0; i < most; i++)
	{
		uint64_t	from = draw(3);
		size_t		size = begin_size[from];
		uint8_t    *data = malloc(MOST + 1);

		if (!data)
			return 1;
		memcpy(data, begin[from], size);
		if (size == 0)
		{
			size = draw(MOST);
			for (size_t j = 0; j < size; j++)
				data[j] = (uint8_t) draw(256);
		}
		for (uint64_t j = draw(12); j > 0 && size > 0; j--)
			data[draw(size)] = draw(2) ? (uint8_t) draw(256)
				: (uint8_t) text[draw(sizeof(text) - 1)];
		/* its own allocation, of the very size */
		data = realloc(data, size ? size : 1);
		LLVMFuzzerTestOneInput(data, size);
		free(data);
	}
	printf("ok 1 - %ld inputs\n1..1\n", most);
	return 0;
}
