/** Processes under test, and what drives them. */
@NullMarked
package io.policyengine.e2e.harness;

import org.jspecify.annotations.NullMarked;
