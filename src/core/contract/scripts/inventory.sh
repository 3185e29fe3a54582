# Prints what the depot holds, one line each: path below the depot, bytes, and of an artifact the name that an
# Artifacts.toml gives it and whether it is lazy.
cd "${1:?the depot}"
shopt -s nullglob

# Julia touches each cache that it loads, and nothing depends on these times: one time for all, so that what is packed
# is the same however often the program ran.
[ ! -d compiled ] || find compiled -exec touch --no-dereference --date=@978307200 {} +
[ ! -d dev ] || find dev -type d -exec touch --date=@978307200 {} +

declare -A names lazy
while IFS=$'\t' read -r hash name is_lazy; do
  names[$hash]=$name
  lazy[$hash]=$is_lazy
done < <(
  {
    printf '%s\0' packages/*/*/{Julia,}Artifacts.toml
    [ ! -d dev ] || find dev -name '*Artifacts.toml' -print0
  } | xargs -0 --no-run-if-empty awk '
    function told() { if (hash != "") print hash "\t" name "\t" lazy; hash = ""; lazy = "" }
    FNR == 1 { told() }
    # [name] or [[name]] begins an artifact; [[name.download]] belongs to it.
    /^[ \t]*\[/ {
      header = $0
      gsub(/[][" \t\r]/, "", header)
      if (header !~ /\.download$/) { told(); name = header }
    }
    /^[ \t]*git-tree-sha1[ \t]*=/ { hash = $0; gsub(/.*=[ \t]*"|".*/, "", hash) }
    /^[ \t]*lazy[ \t]*=[ \t]*true/ { lazy = "lazy" }
    END { told() }'
)

entries=(packages/*/*/ artifacts/*/ scratchspaces/*/*/ datadeps/*/)
if [ ${#entries[@]} -gt 0 ]; then
  printf '%s\0' "${entries[@]%/}" | du -sb --files0-from=- | while IFS=$'\t' read -r bytes path; do
    hash=${path#artifacts/}
    printf '[inventory]\t%s\t%s\t%s\t%s\n' "$path" "$bytes" "${names[$hash]}" "${lazy[$hash]}"
  done
fi
[ ! -f logs/julia-kaggle-id ] || printf '[inventory]\t@\t%s\n' "$(cat logs/julia-kaggle-id)"
printf '[inventory]\t.\t%s\n' "$(du -sb --exclude=dev . | cut -f1)"
