"""A real terminal (tmux) with a shell in it, for the tests that drive the screen: keys go in, pictures come out."""
import os
import re
import subprocess
import time


class Terminal:
    number = 0

    def __init__(self, width=100, height=30, **environment):
        Terminal.number += 1
        self.server = f"bpfhogs-test-{os.getpid()}-{Terminal.number}"
        variables = {"LC_ALL": "C.UTF-8", "PS1": "shell> ", "HISTFILE": "", "BASH_SILENCE_DEPRECATION_WARNING": "1",
                     "ESCDELAY": "25", **environment}
        settings = [f"{name}={value}" for name, value in variables.items()]
        self.tmux("-f", "/dev/null", "new-session", "-d", "-x", str(width), "-y", str(height), "env", "-u", "NO_COLOR",
                  *settings, "bash", "--norc", "--noprofile", "-i")
        self.tmux("set-option", "-g", "escape-time", "0")
        self.wait(lambda text: "shell>" in text)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.tmux("kill-server")

    def tmux(self, *words):
        return subprocess.run(["tmux", "-L", self.server, *words], capture_output=True, text=True).stdout

    def text(self, escapes=False):
        return self.tmux("capture-pane", "-p", *(["-e"] if escapes else []))

    def lines(self):
        return self.text().splitlines()

    def line(self, *words):
        """The first line that has all the words, or an empty one."""
        return next((line for line in self.lines() if all(word in line for word in words)), "")

    def keys(self, *keys):
        for key in keys:
            self.tmux("send-keys", key)
            time.sleep(0.05)

    def type(self, text):
        self.tmux("send-keys", "-l", "--", text)

    def command(self, text):
        self.type(text)
        self.keys("Enter")

    def click(self, column, row):
        """The left mouse button at a cell (from 0), as X10 tells it, which is what tmux's own terminal type has."""
        cell = chr(33 + column) + chr(33 + row)
        self.type("\x1b[M " + cell)
        self.type("\x1b[M#" + cell)

    def resize(self, width, height):
        self.tmux("resize-window", "-x", str(width), "-y", str(height))

    def wait(self, condition, seconds=10):
        """Whether the picture comes to meet the condition."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if condition(self.text()):
                return True
            time.sleep(0.1)
        return False

    def wait_for(self, *patterns, seconds=10):
        return self.wait(lambda text: all(re.search(pattern, text, re.M) for pattern in patterns), seconds)
