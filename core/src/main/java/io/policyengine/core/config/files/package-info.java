/** The files of a conf directory, read at one moment, and fingerprints that reveal later changes. */
@Internal
@NullMarked
package io.policyengine.core.config.files;

import io.policyengine.core.stability.Internal;
import org.jspecify.annotations.NullMarked;
