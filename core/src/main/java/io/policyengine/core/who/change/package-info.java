/**
 * Compares two configurations: the answers for their route policies, and the requests that a change moves from one
 * route policy to another.
 */
@Internal
@NullMarked
package io.policyengine.core.who.change;

import io.policyengine.core.stability.Internal;
import org.jspecify.annotations.NullMarked;
