/* SPDX-License-Identifier: GPL-2.0 */
#include "buffer.h"

#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_CAPACITY 1024

/* Makes room for that much more; false: could not. */
static bool reserve(struct buffer *buffer, size_t more)
{
	size_t capacity = buffer->capacity ?: FIRST_CAPACITY;
	char *text;

	if (buffer->error)
		return false;
	if (more <= buffer->capacity - buffer->length)
		return true;
	while (capacity - buffer->length < more)
		capacity *= 2;
	text = realloc(buffer->text, capacity);
	if (!text) {
		buffer->error = -ENOMEM;
		return false;
	}
	buffer->text = text;
	buffer->capacity = capacity;
	return true;
}

void buffer__append(struct buffer *buffer, const char *text, size_t length)
{
	if (!length || !reserve(buffer, length))
		return;
	memcpy(buffer->text + buffer->length, text, length);
	buffer->length += length;
}

void buffer__puts(struct buffer *buffer, const char *text)
{
	buffer__append(buffer, text, strlen(text));
}

void buffer__pad(struct buffer *buffer, char fill, size_t count)
{
	if (!count || !reserve(buffer, count))
		return;
	memset(buffer->text + buffer->length, fill, count);
	buffer->length += count;
}

void buffer__printf(struct buffer *buffer, const char *format, ...)
{
	va_list args, again;
	int length;

	va_start(args, format);
	va_copy(again, args);
	length = vsnprintf(NULL, 0, format, args);
	if (length > 0 && reserve(buffer, length + 1)) {
		vsnprintf(buffer->text + buffer->length, length + 1, format, again);
		buffer->length += length;
	}
	va_end(again);
	va_end(args);
}

void buffer__reset(struct buffer *buffer)
{
	buffer->length = 0;
	buffer->error = 0;
}

int buffer__write(struct buffer *buffer, FILE *out)
{
	if (buffer->error)
		return buffer->error;
	errno = 0;
	if (fwrite(buffer->text, 1, buffer->length, out) != buffer->length || fflush(out))
		return errno ? -errno : -EIO;
	return 0;
}

void buffer__clear(struct buffer *buffer)
{
	free(buffer->text);
	*buffer = (struct buffer){};
}
