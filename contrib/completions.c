/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Prints what a shell needs to complete the command line of bpfhogs: usage: completions bash|zsh|fish
 *
 * Made when bpfhogs is built, from the one table of its options (src/options.c), so that it knows all of them.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "options.h"

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

#define REPORT "make a page of a recording"
#define REPORT_OUT "the page to write"

/* --- what an option's value may be --- */

enum kind {
	KIND_NONE, /* takes none */
	KIND_ANY,  /* a number, say: nothing to propose */
	KIND_FILE,
	KIND_DEVICE,
	KIND_PROCESS,
	KIND_WORDS,
	KIND_OPTIONAL, /* words, after "=" only */
};

static bool argument_is(const struct option_info *option, const char *name)
{
	return !strcmp(option->argument, name);
}

static enum kind kind_of(const struct option_info *option)
{
	if (!option->argument)
		return KIND_NONE;
	if (options__word(option, 0))
		return *option->argument == '[' ? KIND_OPTIONAL : KIND_WORDS;
	if (argument_is(option, "FILE"))
		return KIND_FILE;
	if (argument_is(option, "DEVICE"))
		return KIND_DEVICE;
	return argument_is(option, "PID") ? KIND_PROCESS : KIND_ANY;
}

/* With blanks between. */
static void print_words(const struct option_info *option)
{
	const char *word;

	for (int i = 0; (word = options__word(option, i)); i++)
		printf("%s%s", i ? " " : "", word);
}

static bool is_short(const struct option_info *option)
{
	return option->key < 256;
}

/* May stand on the command line more than once. */
static bool is_repeatable(const struct option_info *option)
{
	enum kind kind = kind_of(option);

	return kind == KIND_DEVICE || kind == KIND_PROCESS || option->key == 'v';
}

/* Inside single quotes, with a backslash before those of `special`. */
static void print_quoted(const char *text, const char *special)
{
	for (; *text; text++) {
		if (*text == '\'') {
			fputs("'\\''", stdout);
			continue;
		}
		if (strchr(special, *text))
			putchar('\\');
		putchar(*text);
	}
}

/* --- bash --- */

static void bash_patterns(const struct option_info *option)
{
	if (kind_of(option) == KIND_OPTIONAL) {
		printf("\t--%s=)", option->name);
		return;
	}
	printf("\t--%s | --%s=", option->name, option->name);
	if (is_short(option))
		printf(" | -%c", option->key);
	putchar(')');
}

static void bash_value(const struct option_info *option)
{
	switch (kind_of(option)) {
	case KIND_NONE:
		return;
	case KIND_ANY:
		bash_patterns(option);
		printf(" ;;\n");
		return;
	case KIND_FILE:
		bash_patterns(option);
		printf(" compopt -o default ;;\n");
		return;
	case KIND_DEVICE:
		bash_patterns(option);
		printf(" _bpfhogs_names /sys/class/net/ ;;\n");
		return;
	case KIND_PROCESS:
		bash_patterns(option);
		printf(" _bpfhogs_names /proc/ '[0-9]' ;;\n");
		return;
	case KIND_WORDS:
	case KIND_OPTIONAL:
		bash_patterns(option);
		printf(" _bpfhogs_words ");
		print_words(option);
		printf(" ;;\n");
		return;
	}
}

static void print_bash(const struct option_info *options, size_t count)
{
	printf("# Completes the command line of bpfhogs in bash. Made by contrib/completions.c: changes get lost.\n\n"
	       "# those of the words given that begin as $word does\n"
	       "_bpfhogs_words()\n{\n"
	       "\tlocal each\n"
	       "\tfor each; do\n"
	       "\t\t[[ $each != \"$word\"* ]] || COMPREPLY+=(\"$each\")\n"
	       "\tdone\n}\n\n"
	       "# names of the directories in $1 (whose names begin as $2 says); never expanded, whatever they are called\n"
	       "_bpfhogs_names()\n{\n"
	       "\tlocal each\n"
	       "\tfor each in \"$1\"${2-}*/; do\n"
	       "\t\teach=${each%%/} each=${each##*/}\n"
	       "\t\t[[ $each != \"$word\"* || $each == '*' ]] || COMPREPLY+=(\"$(printf %%q \"$each\")\")\n"
	       "\tdone\n}\n\n"
	       "_bpfhogs()\n{\n"
	       "\tlocal word=${COMP_WORDS[COMP_CWORD]} option=${COMP_WORDS[COMP_CWORD - 1]} equals= command=\n\n"
	       "\tCOMPREPLY=()\n"
	       "\tif [[ $word == = ]]; then # --option=\n"
	       "\t\tword= equals==\n"
	       "\telif [[ $option == = ]]; then # --option=VALUE\n"
	       "\t\toption=${COMP_WORDS[COMP_CWORD - 2]} equals==\n"
	       "\tfi\n"
	       "\t[[ $COMP_CWORD == 1 || ${COMP_WORDS[1]} != report ]] || command=report\n\n"
	       "\tcase $command$option$equals in\n"
	       "\treport*)\n"
	       "\t\tif [[ $word == -* ]]; then _bpfhogs_words -o; else compopt -o default; fi\n"
	       "\t\treturn ;;\n");
	for (size_t i = 0; i < count; i++)
		bash_value(&options[i]);
	printf("\t*)\n"
	       "\t\tif [[ $equals ]]; then\n"
	       "\t\t\treturn\n"
	       "\t\telif [[ $word != -* ]]; then\n"
	       "\t\t\t[[ $COMP_CWORD != 1 ]] || _bpfhogs_words report\n"
	       "\t\t\t_bpfhogs_names /sys/class/net/\n"
	       "\t\t\treturn\n"
	       "\t\tfi\n"
	       "\t\t_bpfhogs_words");
	for (size_t i = 0; i < count; i++) {
		if (is_short(&options[i]))
			printf(" -%c", options[i].key);
		printf(" --%s", options[i].name);
	}
	printf(" ;;\n\tesac 2>/dev/null\n} &&\n\tcomplete -F _bpfhogs bpfhogs\n");
}

/* --- zsh --- */

static void zsh_value(const struct option_info *option)
{
	enum kind kind = kind_of(option);

	if (kind == KIND_NONE)
		return;
	printf("%s", kind == KIND_OPTIONAL ? "::" : ":");
	print_quoted(kind == KIND_OPTIONAL ? "style" : option->argument, "\\:");
	putchar(':');
	if (kind == KIND_FILE)
		printf("_files");
	if (kind == KIND_DEVICE)
		printf("_bpfhogs_devices");
	if (kind == KIND_PROCESS)
		printf("_pids");
	if (kind == KIND_WORDS || kind == KIND_OPTIONAL) {
		putchar('(');
		print_words(option);
		putchar(')');
	}
}

/* One form of an option: -x, or --name. */
static void zsh_option(const struct option_info *option, bool long_form)
{
	enum kind kind = kind_of(option);

	printf("\t\t'");
	if (is_repeatable(option))
		putchar('*');
	else if (is_short(option))
		printf("(-%c --%s)", option->key, option->name);
	if (!long_form)
		printf("-%c%s", option->key, kind == KIND_NONE || kind == KIND_OPTIONAL ? "" : "+");
	else
		printf("--%s%s", option->name, kind == KIND_NONE ? "" : kind == KIND_OPTIONAL ? "=-" : "=");
	putchar('[');
	print_quoted(option->help, "\\[]");
	putchar(']');
	if (long_form || kind != KIND_OPTIONAL)
		zsh_value(option);
	printf("' \\\n");
}

static void print_zsh(const struct option_info *options, size_t count)
{
	printf("#compdef bpfhogs\n"
	       "# Completes the command line of bpfhogs in zsh. Made by contrib/completions.c: changes get lost.\n\n"
	       "_bpfhogs_devices() {\n"
	       "\tlocal -a devices expl\n"
	       "\tdevices=(/sys/class/net/*(N-/:t))\n"
	       "\t_wanted devices expl 'network device' compadd -a devices\n"
	       "}\n\n"
	       "_bpfhogs_first() {\n"
	       "\tlocal -a commands\n"
	       "\tcommands=('report:" REPORT "')\n"
	       "\t_describe -t commands command commands\n"
	       "\t_bpfhogs_devices\n"
	       "}\n\n"
	       "_bpfhogs() {\n"
	       "\tif (( CURRENT > 2 )) && [[ $words[2] == report ]]; then\n"
	       "\t\tshift words\n"
	       "\t\t(( CURRENT-- ))\n"
	       "\t\t_arguments '-o[" REPORT_OUT "]:page:_files' ':recording:_files'\n"
	       "\t\treturn\n"
	       "\tfi\n"
	       "\t_arguments -s -S \\\n");
	for (size_t i = 0; i < count; i++) {
		if (is_short(&options[i]))
			zsh_option(&options[i], false);
		zsh_option(&options[i], true);
	}
	printf("\t\t'1:: :_bpfhogs_first' \\\n"
	       "\t\t'*:device:_bpfhogs_devices'\n"
	       "}\n\n"
	       "_bpfhogs \"$@\"\n");
}

/* --- fish --- */

static void fish_value(const struct option_info *option)
{
	switch (kind_of(option)) {
	case KIND_NONE:
		return;
	case KIND_ANY:
		printf(" -x");
		return;
	case KIND_FILE:
		printf(" -r -F");
		return;
	case KIND_DEVICE:
		printf(" -x -a '(__bpfhogs_devices)'");
		return;
	case KIND_PROCESS:
		printf(" -x -a '(__fish_complete_pids)'");
		return;
	case KIND_WORDS:
		printf(" -x");
		break;
	case KIND_OPTIONAL:
		break;
	}
	printf(" -a '");
	print_words(option);
	putchar('\'');
}

static void fish_option(const struct option_info *option)
{
	printf("complete -c bpfhogs -n 'not __fish_seen_subcommand_from report'");
	if (is_short(option))
		printf(" -s %c", option->key);
	printf(" -l %s", option->name);
	fish_value(option);
	printf(" -d '");
	for (const char *c = option->help; *c; c++) { /* fish knows \' in single quotes */
		if (*c == '\'' || *c == '\\')
			putchar('\\');
		putchar(*c);
	}
	printf("'\n");
}

static void print_fish(const struct option_info *options, size_t count)
{
	printf("# Completes the command line of bpfhogs in fish. Made by contrib/completions.c: changes get lost.\n\n"
	       "function __bpfhogs_devices\n"
	       "    string replace -r '.*/([^/]+)/$' '$1' /sys/class/net/*/\n"
	       "end\n\n"
	       "complete -c bpfhogs -f\n"
	       "complete -c bpfhogs -n __fish_use_subcommand -a report -d '" REPORT "'\n"
	       "complete -c bpfhogs -n '__fish_seen_subcommand_from report' -F\n"
	       "complete -c bpfhogs -n '__fish_seen_subcommand_from report' -s o -r -F -d '" REPORT_OUT "'\n"
	       "complete -c bpfhogs -n 'not __fish_seen_subcommand_from report' -a '(__bpfhogs_devices)' -d 'network device'\n");
	for (size_t i = 0; i < count; i++)
		fish_option(&options[i]);
}

int main(int argc, char **argv)
{
	static const struct shell {
		const char *name;
		void (*print)(const struct option_info *options, size_t count);
	} shells[] = { { "bash", print_bash }, { "zsh", print_zsh }, { "fish", print_fish } };
	size_t count;
	const struct option_info *options = options__table(&count);

	for (size_t i = 0; argc == 2 && i < ARRAY_SIZE(shells); i++) {
		if (strcmp(argv[1], shells[i].name))
			continue;
		shells[i].print(options, count);
		return fflush(stdout) || ferror(stdout) ? EXIT_FAILURE : EXIT_SUCCESS;
	}
	fprintf(stderr, "usage: completions bash|zsh|fish\n");
	return 2;
}
