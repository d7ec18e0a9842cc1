/** Tests of what the command {@code explain} says. */
@NullMarked
package io.policyengine.app.explain;

import org.jspecify.annotations.NullMarked;
