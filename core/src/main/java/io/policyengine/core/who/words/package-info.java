/** Words for the answers of {@code who}: names, places, settings and remedies. */
@Internal
@NullMarked
package io.policyengine.core.who.words;

import io.policyengine.core.stability.Internal;
import org.jspecify.annotations.NullMarked;
