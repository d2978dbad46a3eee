/* SPDX-License-Identifier: GPL-2.0 */
#include "probe.h"

#include <errno.h>
#include <linux/bpf.h>
#include <sys/socket.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include "probe.skel.h"

#define ENOTSUPP 524	      /* the kernel's own error, of which nobody else knows what it is called */
#define MARKED_RCVLOWAT 23713 /* below what it would be capped to; a value that nobody else has */

/* Setting an option locks the socket and releases it. */
static void release_marked_socket(void)
{
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int mark = MARKED_RCVLOWAT;

	if (fd < 0)
		return;
	setsockopt(fd, SOL_SOCKET, SO_RCVLOWAT, &mark, sizeof(mark));
	close(fd);
}

int probe__release_cb_always_called(void)
{
	struct probe *skel = probe__open();
	int err;

	if (!skel)
		return -errno;
	skel->rodata->marked_rcvlowat = MARKED_RCVLOWAT;
	err = probe__load(skel);
	err = err ?: probe__attach(skel);
	if (!err) {
		release_marked_socket();
		err = *(volatile bool *)&skel->bss->called;
	}
	probe__destroy(skel);
	return err == -ENOTSUPP ? -EOPNOTSUPP : err;
}

bool probe__atomics_return(void)
{
	static const struct bpf_insn program[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0, .imm = 0 },
		{ .code = BPF_STX | BPF_MEM | BPF_DW, .dst_reg = BPF_REG_10, .src_reg = BPF_REG_0, .off = -8 },
		{ .code = BPF_STX | BPF_ATOMIC | BPF_DW, .dst_reg = BPF_REG_10, .src_reg = BPF_REG_0, .off = -8,
		  .imm = BPF_ADD | BPF_FETCH },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	int fd = bpf_prog_load(BPF_PROG_TYPE_SOCKET_FILTER, NULL, "GPL", program, sizeof(program) / sizeof(*program), NULL);

	if (fd < 0)
		return false;
	close(fd);
	return true;
}
