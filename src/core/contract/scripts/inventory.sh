# Prints what the depot holds, one line each: kind, name below the depot, bytes.
cd "${1:?the depot}"
for folder in packages/*/* artifacts/*; do
  [ -d "$folder" ] || continue
  printf '[inventory]\t%s\t%s\n' "$folder" "$(du -sb "$folder" | cut -f1)"
done
printf '[inventory]\t.\t%s\n' "$(du -sb --exclude=dev . | cut -f1)"
