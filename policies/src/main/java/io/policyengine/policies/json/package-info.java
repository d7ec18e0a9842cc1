/** JSON in bodies, read byte by byte, before anything is made of it. */
@Internal
@NullMarked
package io.policyengine.policies.json;

import io.policyengine.core.stability.Internal;
import org.jspecify.annotations.NullMarked;
