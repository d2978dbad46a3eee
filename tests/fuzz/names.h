/* SPDX-License-Identifier: GPL-2.0 */
/* What a name may look like wherever people, or other programs, see it. Not escape.c's own idea of it. */
#ifndef NAMES_H
#define NAMES_H

#include <locale.h>
#include <wchar.h>
#include <wctype.h>

#include "fuzz.h"

/* Changes the direction of what is around it, or the line; or cannot be seen. */
static inline bool acts(wchar_t c)
{
	static const wchar_t some[] = L"\u00ad\u061c\u200b\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e"
				      L"\u2060\u2066\u2067\u2068\u2069\ufeff";

	return c < ' ' || (c >= 0x7f && c < 0xa0) || wcschr(some, c);
}

/* Valid UTF-8 without control characters but these, and without those that act. */
static inline bool is_clean(const char *text, size_t length, const char *allowed)
{
	mbstate_t state = {};
	wchar_t c;

	while (length) {
		size_t taken = mbrtowc(&c, text, length, &state);

		if (taken == 0 || taken > length || (acts(c) && (c >= 0x80 || !strchr(allowed, c))))
			return false;
		text += taken;
		length -= taken;
	}
	return true;
}

static inline bool is_ascii(const char *text, size_t length, const char *allowed)
{
	for (size_t i = 0; i < length; i++)
		if ((text[i] < ' ' && !(text[i] && strchr(allowed, text[i]))) || text[i] == 0x7f)
			return false;
	return true;
}

static inline void use_utf8(void)
{
	CHECK(setlocale(LC_CTYPE, "C.UTF-8"));
}

#endif
