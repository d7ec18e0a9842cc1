/** Stores files for the diagnosis of a process: heap dumps and recordings of the JVM. */
@Internal
@NullMarked
package io.policyengine.core.dump;

import io.policyengine.core.stability.Internal;
import org.jspecify.annotations.NullMarked;
