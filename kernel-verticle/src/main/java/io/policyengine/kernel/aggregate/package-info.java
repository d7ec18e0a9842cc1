/**
 * Runs a phase segment by segment and merges the instructions of its policies.
 *
 * <p>The package has over twenty types, since each phase has its own run and outcomes: all share the calls, their time
 * and their results.
 */
@NullMarked
package io.policyengine.kernel.aggregate;

import org.jspecify.annotations.NullMarked;
