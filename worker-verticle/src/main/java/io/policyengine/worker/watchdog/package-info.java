/** A watchdog for event loops that a policy keeps busy. */
@NullMarked
package io.policyengine.worker.watchdog;

import org.jspecify.annotations.NullMarked;
