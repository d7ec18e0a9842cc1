/**
 * Decides which worker owns each policy. Records what each policy declared when the configuration took effect; later it
 * may not declare less.
 */
@NullMarked
package io.policyengine.kernel.worker.ownership;

import org.jspecify.annotations.NullMarked;
