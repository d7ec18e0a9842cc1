/** Edits single items of configuration files or masks secrets in them, and leaves the rest of the text as written. */
@Internal
@NullMarked
package io.policyengine.core.config.editing;

import io.policyengine.core.stability.Internal;
import org.jspecify.annotations.NullMarked;
