/**
 * Tracks whether Envoys honour mode overrides, whether they report the origin of responses, and which known faults they
 * have.
 */
@NullMarked
package io.policyengine.kernel.trust;

import org.jspecify.annotations.NullMarked;
