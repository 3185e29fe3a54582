#!/usr/bin/env bash
# rootless.sh FOLDER ID COMMAND...: runs a command as a plain user with ranges of ids of its own, in a namespace of mounts in which
# this machine knows that user and lets it make networks. The user's home is FOLDER/home; all of it is gone with the folder.
#
# Needs: root. Usage: unshare --mount --propagation slave bash rootless.sh FOLDER ID COMMAND...
set -euo pipefail
folder=$1 id=$2
shift 2
user=julia-kaggle-guest

mkdir -p "$folder/home/.config/containers" "$folder/run"
cp /etc/passwd /etc/group "$folder"
echo "$user:x:$id:$id::$folder/home:/bin/sh" >>"$folder/passwd"
echo "$user:x:$id:" >>"$folder/group"
echo "$user:200000:65536" | tee "$folder/subuid" >"$folder/subgid"
touch /etc/subuid /etc/subgid
for name in passwd group subuid subgid; do mount --bind "$folder/$name" "/etc/$name"; done
[ -e "$folder/tun" ] || mknod -m 666 "$folder/tun" c 10 200
mount --bind "$folder/tun" /dev/net/tun
printf '[storage]\ndriver = "overlay"\n' >"$folder/home/.config/containers/storage.conf"
chmod 755 "$folder"
chown -R "$id:$id" "$folder/home" "$folder/run"
exec setpriv "--reuid=$id" "--regid=$id" --clear-groups env -i PATH="$PATH" HOME="$folder/home" "USER=$user" \
  XDG_RUNTIME_DIR="$folder/run" CONTAINERS_CONF="$CONTAINERS_CONF" "$@"
