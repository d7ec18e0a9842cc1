/** The text of configuration files with one item changed, or with its secrets masked, and all else as people wrote it. */
@NullMarked
package io.policyengine.core.config.editing;

import org.jspecify.annotations.NullMarked;
