/** The conformance suite as a command. */
@NullMarked
package io.policyengine.app.conformance;

import org.jspecify.annotations.NullMarked;
