/** Bodies that servers read in different ways, for tests that compare what policies see in them. */
@Internal
@NullMarked
package io.policyengine.testkit.format;

import io.policyengine.core.stability.Internal;
import org.jspecify.annotations.NullMarked;
