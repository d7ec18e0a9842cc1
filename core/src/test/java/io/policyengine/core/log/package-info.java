/** Tests of what limits lines. */
@NullMarked
package io.policyengine.core.log;

import org.jspecify.annotations.NullMarked;
