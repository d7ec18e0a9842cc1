/** Bodies that servers parse differently, for tests of what policies find in them. */
@Internal
@NullMarked
package io.policyengine.testkit.format;

import io.policyengine.core.stability.Internal;
import org.jspecify.annotations.NullMarked;
