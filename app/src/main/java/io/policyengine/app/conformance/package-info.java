/** The command {@code conformance}. */
@NullMarked
package io.policyengine.app.conformance;

import org.jspecify.annotations.NullMarked;
