/**
 * Determines by an abstract run of each route's chains which requests reach the upstream, and with which guarantees.
 * Performs no I/O; every type is immutable or confined to one calculation.
 */
@Internal
@NullMarked
package io.policyengine.core.who;

import io.policyengine.core.stability.Internal;
import org.jspecify.annotations.NullMarked;
