/* SPDX-License-Identifier: GPL-2.0 */
/* Every kind of traffic: X(name, function). */
#ifndef CASES_H
#define CASES_H

#define CASES(X)                                              \
	X("long-lived", case_long_lived)                      \
	X("tcp4", case_tcp4)                                  \
	X("tcp6", case_tcp6)                                  \
	X("tcp-v4mapped", case_tcp_v4mapped)                  \
	X("tcp-nonblock-partial", case_tcp_nonblock_partial)  \
	X("tcp-small-writes", case_tcp_small_writes)          \
	X("tcp-waitall", case_tcp_waitall)                    \
	X("tcp-peek", case_tcp_peek)                          \
	X("tcp-lowat", case_tcp_lowat)                        \
	X("tcp-trunc", case_tcp_trunc)                        \
	X("tcp-urgent", case_tcp_urgent)                      \
	X("tcp-sendfile", case_tcp_sendfile)                  \
	X("tcp-splice", case_tcp_splice)                      \
	X("tcp-zerocopy-send", case_tcp_zerocopy_send)        \
	X("tcp-zerocopy-receive", case_tcp_zerocopy_receive)  \
	X("tcp-mmsg", case_tcp_mmsg)                          \
	X("tcp-iov", case_tcp_iov)                            \
	X("tcp-fastopen", case_tcp_fastopen)                  \
	X("tcp-halfclose", case_tcp_halfclose)                \
	X("tcp-reset", case_tcp_reset)                        \
	X("tcp-close-unread", case_tcp_close_unread)          \
	X("tcp-reconnect", case_tcp_reconnect)                \
	X("tcp-no-data", case_tcp_no_data)                    \
	X("uring", case_uring)                                \
	X("uring-worker", case_uring_worker)                  \
	X("uring-sqpoll", case_uring_sqpoll)                  \
	X("uring-zerocopy", case_uring_zerocopy)              \
	X("uring-udp", case_uring_udp)                        \
	X("tls-transmit", case_tls_transmit)                  \
	X("tls-both", case_tls_both)                          \
	X("tls-after-plain", case_tls_after_plain)            \
	X("tls-sendfile", case_tls_sendfile)                  \
	X("mptcp4", case_mptcp4)                              \
	X("mptcp6", case_mptcp6)                              \
	X("mptcp-to-tcp", case_mptcp_to_tcp)                  \
	X("tcp-to-mptcp", case_tcp_to_mptcp)                  \
	X("mptcp-peek-waitall", case_mptcp_peek_waitall)      \
	X("udp4-connected", case_udp4_connected)              \
	X("udp6-connected", case_udp6_connected)              \
	X("udp-v4mapped", case_udp_v4mapped)                  \
	X("udp-unconnected", case_udp_unconnected)            \
	X("udp-unconnected6", case_udp_unconnected6)          \
	X("udp-dual-stack", case_udp_dual_stack)              \
	X("udp-many-peers", case_udp_many_peers)              \
	X("udp-peek", case_udp_peek)                          \
	X("udp-trunc", case_udp_trunc)                        \
	X("udp-gso", case_udp_gso)                            \
	X("udp-gro", case_udp_gro)                            \
	X("udp-mmsg", case_udp_mmsg)                          \
	X("udp-cork", case_udp_cork)                          \
	X("udp-refused", case_udp_refused)                    \
	X("udp-zero-length", case_udp_zero_length)            \
	X("udp-errqueue", case_udp_errqueue)                  \
	X("udp-disconnect", case_udp_disconnect)              \
	X("udp-flood", case_udp_flood)                        \
	X("fork-shared", case_fork_shared)                    \
	X("scm-rights", case_scm_rights)                      \
	X("threads", case_threads)                            \
	X("sleepers", case_sleepers)                          \
	X("two-writers", case_two_writers)                    \
	X("udp-two-writers", case_udp_two_writers)            \
	X("short-connections", case_short_connections)        \
	X("short-process", case_short_process)                \
	X("exec", case_exec)                                  \
	X("raw", case_raw)                                    \
	X("netns-same-tuple", case_netns_same_tuple)          \
	X("flows-20000", case_flows_20000)                    \
	X("unix-and-pipes", case_unix_and_pipes)              \
	X("many-sockets", case_many_sockets)                  \
	X("bystander", case_bystander)

#define DECLARE(name, function) void function(void);
CASES(DECLARE)
#undef DECLARE

/* The case long-lived begins before bpfhogs does. */
void prepare_long_lived(void);
void finish_long_lived(void);
void abandon_long_lived(void); /* if it comes to nothing */

/* What the case short-process calls itself, and runs as; what the case exec becomes, and sends then. */
#define SHORT_LIVED_NAME "short-lived"
#define SHORT_LIVED_UID 65534
#define EXEC_NAME "traffic-as-other"
#define EXEC_BYTES 2000

#endif
