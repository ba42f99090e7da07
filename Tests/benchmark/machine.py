"""What this machine is and has, and what is put on it."""

import os
import platform
import subprocess
import sys

TESTS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
REPOSITORY = os.path.dirname(TESTS)


def say(*lines):
    for line in lines:
        print(f"# {line}", file=sys.stderr, flush=True)


def shout(*lines):
    """What must not be missed."""
    say("", *(f"*** {line}" for line in lines), "")


def run(command, **options):
    """Runs a program to its end and gives back what it printed."""
    return subprocess.run(
        command, check=True, capture_output=True, text=True, stdin=subprocess.DEVNULL,
        **options).stdout


def build(products):
    """Builds them as they are shipped, and gives back the folder that they are in."""
    if not products:
        return None
    command = ["swift", "build", "--package-path", REPOSITORY, "--configuration", "release",
               "--static-swift-stdlib", "--disable-local-rpath"]
    for product in products:
        say(f"Building {product} (many minutes the first time)")
        subprocess.run([*command, "--product", product, "--quiet"], check=True, stdout=sys.stderr)
    return run([*command, "--show-bin-path"]).strip()


def install(packages):
    """Installs the Debian packages that are missing, and stops the services that Debian starts."""
    services = {"php8.2-fpm", "webhook"}.intersection(packages) - _installed(packages)
    subprocess.run([os.path.join(TESTS, "Tools", "packages"), *packages], check=True, stdout=sys.stderr)
    root = [] if os.geteuid() == 0 else ["sudo"]
    for service in services:
        if os.path.isdir("/run/systemd/system"):
            say(f"Stopping the service {service} that the package has started "
                f"(systemctl enable --now {service} brings it back)")
            command = ["systemctl", "disable", "--now", service]
        else:
            command = ["invoke-rc.d", "--quiet", service, "stop"]
        subprocess.run([*root, *command], capture_output=True)


def _installed(packages):
    status = "${Package} ${db:Status-Status}\n"
    known = subprocess.run(
        ["dpkg-query", "--show", "--showformat", status, *packages], capture_output=True, text=True)
    lines = [line.split() for line in known.stdout.splitlines()]
    return {line[0] for line in lines if line[1:] == ["installed"]}


def environment(folder, requirement):
    """Makes a Python environment with a package of PyPI, once; the folder of its programs."""
    programs = os.path.join(folder, "bin")
    mark = os.path.join(folder, requirement)
    if not os.path.exists(mark):
        say(f"Installing {requirement} from PyPI into {folder}")
        run([sys.executable, "-m", "venv", "--clear", folder])
        run([os.path.join(programs, "pip"), "install", "--quiet", requirement])
        open(mark, "w").close()
    return programs


def description():
    """The processor and the kernel, in a line."""
    with open("/proc/cpuinfo") as file:
        models = [line.partition(":")[2].strip() for line in file if line.startswith("model name")]
    model = models[0] if models else platform.machine()
    return f"{len(os.sched_getaffinity(0))} × {model}, Linux {platform.release()}"


def warn_if_busy():
    load = os.getloadavg()[0]
    if load > 0.5:
        shout(f"This machine is busy (load {load:.1f}): the figures are noise, ratios too.")
