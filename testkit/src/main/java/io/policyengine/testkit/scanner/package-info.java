/** Virus scanners as separate processes with test signatures, for tests that need a real scanner. */
@Internal
@NullMarked
package io.policyengine.testkit.scanner;

import io.policyengine.core.stability.Internal;
import org.jspecify.annotations.NullMarked;
