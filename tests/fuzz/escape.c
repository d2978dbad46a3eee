/* SPDX-License-Identifier: GPL-2.0 */
/* Making names safe: the first byte is the width that there is, the rest the name. */
#include "fuzz.h"

#include "escape.h"
#include "names.h"

static void check_fit(const char *name, int width, enum escape_cut cut, enum escape_charset charset)
{
	struct buffer out = {};
	int taken = escape__fit(&out, name, width, cut, charset);

	CHECK(!out.error && taken >= 0 && taken <= width);
	CHECK(charset == ESCAPE_UTF8 ? is_clean(out.text, out.length, "") : is_ascii(out.text, out.length, ""));
	buffer__append(&out, "", 1);
	CHECK(escape__width(out.text, charset) == taken);
	buffer__clear(&out);
}

typedef size_t (*copy)(char *out, size_t size, const char *text);

/* With enough room, and with too little. */
static void check_copy(copy copy, const char *name, size_t room, const char *allowed)
{
	size_t size = 3 * strlen(name) + 1, length;
	char *out = malloc(size), *again = malloc(size), *part = malloc(room + 1);

	length = copy(out, size, name);
	CHECK(length == strlen(out) && (!allowed || is_clean(out, length, allowed)));
	CHECK(copy(again, size, out) == length && !strcmp(again, out));
	length = copy(part, room + 1, name);
	CHECK(length <= room && !strncmp(part, out, length) && mbstowcs(NULL, part, 0) != (size_t)-1);
	free(out);
	free(again);
	free(part);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	use_utf8();
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *name;
	int width;

	if (!size)
		return 0;
	width = data[0];
	name = copy_of((struct part){ (const char *)data + 1, size - 1 });
	for (int charset = ESCAPE_ASCII; charset <= ESCAPE_UTF8; charset++) {
		check_fit(name, width, ESCAPE_CUT_END, charset);
		check_fit(name, width, ESCAPE_CUT_MIDDLE, charset);
	}
	check_copy(escape__to_utf8, name, width, NULL);
	check_copy(escape__to_clean_utf8, name, width, "\n");
	free(name);
	return 0;
}
