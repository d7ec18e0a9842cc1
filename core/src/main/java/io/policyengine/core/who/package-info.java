/**
 * Determines by an abstract run of each route's chains which requests reach the upstream, and with which guarantees.
 * Performs no I/O; every type is immutable or confined to one calculation.
 *
 * <p>The package has over twenty types, since the run, its answer and the comparison of two answers share their terms.
 */
@Internal
@NullMarked
package io.policyengine.core.who;

import io.policyengine.core.stability.Internal;
import org.jspecify.annotations.NullMarked;
