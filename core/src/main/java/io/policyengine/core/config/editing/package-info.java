/** The text of configuration files with one item changed, or with its secrets masked, and all else as people wrote it. */
@Internal
@NullMarked
package io.policyengine.core.config.editing;

import io.policyengine.core.stability.Internal;
import org.jspecify.annotations.NullMarked;
