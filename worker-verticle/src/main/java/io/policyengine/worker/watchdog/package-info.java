/** Finds event loops that make no progress. */
@NullMarked
package io.policyengine.worker.watchdog;

import org.jspecify.annotations.NullMarked;
