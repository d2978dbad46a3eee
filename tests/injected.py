"""System calls made in the place of another process, to see from outside what it may still do. (gdb would do, but its older
versions cannot write the registers of newer processors back.)"""
import ctypes
import errno
import os
import time

AVAILABLE = os.uname().machine == "x86_64"
CALLS = {"open": 2, "ioctl": 16, "socket": 41, "clone": 56, "execve": 59, "kill": 62, "unlink": 87, "setns": 308, "bpf": 321}
PTRACE_PEEKDATA, PTRACE_POKEDATA, PTRACE_SINGLESTEP, PTRACE_GETREGS, PTRACE_SETREGS, PTRACE_ATTACH, PTRACE_DETACH = 2, 5, 9, 12, 13, 16, 17
SYSCALL = 0x050f       # the instruction, at whose end a process that waits in a call stands
RED_ZONE = 128         # below the stack pointer, and in use

libc = ctypes.CDLL(None, use_errno=True)
libc.ptrace.restype = ctypes.c_long


class Registers(ctypes.Structure):
    """struct user_regs_struct"""
    _fields_ = [(name, ctypes.c_ulonglong) for name in (
        "r15 r14 r13 r12 rbp rbx r11 r10 r9 r8 rax rcx rdx rsi rdi orig_rax rip cs eflags rsp ss fs_base gs_base ds es fs gs").split()]


def ptrace(request, pid, address=None, data=None):
    ctypes.set_errno(0)
    result = libc.ptrace(ctypes.c_long(request), ctypes.c_long(pid), ctypes.c_void_p(address), data)
    if ctypes.get_errno():
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return result


def poke_text(pid, registers, text):
    """Writes it below the stack; returns where."""
    padded = text.encode() + bytes(8 - len(text.encode()) % 8)
    registers.rsp = address = (registers.rsp - RED_ZONE - len(padded)) & ~15
    for at in range(0, len(padded), 8):
        ptrace(PTRACE_POKEDATA, pid, address + at, ctypes.c_void_p(int.from_bytes(padded[at:at + 8], "little")))
    return address


def is_stopped(pid):
    """False: it has ended, which is left for who started it to be told."""
    found = os.waitid(os.P_PID, pid, os.WEXITED | os.WSTOPPED | os.WNOWAIT)
    if found.si_code not in (os.CLD_STOPPED, os.CLD_TRAPPED):
        return False
    os.waitpid(pid, 0)
    return True


def step(pid, saved, name, arguments):
    """What the call returned; None: the process is no more."""
    registers = Registers.from_buffer_copy(saved)
    values = [poke_text(pid, registers, a) if isinstance(a, str) else a for a in arguments]
    for register, value in zip(("rdi", "rsi", "rdx", "r10", "r8"), values):
        setattr(registers, register, value & (1 << 64) - 1)
    registers.rip, registers.rax, registers.orig_rax = saved.rip - 2, CALLS[name], (1 << 64) - 1
    ptrace(PTRACE_SETREGS, pid, None, ctypes.byref(registers))
    ptrace(PTRACE_SINGLESTEP, pid)
    if not is_stopped(pid):
        return None
    ptrace(PTRACE_GETREGS, pid, None, ctypes.byref(registers))
    return ctypes.c_long(registers.rax).value


def stop_in_call(pid):
    """Its registers; it may be at work just then, so this is tried until it waits."""
    saved = Registers()
    for _ in range(1000):
        ptrace(PTRACE_ATTACH, pid)
        is_stopped(pid)
        ptrace(PTRACE_GETREGS, pid, None, ctypes.byref(saved))
        if ptrace(PTRACE_PEEKDATA, pid, saved.rip - 2) & 0xffff == SYSCALL:
            return saved
        ptrace(PTRACE_DETACH, pid)
        time.sleep(0.01)
    raise RuntimeError("the process does not wait in a system call")


def call(pid, name, *arguments):
    """A system call with numbers and texts, by a child of ours that waits in another. What it returned, -errno for an error; None: that
    was its end."""
    saved = stop_in_call(pid)
    result = step(pid, saved, name, arguments)
    if result is not None:
        ptrace(PTRACE_SETREGS, pid, None, ctypes.byref(saved))
        ptrace(PTRACE_DETACH, pid)
    return result


def error_of(pid, name, *arguments):
    """The name of the error that the call made, or None."""
    result = call(pid, name, *arguments)
    return errno.errorcode[-result] if result is not None and result < 0 else None
