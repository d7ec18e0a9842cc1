/** Virus scanners as processes of their own, with signatures of their own, for tests that need real ones. */
@Internal
@NullMarked
package io.policyengine.testkit.scanner;

import io.policyengine.core.stability.Internal;
import org.jspecify.annotations.NullMarked;
