/**
 * The records that a conf directory is read into, independent of its notation. Over twenty types, since there is one
 * for each section of the files.
 */
@Internal
@NullMarked
package io.policyengine.core.config;

import io.policyengine.core.stability.Internal;
import org.jspecify.annotations.NullMarked;
