# Hosts on this machine: network namespaces, each with an SSH server of its own. To be sourced, as root.
#
# start_hosts FOLDER COUNT: host1, host2, ... with what ssh needs to know about them in FOLDER/ssh_config and their
# names, one a line, in FOLDER/hosts. stop_hosts FOLDER COUNT: as if nothing had been.

start_hosts() {
  local folder=$1 count=$2 i
  ssh-keygen -q -t ed25519 -N '' -f "$folder/user_key"
  ssh-keygen -q -t ed25519 -N '' -f "$folder/host_key"
  mkdir -p /run/sshd
  for ((i = 1; i <= count; ++i)); do
    ip netns add "standstill$i"
    ip link add "standstill$i" type veth peer name eth0 netns "standstill$i"
    ip addr add "10.213.$i.1/30" dev "standstill$i"
    ip link set "standstill$i" up
    ip -n "standstill$i" addr add "10.213.$i.2/30" dev eth0
    ip -n "standstill$i" link set eth0 up
    ip -n "standstill$i" link set lo up
    ip netns exec "standstill$i" /usr/sbin/sshd -f /dev/null -o Port=22 -o HostKey="$folder/host_key" \
      -o AuthorizedKeysFile="$folder/user_key.pub" -o StrictModes=no -o PidFile="$folder/sshd$i.pid" -o UsePAM=no \
      -o MaxStartups=100 -o PermitRootLogin=prohibit-password
    printf 'Host host%d\n  HostName 10.213.%d.2\n' "$i" "$i" >>"$folder/ssh_config"
    echo "1/host$i" >>"$folder/hosts"
  done
  printf 'Host *\n  IdentityFile %s/user_key\n  UserKnownHostsFile /dev/null\n  StrictHostKeyChecking no\n  LogLevel ERROR\n' \
    "$folder" >>"$folder/ssh_config"
}

stop_hosts() {
  local folder=$1 count=$2 i
  for ((i = 1; i <= count; ++i)); do
    [ ! -e "$folder/sshd$i.pid" ] || kill "$(cat "$folder/sshd$i.pid")" || true
    ip netns del "standstill$i" 2>/dev/null || true
    ip link del "standstill$i" 2>/dev/null || true
  done
}
