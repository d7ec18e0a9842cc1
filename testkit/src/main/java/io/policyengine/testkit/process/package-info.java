/** Processes in tests: a separate JVM for what would end that of the tests. */
@Internal
@NullMarked
package io.policyengine.testkit.process;

import io.policyengine.core.stability.Internal;
import org.jspecify.annotations.NullMarked;
