/**
 * The records that represent the content of a conf directory, independent of its notation. The package has over twenty
 * types, since each section of the files has its own.
 */
@Internal
@NullMarked
package io.policyengine.core.config;

import io.policyengine.core.stability.Internal;
import org.jspecify.annotations.NullMarked;
