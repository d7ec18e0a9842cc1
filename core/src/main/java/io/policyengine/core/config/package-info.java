/** The conf directory: strict reading, validation, and the records it becomes. */
@NullMarked
package io.policyengine.core.config;

import org.jspecify.annotations.NullMarked;
