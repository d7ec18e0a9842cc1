/** Runs the entries of a chain one after another over futures. */
@NullMarked
package io.policyengine.core.chain;

import org.jspecify.annotations.NullMarked;
