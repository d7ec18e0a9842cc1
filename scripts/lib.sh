# shellcheck shell=bash
# Functions that the shell programs of this repository share. Source it; it runs nothing by itself.
# Written for bash 3.2 and later, so that the launcher works on macOS too.

# Progress and errors go to stderr: stdout belongs to the result (a path, an image name, the program's output).
say() { printf '%s\n' "$*" >&2; }

# die CODE MESSAGE…: says the message and ends the program.
die() {
  local code=$1
  shift
  say "$@"
  exit "$code"
}

# The folder for what is fetched or built once and used by every clone on this machine.
cache_dir() { printf '%s\n' "${XDG_CACHE_HOME:-$HOME/.cache}/policy-engine"; }

# A short name for a folder, so that two clones do not share what is private to each.
folder_id() { printf '%s' "$1" | cksum | cut -d ' ' -f 1; }

# Waits for the exclusive lock on file descriptor 9, which the caller opened on a lock file. The lock ends with the
# descriptor. macOS has no flock(1), but its perl has flock(2), and the lock belongs to the open file, not to the process.
lock_fd9() {
  if command -v flock >/dev/null; then
    flock 9
  else
    perl -e 'open(my $file, ">&=9") && flock($file, 2) || die "cannot lock: $!\n"'
  fi
}

# The commit of the repository in folder $1, with -dirty if tracked files differ from it; unknown if the folder is no
# repository. An unpacked archive within another repository is none.
commit_of() {
  local commit=
  [ ! -e "$1/.git" ] || commit=$(git -C "$1" describe --always --dirty --abbrev=12 --exclude='*' 2>/dev/null) || commit=
  printf '%s\n' "${commit:-unknown}"
}

# The feature version (25 of 25.0.3) of the Java in folder $1, nothing if there is none: its release file says it
# without starting a JVM.
java_feature_version() {
  [ -r "$1/release" ] || return 0
  sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release"
}

# Exports JAVA_HOME as the first JDK 25 or newer of: JAVA_HOME, the java on PATH, the usual folders. A JRE will not do,
# since the project is built from source on first use.
find_jdk25() {
  local candidates=() looked=() home version on_path
  [ -z "${JAVA_HOME:-}" ] || candidates+=("JAVA_HOME=$JAVA_HOME")
  if on_path=$(command -v java); then
    on_path=$(readlink -f "$on_path" 2>/dev/null || printf '%s' "$on_path")
    candidates+=("PATH=${on_path%/bin/java}")
  fi
  for home in /usr/lib/jvm/* /opt/java/* "${HOME:-/}"/.sdkman/candidates/java/* \
    /Library/Java/JavaVirtualMachines/*/Contents/Home; do
    [ ! -d "$home" ] || candidates+=("$home")
  done

  for home in ${candidates[@]+"${candidates[@]}"}; do
    version=$(java_feature_version "${home#*=}")
    if [ -z "$version" ]; then
      version="no release file"
    elif [ "$version" -lt 25 ]; then
      version="Java $version"
    elif [ ! -x "${home#*=}/bin/javac" ]; then
      version="Java $version without javac"
    else
      export JAVA_HOME="${home#*=}"
      return 0
    fi
    looked+=("  $home: $version")
  done

  say "No JDK 25 or newer was found. Looked at JAVA_HOME, the java on PATH, /usr/lib/jvm, /opt/java," \
    "${HOME:-}/.sdkman/candidates/java and /Library/Java/JavaVirtualMachines:"
  [ -n "${JAVA_HOME:-}" ] || say "  JAVA_HOME: not set"
  for home in ${looked[@]+"${looked[@]}"}; do say "$home"; done
  die 2 "Install a JDK 25 (Temurin, or your system's package) or set JAVA_HOME to one."
}

# Replaces this program by itself under root, which containers need here. Asks no password: then it fails and says so.
become_root() {
  [ "$(id -u)" != 0 ] || return 0
  sudo -n true 2>/dev/null || die 4 "Containers need root here, or a sudo that asks no password."
  exec sudo -n "XDG_CACHE_HOME=${XDG_CACHE_HOME:-$HOME/.cache}" "JAVA_HOME=${JAVA_HOME:-}" "$0" "$@"
}

# Lets podman in this process use images, containers and settings of the project's own, so that neither the machine's
# are touched nor its settings matter. Works without systemd: cgroupfs, runc (crun 1.8 refuses a hybrid cgroup tree), logs
# in files, and limits below a hard limit that may be low.
use_private_podman() {
  local state run
  state=$(cache_dir)/container
  # Forgotten at a reboot, as the containers are; locks in files, since those in shared memory are the machine's own podman's.
  run=/run/policy-engine-$(folder_id "$state")
  mkdir -p "$state" "$run"
  cat >"$state/containers.conf" <<CONF
[containers]
default_ulimits = ["nofile=4096:4096", "nproc=4096:4096"]
log_driver = "k8s-file"
[engine]
cgroup_manager = "cgroupfs"
events_logger = "file"
image_default_format = "docker"
lock_type = "file"
runtime = "runc"
tmp_dir = "$run/tmp"
[network]
network_backend = "cni"
CONF
  cat >"$state/storage.conf" <<CONF
[storage]
driver = "overlay"
graphroot = "$state/storage"
runroot = "$run/storage"
CONF
  export CONTAINERS_CONF="$state/containers.conf" CONTAINERS_STORAGE_CONF="$state/storage.conf"
}
