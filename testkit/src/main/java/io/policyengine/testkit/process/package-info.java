/** Starts separate JVMs for code that would end the JVM of the tests. */
@Internal
@NullMarked
package io.policyengine.testkit.process;

import io.policyengine.core.stability.Internal;
import org.jspecify.annotations.NullMarked;
