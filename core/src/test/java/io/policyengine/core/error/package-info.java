/** Tests of problems of a configuration. */
@NullMarked
package io.policyengine.core.error;

import org.jspecify.annotations.NullMarked;
