/** Reads the files of a conf directory, and detects later changes by fingerprints. */
@Internal
@NullMarked
package io.policyengine.core.config.files;

import io.policyengine.core.stability.Internal;
import org.jspecify.annotations.NullMarked;
