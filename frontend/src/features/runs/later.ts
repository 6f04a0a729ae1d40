import { useEffect, useState } from 'react';

/** Whether this many milliseconds have gone by: what would be gone by then need not be shown. */
export function useLater(ms: number): boolean {
  const [later, setLater] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLater(true), ms);
    return () => clearTimeout(timer);
  }, [ms]);
  return later;
}
