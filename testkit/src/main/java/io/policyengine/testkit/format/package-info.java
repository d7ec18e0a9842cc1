/** Bodies that servers parse differently, to test what policies find in them. */
@Internal
@NullMarked
package io.policyengine.testkit.format;

import io.policyengine.core.stability.Internal;
import org.jspecify.annotations.NullMarked;
