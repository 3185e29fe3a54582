/** The same bytes in chunks, cut at any numbers (taken modulo the length). */
export function cutAt(bytes: Buffer, numbers: readonly number[]): Buffer[] {
  const places = [...new Set(numbers.map((number) => number % (bytes.length + 1)))].sort((a, b) => a - b);
  return [0, ...places].map((place, index) => bytes.subarray(place, places[index] ?? bytes.length));
}
