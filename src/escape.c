/* SPDX-License-Identifier: GPL-2.0 */
#include "escape.h"

#include <linux/types.h>
#include <stdio.h>
#include <string.h>
#include <wchar.h>

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))
#define REPLACEMENT "\xef\xbf\xbd" /* U+FFFD */

/* What is shown for one character, or for one byte that is part of none. */
struct glyph {
	char text[16];
	int length;
	int width; /* columns */
};

/* Valid characters that are invisible, or act on those around them. */
static const struct {
	__u32 first, last;
} unseen[] = {
	{ 0x0080, 0x009f },   /* C1 */
	{ 0x00ad, 0x00ad },   /* soft hyphen */
	{ 0x061c, 0x061c },   /* Arabic letter mark */
	{ 0x180e, 0x180e },   /* Mongolian vowel separator */
	{ 0x200b, 0x200f },   /* zero width, direction marks */
	{ 0x2028, 0x202e },   /* line and paragraph ends, directions */
	{ 0x2060, 0x206f },   /* joiners, isolates, shaping */
	{ 0xfe00, 0xfe0f },   /* variants, which change the width */
	{ 0xfeff, 0xfeff },   /* byte order mark */
	{ 0xfff9, 0xfffb },   /* annotations */
	{ 0xe0000, 0xe0fff }, /* tags, more variants */
};

/* The length of the character that text begins with, 0 if its bytes are no valid UTF-8 (RFC 3629). */
static int decode(const char *text, __u32 *code)
{
	static const __u32 least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	const unsigned char *byte = (const unsigned char *)text;
	int length = *byte < 0x80 ? 1 : *byte >> 5 == 6 ? 2 : *byte >> 4 == 14 ? 3 : *byte >> 3 == 30 ? 4 : 0;

	*code = *byte;
	if (length < 2)
		return length;
	*code &= 0x7f >> length;
	for (int i = 1; i < length; i++) {
		if (byte[i] >> 6 != 2)
			return 0;
		*code = *code << 6 | (byte[i] & 0x3f);
	}
	if (*code < least[length] || *code > 0x10ffff || (*code >= 0xd800 && *code <= 0xdfff))
		return 0;
	return length;
}

static bool is_unseen(__u32 code)
{
	for (size_t i = 0; i < ARRAY_SIZE(unseen); i++) {
		if (code >= unseen[i].first && code <= unseen[i].last)
			return true;
	}
	return false;
}

/* The columns of a character that may be shown as it is, -1 if it may not. */
static int shown_width(__u32 code, enum escape_charset charset)
{
	if (code < 0x80)
		return code >= 0x20 && code != 0x7f ? 1 : -1;
	return charset == ESCAPE_UTF8 && !is_unseen(code) ? wcwidth(code) : -1;
}

/* Makes the glyph that text begins with. Returns how many bytes of text that was. */
static int next_glyph(const char *text, enum escape_charset charset, struct glyph *glyph)
{
	__u32 code;
	int length = decode(text, &code);

	glyph->width = length ? shown_width(code, charset) : -1;
	if (glyph->width >= 0) {
		memcpy(glyph->text, text, length);
		glyph->length = length;
		return length;
	}
	if (length > 1)
		glyph->length = snprintf(glyph->text, sizeof(glyph->text), "\\u{%x}", code);
	else
		glyph->length = snprintf(glyph->text, sizeof(glyph->text), "\\x%02x", (unsigned char)*text);
	glyph->width = glyph->length;
	return length ?: 1;
}

int escape__width(const char *text, enum escape_charset charset)
{
	struct glyph glyph;
	int width = 0;

	while (*text) {
		text += next_glyph(text, charset, &glyph);
		width += glyph.width;
	}
	return width;
}

/* Appends as many glyphs from the beginning as fit. Returns the columns taken. */
static int append_head(struct buffer *out, const char *text, int room, enum escape_charset charset)
{
	struct glyph glyph;
	int taken = 0;

	while (*text) {
		text += next_glyph(text, charset, &glyph);
		if (taken + glyph.width > room)
			break;
		buffer__append(out, glyph.text, glyph.length);
		taken += glyph.width;
	}
	return taken;
}

/* Appends as many glyphs at the end of a text, which is that wide, as fit. Returns the columns taken. */
static int append_tail(struct buffer *out, const char *text, int width, int room, enum escape_charset charset)
{
	struct glyph glyph;
	int taken = 0;

	while (*text) {
		text += next_glyph(text, charset, &glyph);
		/* what combines with a character that was left off is left off too */
		if (width <= room && (taken || glyph.width)) {
			buffer__append(out, glyph.text, glyph.length);
			taken += glyph.width;
		}
		width -= glyph.width;
	}
	return taken;
}

int escape__fit(struct buffer *out, const char *text, int width, enum escape_cut cut,
		enum escape_charset charset)
{
	int whole = escape__width(text, charset);
	int head, taken;

	if (whole <= width)
		return append_head(out, text, whole, charset);
	if (width <= 0)
		return 0;
	head = cut == ESCAPE_CUT_MIDDLE ? (width - 1) / 2 : width - 1;
	taken = append_head(out, text, head, charset);
	buffer__puts(out, charset == ESCAPE_UTF8 ? "…" : "~");
	if (cut == ESCAPE_CUT_MIDDLE)
		taken += append_tail(out, text, whole, width - 1 - head, charset);
	return taken + 1;
}

/* clean: also without what cannot be seen, or acts on what is around it. */
static size_t copy_utf8(char *out, size_t size, const char *text, bool clean)
{
	size_t used = 0;
	__u32 code;

	while (*text) {
		int length = decode(text, &code);
		bool good = length && !(clean && code != '\n' && (code < ' ' || code == 0x7f || is_unseen(code)));
		const char *from = good ? text : REPLACEMENT;
		size_t more = good ? (size_t)length : strlen(REPLACEMENT);

		if (used + more >= size)
			break;
		memcpy(out + used, from, more);
		used += more;
		text += length ?: 1;
	}
	out[used] = '\0';
	return used;
}

size_t escape__to_utf8(char *out, size_t size, const char *text)
{
	return copy_utf8(out, size, text, false);
}

size_t escape__to_clean_utf8(char *out, size_t size, const char *text)
{
	return copy_utf8(out, size, text, true);
}
