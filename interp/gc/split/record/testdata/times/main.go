// Times uses the clock and dates.
package main

import (
	"fmt"
	"time"
)

func main() {
	begin := time.Now()
	time.Sleep(2 * time.Millisecond)
	fmt.Println(time.Since(begin) > 0, time.Since(begin).Milliseconds() > 0, begin.Year() > 2000, time.Duration(1500)*time.Millisecond)
	t := time.Date(2024, time.February, 29, 12, 30, 0, 0, time.UTC)
	fmt.Println(t, t.Format(time.RFC3339), t.Format("2006-01-02 15:04:05"), t.Weekday(), t.Month(), t.YearDay(), t.Add(time.Hour), t.AddDate(0, 1, 1), t.Unix(), t.Truncate(time.Hour))
	u, err := time.Parse("2006-01-02", "2024-03-01")
	_, err2 := time.Parse(time.RFC3339, "x")
	d, _ := time.ParseDuration("1h30m")
	fmt.Println(u, err, err2, u.Sub(t), u.After(t), u.Before(t), u.Equal(t), d, d.Hours(), begin.String() != "")
	fmt.Printf("%v %s\n", time.Since(begin).Round(time.Hour), t.Local())
}
