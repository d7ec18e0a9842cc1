/** Metrics and spans, as a scraper and a receiver get them. */
@NullMarked
package io.policyengine.kernel.blackbox.observation;

import org.jspecify.annotations.NullMarked;
