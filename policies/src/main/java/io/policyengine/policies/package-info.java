/** The policies that are part of the engine, and the list of all of them. */
@NullMarked
package io.policyengine.policies;

import org.jspecify.annotations.NullMarked;
