/** The filters above the audit log: what is chosen counts at once. */

import { startFilters } from "./filters.js";

startFilters(document.querySelector("[data-part=audit-filters]"), new AbortController().signal);
