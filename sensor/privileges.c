/* SPDX-License-Identifier: Apache-2.0 */
/* Least privilege by libcap-ng, no_new_privs and a seccomp allow-list (docs/threat-model.md). */
#include "sensor/privileges.h"

#include <cap-ng.h>
#include <errno.h>
#include <seccomp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>

/* What libc, libpcap, libzmq, SQLite-free file writing and threads need once everything is open. */
static const int allowed[] = {
    SCMP_SYS(read),
    SCMP_SYS(pread64),
    SCMP_SYS(readv),
    SCMP_SYS(write),
    SCMP_SYS(writev),
    SCMP_SYS(pwrite64),
    SCMP_SYS(open),
    SCMP_SYS(openat),
    SCMP_SYS(close),
    SCMP_SYS(lseek),
    SCMP_SYS(fstat),
    SCMP_SYS(stat),
    SCMP_SYS(lstat),
    SCMP_SYS(newfstatat),
    SCMP_SYS(statx),
    SCMP_SYS(statfs),
    SCMP_SYS(fstatfs),
    SCMP_SYS(access),
    SCMP_SYS(faccessat),
    SCMP_SYS(unlink),
    SCMP_SYS(unlinkat),
    SCMP_SYS(rename),
    SCMP_SYS(renameat),
    SCMP_SYS(renameat2),
    SCMP_SYS(mkdir),
    SCMP_SYS(mkdirat),
    SCMP_SYS(rmdir),
    SCMP_SYS(fsync),
    SCMP_SYS(fdatasync),
    SCMP_SYS(sync_file_range),
    SCMP_SYS(ftruncate),
    SCMP_SYS(fallocate),
    SCMP_SYS(flock),
    SCMP_SYS(fcntl),
    SCMP_SYS(getdents64),
    SCMP_SYS(fadvise64),
    SCMP_SYS(mmap),
    SCMP_SYS(munmap),
    SCMP_SYS(mremap),
    SCMP_SYS(mprotect),
    SCMP_SYS(madvise),
    SCMP_SYS(brk),
    SCMP_SYS(poll),
    SCMP_SYS(ppoll),
    SCMP_SYS(select),
    SCMP_SYS(pselect6),
    SCMP_SYS(epoll_create1),
    SCMP_SYS(epoll_ctl),
    SCMP_SYS(epoll_wait),
    SCMP_SYS(epoll_pwait),
    SCMP_SYS(eventfd2),
    SCMP_SYS(pipe2),
    SCMP_SYS(inotify_init1),
    SCMP_SYS(inotify_add_watch),
    SCMP_SYS(inotify_rm_watch),
    SCMP_SYS(futex),
    SCMP_SYS(set_robust_list),
    SCMP_SYS(rseq),
    SCMP_SYS(clone),
    SCMP_SYS(clone3),
    SCMP_SYS(exit),
    SCMP_SYS(exit_group),
    SCMP_SYS(sched_yield),
    SCMP_SYS(sched_getaffinity),
    SCMP_SYS(sched_setaffinity),
    SCMP_SYS(sched_setscheduler),
    SCMP_SYS(sched_getparam),
    SCMP_SYS(sched_getscheduler),
    SCMP_SYS(nanosleep),
    SCMP_SYS(clock_nanosleep),
    SCMP_SYS(clock_gettime),
    SCMP_SYS(clock_getres),
    SCMP_SYS(gettimeofday),
    SCMP_SYS(time),
    SCMP_SYS(rt_sigaction),
    SCMP_SYS(rt_sigprocmask),
    SCMP_SYS(rt_sigreturn),
    SCMP_SYS(sigaltstack),
    SCMP_SYS(restart_syscall),
    SCMP_SYS(getpid),
    SCMP_SYS(gettid),
    SCMP_SYS(tgkill),
    SCMP_SYS(getuid),
    SCMP_SYS(geteuid),
    SCMP_SYS(getgid),
    SCMP_SYS(getegid),
    SCMP_SYS(getrandom),
    SCMP_SYS(getrusage),
    SCMP_SYS(sysinfo),
    SCMP_SYS(uname),
    SCMP_SYS(prctl),
    SCMP_SYS(prlimit64),
    SCMP_SYS(getrlimit),
    SCMP_SYS(socketpair),
    SCMP_SYS(bind),
    SCMP_SYS(listen),
    SCMP_SYS(accept),
    SCMP_SYS(accept4),
    SCMP_SYS(connect),
    SCMP_SYS(shutdown),
    SCMP_SYS(getsockname),
    SCMP_SYS(getpeername),
    SCMP_SYS(setsockopt),
    SCMP_SYS(getsockopt),
    SCMP_SYS(recvfrom),
    SCMP_SYS(recvmsg),
    SCMP_SYS(recvmmsg),
    SCMP_SYS(sendmmsg),
    SCMP_SYS(ioctl),
};

/* Calls that send; allowed unless their first argument is a capture descriptor. */
static const int sending[] = {SCMP_SYS(sendto), SCMP_SYS(sendmsg)};

enum { FAMILY_UNIX = 1, FAMILY_INET = 2, FAMILY_INET6 = 10, FAMILY_NETLINK = 16 };

static bool allow_sending(scmp_filter_ctx filter, const int *descriptors, int count)
{
    struct scmp_arg_cmp but[6];
    if (count > 6) return false;
    for (int i = 0; i < count; i++) but[i] = SCMP_CMP(0, SCMP_CMP_NE, (scmp_datum_t)descriptors[i]);
    for (size_t i = 0; i < sizeof sending / sizeof *sending; i++) {
        /* one comparison an argument is all seccomp offers: a sending call on a descriptor is refused by its own rule
         */
        if (count <= 1) {
            if (seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, sending[i], (unsigned)count, but) != 0) return false;
            continue;
        }
        int low = descriptors[0], high = descriptors[0];
        for (int k = 1; k < count; k++) {
            if (descriptors[k] < low) low = descriptors[k];
            if (descriptors[k] > high) high = descriptors[k];
        }
        if (seccomp_rule_add(filter, SCMP_ACT_ALLOW, sending[i], 1, SCMP_A0(SCMP_CMP_LT, (scmp_datum_t)low)) != 0 ||
            seccomp_rule_add(filter, SCMP_ACT_ALLOW, sending[i], 1, SCMP_A0(SCMP_CMP_GT, (scmp_datum_t)high)) != 0)
            return false;
    }
    return true;
}

static bool allow_sockets(scmp_filter_ctx filter)
{
    static const int families[] = {FAMILY_UNIX, FAMILY_INET, FAMILY_INET6, FAMILY_NETLINK};
    for (size_t i = 0; i < sizeof families / sizeof *families; i++)
        if (seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(socket), 1,
                             SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)families[i])) != 0)
            return false;
    return true;
}

static bool load_filter(const int *descriptors, int count)
{
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(EPERM));
    if (!filter) return false;
    bool good = seccomp_attr_set(filter, SCMP_FLTATR_CTL_TSYNC, 1) == 0;
    for (size_t i = 0; good && i < sizeof allowed / sizeof *allowed; i++)
        good = seccomp_rule_add(filter, SCMP_ACT_ALLOW, allowed[i], 0) == 0;
    good = good && allow_sending(filter, descriptors, count) && allow_sockets(filter) && seccomp_load(filter) == 0;
    seccomp_release(filter);
    return good;
}

bool privileges_give_up(const int *descriptors, int count, struct fault *fault)
{
#ifdef __SANITIZE_ADDRESS__
    (void)descriptors, (void)count, (void)fault, (void)load_filter; /* the sanitizers trace with calls of their own */
    return true;
#else
    capng_clear(CAPNG_SELECT_BOTH);
    if (capng_apply(CAPNG_SELECT_BOTH) != 0 && capng_have_capability(CAPNG_EFFECTIVE, CAP_NET_RAW))
        return fault_set(fault, "capabilities can not be given up: %s", strerror(errno));
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return fault_set(fault, "no_new_privs: %s", strerror(errno));
    if (!load_filter(descriptors, count)) return fault_set(fault, "the system-call filter can not be loaded");
    return true;
#endif
}
