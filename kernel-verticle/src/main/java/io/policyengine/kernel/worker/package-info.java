/** The registry of workers, their health, and calls to them. */
@NullMarked
package io.policyengine.kernel.worker;

import org.jspecify.annotations.NullMarked;
