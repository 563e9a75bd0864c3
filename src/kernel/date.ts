/** The day that the people at this machine call today, as YYYY-MM-DD. */
export function localDate(time: Date): string {
  return [time.getFullYear(), time.getMonth() + 1, time.getDate()]
    .map((part) => String(part).padStart(2, "0"))
    .join("-");
}
