/** Runs work that takes longer than one turn of an event loop on other threads, in a defined order. */
@Internal
@NullMarked
package io.policyengine.core.async;

import io.policyengine.core.stability.Internal;
import org.jspecify.annotations.NullMarked;
