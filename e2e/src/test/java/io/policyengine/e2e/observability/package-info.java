/** What operators look at, as a real Prometheus sees it. */
@NullMarked
package io.policyengine.e2e.observability;

import org.jspecify.annotations.NullMarked;
