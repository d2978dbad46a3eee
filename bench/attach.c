/* SPDX-License-Identifier: GPL-2.0 */
/* attach OBJECT: loads the programs of a BPF object and keeps all of them attached until SIGINT or SIGTERM. Says "attached". */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include <bpf/libbpf.h>

static volatile sig_atomic_t ended;

static void on_end(int number)
{
	(void)number;
	ended = 1;
}

int main(int argc, char **argv)
{
	struct bpf_object *object = argc == 2 ? bpf_object__open_file(argv[1], NULL) : NULL;
	struct bpf_program *program;

	signal(SIGINT, on_end);
	signal(SIGTERM, on_end);
	if (!object || bpf_object__load(object))
		return 1;
	bpf_object__for_each_program(program, object) {
		if (!bpf_program__attach(program))
			return 1;
	}
	puts("attached");
	fflush(stdout);
	while (!ended)
		pause();
	return 0;
}
